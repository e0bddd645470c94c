package sweeps

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"latentspace/checkpoints"
	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/internal/atomicfile"
	"latentspace/internal/safejson"
	"latentspace/rundir"
	"latentspace/settings"
)

// Table is what came of a sweep: the runs, the best first, with their settings and figures.
type Table struct {
	Name       string   `json:"name"`
	Experiment string   `json:"experiment"`
	Sort       string   `json:"sort,omitempty"` // the figure that it is sorted by; "" for the order of the file
	Settings   []string `json:"settings"`       // keys that differ
	Figures    []string `json:"figures"`        // that differ
	Runs       []Row    `json:"runs"`
	Notes      []string `json:"notes,omitempty"`
	folder     string
}

// Row is a run of a table.
type Row struct {
	Run          string                       `json:"run"`
	Status       string                       `json:"status"` // new, or as in run.json
	Error        string                       `json:"error,omitempty"`
	Settings     map[string]string            `json:"settings"` // of all keys that the sweep sets, as YAML
	Step         int                          `json:"step"`
	Seconds      float64                      `json:"seconds"`
	ParamsSHA256 string                       `json:"params_sha256,omitempty"`
	Figures      map[string]*explore.Compared `json:"figures"` // beside the best, the mark is of the difference to the first run
}

// Ended reports whether every run is finished or failed, and whether one failed.
func (t *Table) Ended() (all, failed bool) {
	all = true
	for _, r := range t.Runs {
		all = all && (r.Status == rundir.Finished || r.Status == rundir.Failed)
		failed = failed || r.Status == rundir.Failed
	}
	return all, failed
}

// table makes the table of what the folder holds, and writes it. No two processes do it at once.
func (s *sweeping) table() (*Table, error) {
	release, err := checkpoints.Lock(s.Dir)
	for errors.Is(err, checkpoints.ErrInUse) {
		time.Sleep(lookWait)
		release, err = checkpoints.Lock(s.Dir)
	}
	if err != nil {
		return nil, err
	}
	t := s.compare()
	return t, errors.Join(t.write(s.Dir), release())
}

// compare reads what came of the runs.
func (s *sweeping) compare() *Table {
	t := &Table{Name: s.Name, Experiment: s.Experiment, folder: s.Dir}
	states := make([]State, len(s.Runs))
	whole := true // every finished run has a report of sample evaluate
	for i := range s.Runs {
		states[i] = s.state(i)
		if states[i].Status == rundir.Finished && states[i].Manifest != nil {
			whole = whole && show.Kept(s.folder(i), states[i].Manifest.Step) != nil
		}
	}
	reports := make([]explore.EvaluateReport, len(s.Runs))
	order := make([]int, len(s.Runs))
	for i := range s.Runs {
		order[i], reports[i] = i, s.report(i, states[i].Manifest, whole)
	}
	t.Sort = s.sortBy(order, states, reports)
	sorted, names := make([]explore.EvaluateReport, len(order)), make([]string, len(order))
	for k, i := range order {
		sorted[k], names[k] = reports[i], s.Runs[i].Name
		if sorted[k].Data == "" { // it has no figures
			sorted[k].Data = sorted[0].Data
		}
		t.Runs = append(t.Runs, s.row(i, states[i]))
	}
	compared := explore.CompareKept(sorted, names)
	t.Notes = compared.Notes
	if t.Sort == "" && s.Sort != "" {
		t.Notes = append(t.Notes, fmt.Sprintf("no run has %s: name it in train.evaluate.metrics, or measure each run with sample evaluate and sweep again", s.Sort))
	}
	for _, row := range compared.Rows {
		t.add(row)
	}
	for _, key := range s.Keys {
		if slices.ContainsFunc(t.Runs, func(r Row) bool { return r.Settings[key] != t.Runs[0].Settings[key] }) {
			t.Settings = append(t.Settings, key)
		}
	}
	return t
}

// add puts a figure beside the runs that have it, and among those that differ.
func (t *Table) add(row explore.ComparedRow) {
	differs := false
	var first *explore.Compared
	for k, v := range row.Values {
		if v == nil {
			continue
		}
		if v.Error == 0 {
			v.Mark = "" // it has no error that a difference could be beyond
		}
		if first == nil {
			first = v
		}
		differs = differs || v.Value != first.Value
		t.Runs[k].Figures[row.Name] = v
	}
	if differs || len(t.Runs) == 1 {
		t.Figures = append(t.Figures, row.Name)
	}
}

func (s *sweeping) row(i int, state State) Row {
	r := Row{Run: s.Runs[i].Name, Status: state.Status, Error: state.Error, Settings: map[string]string{}, Figures: map[string]*explore.Compared{}}
	for _, key := range s.Keys {
		r.Settings[key] = settings.Value(s.Runs[i].Config, experiments.Registry, key)
	}
	for _, edit := range s.Runs[i].Sets { // as the sweep has it, where it has it
		if key, value, _ := strings.Cut(edit, "="); r.Settings[key] != "" {
			r.Settings[key] = value
		}
	}
	if m := state.Manifest; m != nil {
		r.Step, r.Seconds, r.ParamsSHA256 = m.Step, m.Seconds, m.ParamsSHA256
	}
	return r
}

// report is what is known of a run: of its manifest the value that its best checkpoint was chosen
// by, the test and the last evaluation, and in place of the last the report of sample evaluate where
// every run has one.
func (s *sweeping) report(i int, m *rundir.Manifest, whole bool) explore.EvaluateReport {
	r := explore.EvaluateReport{Report: &evaluation.Report{}}
	if m == nil {
		return r
	}
	r.Data = m.Data.SHA256
	own := evaluation.Section{Name: "run"}
	if m.Best != nil {
		own.Figures = append(own.Figures, evaluation.Figure{Name: "best " + m.Best.By, Value: m.Best.Value})
	}
	for _, x := range m.Metrics.Test {
		own.Figures = append(own.Figures, evaluation.Figure{Name: "test " + x.Name, Value: x.Value})
	}
	r.Sections = []evaluation.Section{own}
	if kept := show.Kept(s.folder(i), m.Step); whole && kept != nil {
		r.Sections = append(r.Sections, kept.Sections...)
		return r
	}
	valid := evaluation.Section{Name: "evaluation"}
	for _, name := range slices.Sorted(maps.Keys(m.Metrics.Figures)) {
		f := m.Metrics.Figures[name]
		valid.Figures = append(valid.Figures, evaluation.Figure{Name: name, Value: f.Value, Error: f.Error})
	}
	r.Sections = append(r.Sections, valid)
	return r
}

// sortBy orders the runs by the figure that the sweep names, or by what train.best says, and returns
// its name. Runs without it come last. Where the runs have no such figure in common the order stays.
func (s *sweeping) sortBy(order []int, states []State, reports []explore.EvaluateReport) string {
	by, higher := s.Sort, false
	if by == "" || by == experiments.ByLoss {
		for i, state := range states {
			if m := state.Manifest; m == nil || m.Best == nil {
				continue
			} else if name := "best " + m.Best.By; by == "" || by == experiments.ByLoss {
				by = name
				higher, _ = evaluation.HigherIsBetter(s.Runs[i].Config.Train.Best)
			} else if by != name {
				return ""
			}
		}
	} else {
		higher, _ = evaluation.HigherIsBetter(by)
	}
	found := false
	slices.SortStableFunc(order, func(i, j int) int {
		a, hasA := reports[i].Figure(by)
		b, hasB := reports[j].Figure(by)
		found = found || hasA || hasB
		switch {
		case !hasA || !hasB:
			return cmp.Compare(truth(hasB), truth(hasA))
		case higher:
			return cmp.Compare(b.Value, a.Value)
		}
		return cmp.Compare(a.Value, b.Value)
	})
	if !found {
		return ""
	}
	return by
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// mostColumns is how many figures the table for a person has.
const mostColumns = 8

var marks = map[string]string{"better": "+", "worse": "-", "other": "*", "protocol": "?"}

func (t *Table) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	figures := t.Figures[:min(len(t.Figures), mostColumns)]
	fmt.Fprintf(w, "run\t%s\n", strings.Join(slices.Concat(t.Settings, figures), "\t"))
	for _, r := range t.Runs {
		cells := []string{r.Run}
		for _, key := range t.Settings {
			cells = append(cells, clip(r.Settings[key]))
		}
		for _, name := range figures {
			cells = append(cells, cell(r.Figures[name]))
		}
		if r.Status != rundir.Finished {
			cells = append(cells, strings.TrimSuffix(r.Status+": "+r.Error, ": "))
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	w.Flush()
	if t.Sort != "" {
		fmt.Fprintf(&b, "sorted by %s, the best first\n", t.Sort)
	}
	if n := len(t.Figures) - len(figures); n > 0 {
		fmt.Fprintf(&b, "%s more in table.csv\n", experiments.Count(n, "figure"))
	}
	for _, note := range t.Notes {
		fmt.Fprintf(&b, "note: %s\n", note)
	}
	fmt.Fprintf(&b, "wrote table.csv, table.json and table.txt into %s\n", t.folder)
	return b.String()
}

// clip shortens a value of a key for a table.
func clip(value string) string {
	const most = 24
	if r := []rune(value); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return value
}

func cell(v *explore.Compared) string {
	switch {
	case v == nil:
		return "–"
	case v.Error == 0:
		return fmt.Sprintf("%.5g", v.Value)
	}
	return strings.TrimSpace(fmt.Sprintf("%.5g ± %.2g %s", v.Value, v.Error, marks[v.Mark]))
}

// write puts the table into the sweep's folder, as text, CSV and JSON.
func (t *Table) write(dir string) error {
	file := func(name string, write func(io.Writer) error) error {
		if err := atomicfile.Write(atomicfile.OS{}, filepath.Join(dir, name), write); err != nil {
			return fmt.Errorf("sweeps: %w", err)
		}
		return nil
	}
	return errors.Join(
		file("table.json", func(w io.Writer) error { return safejson.WriteIndented(w, t) }),
		file("table.csv", t.writeCSV),
		file("table.txt", func(w io.Writer) error {
			_, err := io.WriteString(w, t.String())
			return err
		}),
	)
}

// writeCSV writes a row for each run, and two columns for each figure that differs.
func (t *Table) writeCSV(to io.Writer) error {
	w := csv.NewWriter(to)
	head := append(append([]string{"run"}, t.Settings...), "status", "error", "step", "seconds", "params_sha256")
	for _, name := range t.Figures {
		head = append(head, name, name+" standard error")
	}
	rows := [][]string{head}
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	for _, r := range t.Runs {
		row := []string{r.Run}
		for _, key := range t.Settings {
			row = append(row, r.Settings[key])
		}
		row = append(row, r.Status, r.Error, strconv.Itoa(r.Step), number(r.Seconds), r.ParamsSHA256)
		for _, name := range t.Figures {
			if v := r.Figures[name]; v == nil {
				row = append(row, "", "")
			} else if v.Error == 0 {
				row = append(row, number(v.Value), "")
			} else {
				row = append(row, number(v.Value), number(v.Error))
			}
		}
		rows = append(rows, row)
	}
	return w.WriteAll(rows)
}
