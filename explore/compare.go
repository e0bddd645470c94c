package explore

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"latentspace/experiments"
	"latentspace/render"
)

// Compare sets the reports of several runs side by side, with what differs by more than
// the errors marked, and draws one figure over another. A run without a report of its newest
// weights is measured first.
type Compare struct {
	Evaluate
	Runs []string // folders of runs, checkpoints or reports
	Best bool     // of a folder the best checkpoint
	X, Y string   // figures; the rate and the distortion where both are empty
}

// Comparison is the report of [Compare].
type Comparison struct {
	Written
	Runs  []Run         `json:"runs"`
	Names []string      `json:"names"` // of the runs, by what was asked for
	Rows  []ComparedRow `json:"rows"`
	X     string        `json:"x"`
	Y     string        `json:"y"`
	Notes []string      `json:"notes,omitempty"` // differences of protocol
}

var marks = map[string]string{"": " ", "better": "+", "worse": "-", "other": "*", "protocol": "?"}

func (c Comparison) String() string {
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
	fmt.Fprintf(&b, "wrote %s and %s\n", c.File, c.Also[0])
	return b.String()
}

// Run compares and writes.
func (c Compare) Run(ctx context.Context) (fmt.Stringer, error) {
	start := time.Now()
	if err := c.check(); err != nil {
		return nil, err
	}
	var reports []Evaluated
	for _, run := range c.Runs {
		r, err := c.report(ctx, run)
		if err != nil {
			return nil, err
		}
		reports = append(reports, r)
	}
	result := Comparison{Names: named(c.Runs)}
	for i, r := range reports {
		result.Runs = append(result.Runs, r.Run)
		if r.Data != reports[0].Data {
			result.Notes = append(result.Notes, fmt.Sprintf("%s was measured on other data than %s", result.Names[i], result.Names[0]))
		}
	}
	result.Rows, result.Notes = compared(reports, result.Names, result.Notes)
	var err error
	if result.X, result.Y, err = c.axes(reports); err != nil {
		return nil, err
	}
	drawn, o := markOf(reports, result.Names, result.X, result.Y)
	img, err := render.Marks(drawn, o)
	if err != nil {
		return nil, err
	}
	file := c.File
	if file == "" {
		file = filepath.Join(filepath.Dir(filepath.Clean(c.Runs[0])), "compare.png")
	}
	result.Written = Written{File: file, Also: []string{beside(file, ".svg")}, N: len(reports), Seconds: time.Since(start).Seconds()}
	if err := writeChart(result.Written, img, drawn, o); err != nil {
		return nil, err
	}
	return result, nil
}

// named are short names of runs that differ: the last parts of their paths, or all of them.
func named(runs []string) []string {
	short := func(run string) string {
		base := filepath.Base(filepath.Clean(run))
		return strings.TrimSuffix(strings.TrimSuffix(base, ".json"), ".safetensors")
	}
	names, count := make([]string, len(runs)), map[string]int{}
	for i, run := range runs {
		names[i] = short(run)
		count[names[i]]++
	}
	for i, run := range runs {
		if count[names[i]] > 1 {
			names[i] = run
		}
	}
	for i, name := range names { // one run twice
		if k := slices.Index(names, name); k < i {
			names[i] = fmt.Sprintf("%s (%d)", name, i+1)
		}
	}
	return names
}

// check reports options out of range.
func (c Compare) check() error {
	if err := c.checkFile(".png"); err != nil {
		return err
	}
	if len(c.Runs) < 2 {
		return experiments.Usagef("%d runs, want two or more to compare: sample compare RUN RUN, each a run's folder, a checkpoint or a report", len(c.Runs))
	}
	if (c.X == "") != (c.Y == "") {
		return experiments.Usagef("-x %q and -y %q, want both figures or neither", c.X, c.Y)
	}
	if err := (Evaluate{Options: c.Options, Draws: c.Draws, Metrics: c.axisNames()}).checkMeasured(); err != nil {
		return err
	}
	return nil
}

func (c Compare) axisNames() []string {
	if c.X == "" {
		return nil
	}
	return []string{c.X, c.Y}
}

func (o Options) tell(format string, args ...any) {
	if o.Log != nil {
		fmt.Fprintf(o.Log, format+"\n", args...)
	}
}
