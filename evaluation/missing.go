package evaluation

import (
	"fmt"
	"slices"
	"strings"
)

// Absence is why a figure that was asked for is not in a report.
type Absence int

const (
	Present   Absence = iota // it is there
	Lacking                  // the model or its data lacks what it needs
	Undefined                // it was measured and is no number, or the samples are not such as have it, which other weights may mend
	Failed                   // measuring it ended in an error or a panic, which other weights may mend
)

// Missing says why a figure that was asked for is not in the report, and with what
// sentence; "" if it is there.
func (r *Report) Missing(name string) (why string, kind Absence) {
	if _, ok := r.Figure(name); ok {
		return "", Present
	}
	for _, p := range parts {
		if !slices.Contains(p.figures, name) {
			continue
		}
		for _, s := range r.Sections {
			if s.Name != p.name || len(s.LeftOut) == 0 {
				continue
			}
			kind := Lacking
			if slices.Contains(s.Failed, name) {
				kind = Failed
			} else if slices.Contains(s.undefined, name) || slices.Contains(s.passing, name) {
				kind = Undefined
			}
			return strings.Join(s.LeftOut, " "), kind
		}
	}
	return fmt.Sprintf("%s was not measured.", name), Lacking
}
