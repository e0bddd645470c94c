package rundir

import (
	"fmt"
	"strings"
)

// Estimate is a figure as metrics.jsonl has it.
type Estimate struct {
	Value float64 `json:"value"`
	Error float64 `json:"standard_error"`
}

// Figures are what an evaluation found, by name.
type Figures map[string]Estimate

// Format is "nll 101.5 ± 0.3", for the figures that there are, in the order of names.
func (f Figures) Format(names []string) string {
	var parts []string
	for _, name := range names {
		if e, ok := f[name]; ok {
			parts = append(parts, fmt.Sprintf("%s %.5g ± %.2g", name, e.Value, e.Error))
		}
	}
	return strings.Join(parts, "  ")
}
