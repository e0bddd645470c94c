package explore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/data/columns"
	"latentspace/data/keyed"
	"latentspace/data/table"
	"latentspace/experiments"
	"latentspace/tensor"
	"latentspace/trained"
	"latentspace/training"
)

// Impute fills the missing cells of a file of rows of a table, by drawing codes and cells in turn:
// see [trained.Model.Fill].
type Impute struct {
	Options
	Rounds int  // of drawing codes and cells
	Draw   bool // a cell is a draw; else a mean, and of words the likeliest
}

// ImputeResult is a table without gaps.
type ImputeResult struct {
	Header []string // nil for a file without
	Rows   [][]string
	Filled []FilledCell // in the order of the rows
	Report ImputeReport
}

// FilledCell is a cell that was missing.
type FilledCell struct {
	Row    string // what the file calls it, or its line
	Column string
	Text   string // of the cell now
}

// ImputeReport is what [Impute] reports.
type ImputeReport struct {
	Rows    int            `json:"rows"`
	Filled  int            `json:"filled"`  // cells
	Columns map[string]int `json:"columns"` // filled cells of each column that has some
}

func (r ImputeReport) String() string {
	if r.Filled == 0 {
		return fmt.Sprintf("no cell of %s is missing\n", counted(r.Rows, "row"))
	}
	var of []string
	for _, name := range slices.Sorted(maps.Keys(r.Columns)) {
		of = append(of, fmt.Sprintf("%s: %d", name, r.Columns[name]))
	}
	return fmt.Sprintf("filled %s of %s (%s)\n", counted(r.Filled, "cell"), counted(r.Rows, "row"), strings.Join(of, ", "))
}

// counted is a number of things of a name.
func counted(n int, name string) string {
	if n == 1 {
		return "1 " + name
	}
	return fmt.Sprintf("%d %ss", n, name)
}

// Run fills the cells.
func (o Impute) Run(ctx context.Context, m *training.Trained) (ImputeResult, error) {
	switch {
	case len(o.Files) != 1:
		return ImputeResult{}, experiments.Usagef("-i: %d files, want the one table whose missing cells are to be filled", len(o.Files))
	case o.Rounds < 1 || o.Rounds > 10_000:
		return ImputeResult{}, experiments.Usagef("-rounds %d, want it from 1 to 10000", o.Rounds)
	case !m.Schema.IsTable():
		return ImputeResult{}, fmt.Errorf("explore: the model was not trained on a table: impute fills cells of rows")
	}
	rows, notes, err := data.ImportTable(ctx, o.Files[0], m.Schema, m.Told.About)
	if err != nil {
		return ImputeResult{}, err
	}
	for _, note := range notes {
		o.Tell("%s", note)
	}
	var ds data.Dataset = rows
	if len(m.Conditional()) > 0 {
		known, ok := rows.Described()
		if !ok {
			return ImputeResult{}, fmt.Errorf("explore: %s: the model is told %s of each row, and some rows do not have it", o.Files[0], strings.Join(m.Conditional(), ", "))
		}
		ds = known
	}
	if err := checkHeld(rows.Len(), m.Shape); err != nil {
		return ImputeResult{}, err
	}
	x, err := m.Read(ds, 0, rows.Len())
	if err != nil {
		return ImputeResult{}, err
	}
	missing := make([][]bool, rows.Len())
	for i := range missing {
		missing[i] = rows.Missing(i)
	}
	y, err := m.Fill(ctx, x, missing, trained.Filling{Rounds: o.Rounds, Draw: o.Draw, Seed: o.Seed})
	if err != nil {
		return ImputeResult{}, err
	}
	return o.filled(m, rows, y), nil
}

// filled puts the values into the cells of the file that are missing. A cell that the model does not
// understand, such as a word that it has not learned, stays as it is.
func (o Impute) filled(m *training.Trained, rows *data.NewRows, y *tensor.Tensor) ImputeResult {
	r := ImputeResult{Header: rows.Header(), Report: ImputeReport{Rows: rows.Len(), Columns: map[string]int{}}}
	width := m.Schema.Width()
	for i := range rows.Len() {
		cells := slices.Clone(rows.Cells(i))
		at := i * width
		for k, f := range m.Schema.Fields {
			if column := rows.Column(k); column >= 0 && rows.Missing(i)[k] && table.Missing(cells[column]) {
				share := 0.5
				if o.Draw {
					d := keyed.New(o.Seed, "explore.impute", uint64(i), uint64(k))
					share = d.Uniform()
				}
				cells[column] = columns.Text(f, y.Data[at:at+f.Width()], share)
				r.Filled = append(r.Filled, FilledCell{rows.Name(i), f.Name, cells[column]})
				r.Report.Columns[f.Name]++
			}
			at += f.Width()
		}
		r.Rows = append(r.Rows, cells)
	}
	r.Report.Filled = len(r.Filled)
	return r
}
