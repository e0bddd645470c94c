package training

import (
	"fmt"
	"strings"
)

// estimate is a figure as metrics.jsonl has it.
type estimate struct {
	Value float64 `json:"value"`
	Error float64 `json:"standard_error"`
}

// figures are what an evaluation found, by name.
type figures map[string]estimate

// format is "nll 101.5 ± 0.3", for the figures that there are, in the order of names.
func (f figures) format(names []string) string {
	var parts []string
	for _, name := range names {
		if e, ok := f[name]; ok {
			parts = append(parts, fmt.Sprintf("%s %.5g ± %.2g", name, e.Value, e.Error))
		}
	}
	return strings.Join(parts, "  ")
}
