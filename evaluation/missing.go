package evaluation

import (
	"fmt"
	"slices"
	"strings"
)

// Missing says why a figure that was asked for is not in the report, "" if it is there.
// It is undefined if it was measured and is no number, which other weights may mend;
// else the model or its data lacks what it needs.
func (r *Report) Missing(name string) (why string, undefined bool) {
	if _, ok := r.Figure(name); ok {
		return "", false
	}
	for _, p := range parts {
		if !slices.Contains(p.figures, name) {
			continue
		}
		for _, s := range r.Sections {
			if s.Name == p.name && len(s.LeftOut) > 0 {
				return strings.Join(s.LeftOut, " "), slices.Contains(s.undefined, name)
			}
		}
	}
	return fmt.Sprintf("%s was not measured.", name), false
}
