package explore

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/explore/attributes"
	"latentspace/nn/elementary"
)

// Compare sets the reports of several runs side by side, marks differences beyond the
// errors, and chooses two figures to draw over each other.
type Compare struct {
	Evaluate        // how runs without a report are measured
	X, Y     string // figures; the rate and the distortion if both are empty
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

// Run compares the reports of runs with the given names.
func (c Compare) Run(reports []EvaluateReport, names []string) (CompareReport, error) {
	if err := c.Check(); err != nil {
		return CompareReport{}, err
	}
	r := CompareKept(reports, names)
	var err error
	r.X, r.Y, err = c.axes(reports)
	return r, err
}

// CompareKept compares reports as Run does, and chooses no figures to draw.
func CompareKept(reports []EvaluateReport, names []string) CompareReport {
	r := CompareReport{Names: names}
	for i, other := range reports {
		r.Runs = append(r.Runs, other.Run)
		if other.Data != reports[0].Data {
			r.Notes = append(r.Notes, fmt.Sprintf("%s was measured on other data than %s", names[i], names[0]))
		}
	}
	r.Rows, r.Notes = compared(reports, names, r.Notes)
	return r
}

// Check reports options out of range. Call it before runs are measured.
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

// The figures that are drawn by default: for models with a likelihood, for models with an encoder,
// and for all.
var defaultAxes = [][2]string{{"kl", "reconstruction_nll"}, {"active_units", "squared_error"}, {"recall", "precision"}}

// axes returns the figures to draw: those requested, or the first pair that all reports have.
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
	// Mark is "" if the figure is within two standard errors of the first run's; better
	// or worse if it differs; other if neither direction is better; protocol if it was
	// measured in another way.
	Mark string `json:"mark,omitempty"`
}

// compared returns a row for every figure of any report, in the order of the first report that has
// it, and notes about protocols that differ.
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
			notes = append(notes, fmt.Sprintf("%s: by another protocol than %s: %s", name, names[0], attributes.Listed(of)))
			delete(otherwise, name)
		}
	}
	return rows, notes
}

// comparedTo compares a figure of a report with that of the first; nil if the report
// lacks it.
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
