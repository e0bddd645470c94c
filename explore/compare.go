package explore

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"latentspace/experiments"
)

// Compare sets the reports of several runs side by side, with what differs by more than
// the errors marked, and chooses two figures to draw one over the other.
type Compare struct {
	Evaluate        // how runs without a report are measured
	X, Y     string // figures; the rate and the distortion where both are empty
}

// CompareReport is what [Compare] reports.
type CompareReport struct {
	Runs  []Run         `json:"runs"`
	Names []string      `json:"names"` // of the runs, by what was asked for
	Rows  []ComparedRow `json:"rows"`
	X     string        `json:"x"`
	Y     string        `json:"y"`
	Notes []string      `json:"notes,omitempty"` // differences of protocol
}

var marks = map[string]string{"": " ", "better": "+", "worse": "-", "other": "*", "protocol": "?"}

func (c CompareReport) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, name := range c.Names {
		fmt.Fprintf(w, "\t%s", name)
	}
	fmt.Fprintln(w, "\tunit")
	for _, row := range c.Rows {
		fmt.Fprint(w, row.Name)
		for _, v := range row.Values {
			if v == nil {
				fmt.Fprint(w, "\t–")
				continue
			}
			fmt.Fprintf(w, "\t%s %.5g ± %.2g", marks[v.Mark], v.Value, v.Error)
		}
		fmt.Fprintf(w, "\t%s\n", row.Unit)
	}
	w.Flush()
	b.WriteString("beyond two standard errors of the difference to the first run: + better, - worse, * other; ? measured otherwise\n")
	for _, n := range c.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	return b.String()
}

// Run compares reports of runs of some names.
func (c Compare) Run(reports []EvaluateReport, names []string) (CompareReport, error) {
	if err := c.Check(); err != nil {
		return CompareReport{}, err
	}
	r := CompareReport{Names: names}
	for i, other := range reports {
		r.Runs = append(r.Runs, other.Run)
		if other.Data != reports[0].Data {
			r.Notes = append(r.Notes, fmt.Sprintf("%s was measured on other data than %s", names[i], names[0]))
		}
	}
	r.Rows, r.Notes = compared(reports, names, r.Notes)
	var err error
	r.X, r.Y, err = c.axes(reports)
	return r, err
}

// Check reports options out of range. It belongs before runs are measured.
func (c Compare) Check() error {
	if (c.X == "") != (c.Y == "") {
		return experiments.Usagef("-x %q and -y %q, want both figures or neither", c.X, c.Y)
	}
	return Evaluate{Options: c.Options, Draws: c.Draws, Metrics: c.axisNames()}.check()
}

func (c Compare) axisNames() []string {
	if c.X == "" {
		return nil
	}
	return []string{c.X, c.Y}
}

// The figures that are drawn where none are named: of models with a likelihood, of those
// with an encoder, and of all.
var defaultAxes = [][2]string{{"kl", "reconstruction_nll"}, {"active_units", "squared_error"}, {"recall", "precision"}}

// axes are the figures to draw: those asked for, or the first pair that all reports have.
func (c Compare) axes(reports []EvaluateReport) (x, y string, err error) {
	pairs := defaultAxes
	if c.X != "" {
		pairs = [][2]string{{c.X, c.Y}}
	}
	for _, pair := range pairs {
		if !slices.ContainsFunc(reports, func(r EvaluateReport) bool {
			_, a := r.Figure(pair[0])
			_, b := r.Figure(pair[1])
			return !a || !b
		}) {
			return pair[0], pair[1], nil
		}
	}
	if c.X != "" {
		return "", "", fmt.Errorf("explore: not every run has %s and %s", c.X, c.Y)
	}
	return "", "", fmt.Errorf("explore: the runs have no two figures in common that could be drawn; -x and -y name two")
}
