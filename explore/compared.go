package explore

import (
	"fmt"
	"math"

	"latentspace/evaluation"
	"latentspace/nn/elementary"
)

// ComparedRow is a figure of every run.
type ComparedRow struct {
	Name   string      `json:"name"`
	Unit   string      `json:"unit"`
	Values []*Compared `json:"values"` // of each run, null where it was not measured
}

// Compared is a figure of one run.
type Compared struct {
	Value float64 `json:"value"`
	Error float64 `json:"standard_error"`
	// Mark is "" where the figure differs from that of the first run by no more than two
	// standard errors of the difference; better or worse where it does; other where
	// neither direction is the better one; protocol where it was measured otherwise.
	Mark string `json:"mark,omitempty"`
}

// compared is a row for every figure that any report has, in the order of the first that
// has it, and notes of the protocols that differ.
func compared(reports []EvaluateReport, names, notes []string) ([]ComparedRow, []string) {
	var rows []ComparedRow
	seen := map[string]bool{}
	otherwise := map[string][]string{} // figures by run
	for _, r := range reports {
		for _, s := range r.Sections {
			for _, f := range s.Figures {
				if seen[f.Name] {
					continue
				}
				seen[f.Name] = true
				row := ComparedRow{Name: f.Name, Unit: f.Unit}
				for i, other := range reports {
					v := comparedTo(reports[0], other, f.Name)
					row.Values = append(row.Values, v)
					if v != nil && v.Mark == "protocol" && reports[i].Data == reports[0].Data {
						otherwise[names[i]] = append(otherwise[names[i]], f.Name)
					}
				}
				rows = append(rows, row)
			}
		}
	}
	for _, name := range names {
		if of := otherwise[name]; len(of) > 0 {
			notes = append(notes, fmt.Sprintf("%s: by another protocol than %s: %s", name, names[0], listed(of)))
			delete(otherwise, name)
		}
	}
	return rows, notes
}

// comparedTo is a figure of a report beside that of the first; nil if it has none.
func comparedTo(first, other EvaluateReport, name string) *Compared {
	f, ok := other.Figure(name)
	if !ok {
		return nil
	}
	v := &Compared{Value: f.Value, Error: f.Error}
	g, ok := first.Figure(name)
	if !ok {
		return v
	}
	p, q := f.Protocol, g.Protocol
	p.Seed, q.Seed = 0, 0
	higher, ordered := evaluation.HigherIsBetter(name)
	switch difference := f.Value - g.Value; {
	case p != q || first.Data != other.Data:
		v.Mark = "protocol"
	case math.Abs(difference) <= 2*elementary.Hypot(f.Error, g.Error):
	case !ordered:
		v.Mark = "other"
	case higher == (difference > 0):
		v.Mark = "better"
	default:
		v.Mark = "worse"
	}
	return v
}
