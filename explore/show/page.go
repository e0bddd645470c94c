package show

import (
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"slices"

	"latentspace/evaluation"
	"latentspace/explore"
	"latentspace/export"
	"latentspace/internal/untrusted"
	"latentspace/training"
)

// The page is the report as one HTML file that needs no other: the diagnosis, figures with
// their protocols, pictures, tables, the manifest and the experiment.

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page is what the template shows.
type page struct {
	Name, About string
	Findings    []evaluation.Finding
	Verdict     string // where there are none
	Head        []pageFigure
	Pictures    []pagePicture
	Features    []pageFeature
	Absent      []string // sentences about pictures that there are not
	Sections    []pageSection
	Files       []pageFile
}

type pageFigure struct{ Name, Value, Error, Unit, Protocol string }

type pagePicture struct {
	Source  template.URL // of data
	Caption string
	Pixels  bool // enlarged, pixels stay squares
}

type pageSection struct {
	Name    string
	Figures []pageFigure
	Tables  []pageTable
	LeftOut []string
}

type pageTable struct {
	Title   string
	Columns []string
	Rows    []pageRow
	Bars    bool
}

type pageRow struct {
	Name  string
	Cells []string
	Width template.CSS // of a bar
}

type pageFile struct{ Name, Text string }

// writePage writes the page of what was measured.
func writePage(ctx context.Context, m *training.Trained, file string, v explore.Evaluate, measured explore.EvaluateResult) error {
	r := measured.Report
	p := page{
		Name:     r.Run.Name,
		About:    fmt.Sprintf("A model of kind %s after %d steps, measured on the %s split. Every figure has its standard error.", r.Model, r.Run.Step, r.Report.Split),
		Findings: r.Diagnosis,
		Verdict:  "Nothing was found that is wrong.",
	}
	if r.Diagnosis == nil {
		p.Verdict = "No diagnosis: only some figures were measured."
	}
	for _, f := range r.Headline() {
		p.Head = append(p.Head, figureOf(f))
	}
	for _, section := range r.Sections {
		p.Sections = append(p.Sections, sectionOf(section))
	}
	if err := (pictures{m, v.Seed, v.Split, measured, &p}).add(ctx); err != nil {
		return err
	}
	dir := filepath.Dir(m.File)
	config, err := m.Config.YAML()
	if err != nil {
		return err
	}
	p.Files = append(p.Files, pageFile{"experiment", string(config)})
	if manifest, err := untrusted.ReadFile(filepath.Join(dir, "run.json"), untrusted.Manifest); err == nil {
		p.Files = append(p.Files, pageFile{"manifest", string(manifest)})
	}
	return export.File(file, func(w io.Writer) error {
		if err := pageTemplate.Execute(w, p); err != nil {
			return fmt.Errorf("explore: page: %w", err)
		}
		return nil
	})
}

func figureOf(f evaluation.Figure) pageFigure {
	p := f.Protocol
	protocol := fmt.Sprintf("%s split, %d examples", p.Split, p.N)
	if p.Draws > 0 {
		protocol += fmt.Sprintf(", %d draws", p.Draws)
	}
	if p.Prior != "" {
		protocol += "; prior: " + p.Prior
	}
	for _, more := range []string{p.Likelihood, p.Reduction, p.Method} {
		if more != "" {
			protocol += "; " + more
		}
	}
	return pageFigure{f.Name, fmt.Sprintf("%.5g", f.Value), fmt.Sprintf("%.2g", f.Error), f.Unit, protocol}
}

// barColumn is the number of the column of a table that has a bar for each row, −1 of a table
// without bars: of the dimensions what they say, or else how much they vary.
func barColumn(t evaluation.Table) int {
	switch t.Name {
	case "important_codes":
		return 0
	case "dimensions":
		if k := slices.Index(t.Columns, evaluation.DivergenceColumn); k >= 0 {
			return k
		}
		return slices.Index(t.Columns, evaluation.VarianceColumn)
	}
	return -1
}

func sectionOf(s evaluation.Section) pageSection {
	out := pageSection{Name: s.Name, LeftOut: s.LeftOut}
	for _, f := range s.Figures {
		out.Figures = append(out.Figures, figureOf(f))
	}
	for _, t := range s.Tables {
		column := barColumn(t)
		bars := column >= 0
		table := pageTable{Title: t.Title, Columns: t.Columns, Bars: bars}
		most := 0.0
		for _, values := range t.Values {
			if bars {
				most = max(most, values[column])
			}
		}
		for i, values := range t.Values {
			row := pageRow{Name: t.Rows[i]}
			for _, v := range values {
				row.Cells = append(row.Cells, evaluation.Cell(v))
			}
			if bars {
				share := 0.0
				if most > 0 {
					share = 100 * max(0, values[column]) / most
				}
				row.Width = template.CSS(fmt.Sprintf("%.1f%%", share))
			}
			table.Rows = append(table.Rows, row)
		}
		out.Tables = append(out.Tables, table)
	}
	return out
}
