package explore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/export"
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

// The figures that are drawn where none are named: of models with a likelihood, of those
// with an encoder, and of all.
var defaultAxes = [][2]string{{"kl", "reconstruction_nll"}, {"active_units", "squared_error"}, {"recall", "precision"}}

// Comparison is the report of [Compare].
type Comparison struct {
	Written
	Runs  []Run         `json:"runs"`
	Rows  []ComparedRow `json:"rows"`
	X     string        `json:"x"`
	Y     string        `json:"y"`
	Notes []string      `json:"notes,omitempty"` // differences of protocol
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
	// Mark is "" where the figure differs from that of the first run by no more than two
	// standard errors of the difference; better or worse where it does; other where
	// neither direction is the better one; protocol where it was measured otherwise.
	Mark string `json:"mark,omitempty"`
}

var marks = map[string]string{"": " ", "better": "+", "worse": "-", "other": "*", "protocol": "?"}

func (c Comparison) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, r := range c.Runs {
		fmt.Fprintf(w, "\t%s", r.Name)
	}
	fmt.Fprintln(w, "\tunit")
	for _, row := range c.Rows {
		fmt.Fprint(w, row.Name)
		for _, v := range row.Values {
			if v == nil {
				fmt.Fprint(w, "\t–")
				continue
			}
			fmt.Fprintf(w, "\t%s%.5g ± %.2g", marks[v.Mark], v.Value, v.Error)
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
	result := Comparison{}
	for i, r := range reports {
		result.Runs = append(result.Runs, r.Run)
		if r.Data != reports[0].Data {
			result.Notes = append(result.Notes, fmt.Sprintf("%s was measured on other data than %s", c.Runs[i], c.Runs[0]))
		}
	}
	result.Rows, result.Notes = compared(reports, c.Runs, result.Notes)
	var err error
	if result.X, result.Y, err = c.axes(reports); err != nil {
		return nil, err
	}
	drawn, o := markOf(reports, result.X, result.Y)
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

func writeChart(w Written, img image.Image, marks []render.Mark, o render.MarkOptions) error {
	if err := export.File(w.Also[0], func(f io.Writer) error { return render.WriteMarksSVG(f, marks, o) }); err != nil {
		return err
	}
	return export.PNG(w.File, img)
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

// report returns the report of a run's folder, of a checkpoint or of a file of a report. One
// of other weights than the newest is made anew.
func (c Compare) report(ctx context.Context, run string) (Evaluated, error) {
	if strings.HasSuffix(run, ".json") {
		r, err := readReport(run)
		if errors.Is(err, fs.ErrNotExist) {
			return Evaluated{}, fmt.Errorf("explore: there is no report %s", run)
		}
		return r, err
	}
	var folder, checkpoint string
	info, err := os.Stat(run)
	switch {
	case err != nil:
		return Evaluated{}, fmt.Errorf("explore: compare: %w", err)
	case info.IsDir():
		folder = run
	default:
		checkpoint = run
	}
	t, file, err := experiments.Find(folder, checkpoint, c.Best && folder != "", func(err error) { c.tell("%v", err) })
	if err != nil {
		return Evaluated{}, err
	}
	m := Model{Trained: t, Checkpoint: file}
	kept := filepath.Join(filepath.Dir(file), "evaluate.json")
	r, err := readReport(kept)
	if err == nil && r.Run == runOf(m) && r.whole() && r.Report.Split == c.Split {
		return r, nil
	}
	c.tell("measuring %s, which has no whole report of these weights", run)
	e := c.Evaluate
	e.File, e.Metrics, e.HTML = "", nil, false
	if err == nil && checkpoint != "" { // the report of the run's newest weights stays
		e.File = beside(file, ".evaluate.json")
	}
	measured, err := e.measure(ctx, m)
	if err != nil {
		return Evaluated{}, fmt.Errorf("%s: %w", run, err)
	}
	return measured, nil
}

// whole reports whether all was measured and not only figures that were named.
func (e Evaluated) whole() bool { return e.Report != nil && e.Diagnosis != nil }

func (o Options) tell(format string, args ...any) {
	if o.Log != nil {
		fmt.Fprintf(o.Log, format+"\n", args...)
	}
}

// maxReport bounds the file of a report.
const maxReport = 16 << 20

// readReport reads what [Evaluate] wrote.
func readReport(file string) (Evaluated, error) {
	f, err := os.Open(file)
	if err != nil {
		return Evaluated{}, fmt.Errorf("explore: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxReport+1))
	if err != nil {
		return Evaluated{}, fmt.Errorf("explore: %w", err)
	}
	if len(b) > maxReport {
		return Evaluated{}, fmt.Errorf("explore: %s: more than %d bytes, want a report", file, maxReport)
	}
	var own struct {
		Written
		Run Run `json:"run"`
	}
	var r evaluation.Report
	if err := errors.Join(json.Unmarshal(b, &own), json.Unmarshal(b, &r)); err != nil {
		return Evaluated{}, fmt.Errorf("explore: %s: no report of sample evaluate: %w", file, err)
	}
	if r.Model == "" || own.Run.ParamsSHA256 == "" {
		return Evaluated{}, fmt.Errorf("explore: %s: no report of sample evaluate: it names neither model nor weights", file)
	}
	return Evaluated{Written: own.Written, Run: own.Run, Report: &r}, nil
}

// compared is a row for every figure that any report has, in the order of the first that
// has it, and notes of the protocols that differ.
func compared(reports []Evaluated, names, notes []string) ([]ComparedRow, []string) {
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
func comparedTo(first, other Evaluated, name string) *Compared {
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
	case math.Abs(difference) <= 2*math.Hypot(f.Error, g.Error):
	case !ordered:
		v.Mark = "other"
	case higher == (difference > 0):
		v.Mark = "better"
	default:
		v.Mark = "worse"
	}
	return v
}

// axes are the figures to draw: those asked for, or the first pair that all reports have.
func (c Compare) axes(reports []Evaluated) (x, y string, err error) {
	pairs := defaultAxes
	if c.X != "" {
		pairs = [][2]string{{c.X, c.Y}}
	}
	for _, pair := range pairs {
		if !slices.ContainsFunc(reports, func(r Evaluated) bool {
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

// markOf is the chart of two figures.
func markOf(reports []Evaluated, x, y string) ([]render.Mark, render.MarkOptions) {
	o := render.MarkOptions{Title: y + " over " + x}
	if x == "kl" && y == "reconstruction_nll" {
		o.Title = "Distortion over rate"
	}
	var all []render.Mark
	for _, r := range reports {
		a, _ := r.Figure(x)
		b, _ := r.Figure(y)
		o.X, o.Y = axisLabel(a), axisLabel(b)
		all = append(all, render.Mark{Name: r.Run.Name, X: a.Value, Y: b.Value, XError: a.Error, YError: b.Error})
	}
	return all, o
}

func axisLabel(f evaluation.Figure) string {
	label := fmt.Sprintf("%s in %s", f.Name, f.Unit)
	if strings.HasPrefix(f.Unit, "of ") {
		label = f.Name + " " + f.Unit
	}
	switch higher, ok := evaluation.HigherIsBetter(f.Name); {
	case ok && higher:
		label += ", higher is better"
	case ok:
		label += ", lower is better"
	}
	return label
}
