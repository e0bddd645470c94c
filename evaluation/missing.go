package evaluation

import (
	"fmt"
	"slices"
	"strings"
)

// Absence is the reason why a requested figure is not in a report.
type Absence int

const (
	Present   Absence = iota // it is there
	Lacking                  // the model or its data lacks what it needs
	Undefined                // it was NaN, or undefined for these samples; other weights may have it
	Failed                   // measuring it ended in an error or a panic; with other weights it may succeed
)

// Missing says why a requested figure is not in the report, as a sentence and as a
// kind; the sentence is "" if the figure is there.
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
