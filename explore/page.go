package explore

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"image"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"latentspace/evaluation"
	"latentspace/export"
	"latentspace/internal/panics"
	"latentspace/internal/untrusted"
	"latentspace/render"
	"latentspace/tensor"
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

// headline are the figures that are told first.
var headline = []string{"neg_elbo", "nll", "kl", "active_units", "squared_error", "ssim", "frechet_distance", "precision", "recall",
	"modes", "high_quality", "mig", "factorvae_score", "probe_logistic_codes_all"}

// writePage writes the page of a report.
func (e Evaluate) writePage(ctx context.Context, m Model, s evaluation.Subject, r Evaluated) error {
	p := page{
		Name:     r.Run.Name,
		About:    fmt.Sprintf("A model of kind %s after %d steps, measured on the %s split. Every figure has its standard error.", r.Model, r.Run.Step, r.Report.Split),
		Findings: r.Diagnosis,
		Verdict:  "Nothing was found that is wrong.",
	}
	if r.Diagnosis == nil {
		p.Verdict = "No diagnosis: only some figures were measured."
	}
	for _, name := range headline {
		if f, ok := r.Figure(name); ok {
			p.Head = append(p.Head, figureOf(f))
		}
	}
	for _, section := range r.Sections {
		p.Sections = append(p.Sections, sectionOf(section))
	}
	if err := e.pictures(ctx, m, s, r, &p); err != nil {
		return err
	}
	dir := filepath.Dir(m.Checkpoint)
	config, err := m.Config.YAML()
	if err != nil {
		return err
	}
	p.Files = append(p.Files, pageFile{"experiment", string(config)})
	if manifest, err := untrusted.ReadFile(filepath.Join(dir, "run.json"), untrusted.Manifest); err == nil {
		p.Files = append(p.Files, pageFile{"manifest", string(manifest)})
	}
	return export.File(r.Also[0], func(w io.Writer) error {
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

// pictured is how many examples a picture of the page has.
const (
	pictured    = 64
	picturedMap = 2000
)

// pictures adds what can be seen: what other verbs draw, in a folder of its own, the curves
// of the run, and the training examples nearest to samples. What cannot be drawn is told.
func (e Evaluate) pictures(ctx context.Context, m Model, s evaluation.Subject, r Evaluated, p *page) error {
	dir, err := os.MkdirTemp("", "page")
	if err != nil {
		return fmt.Errorf("explore: page: %w", err)
	}
	defer os.RemoveAll(dir)
	seen := m.Schema.IsPicture()
	of := func(n int, file string) Options {
		return Options{N: n, Seed: e.Seed, Split: e.Split, File: filepath.Join(dir, file)}
	}
	verb := func(caption string, pixels bool, file string, run func() (fmt.Stringer, error)) error {
		if err := panics.Caught(func() error { _, err := run(); return err }); ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			p.Absent = append(p.Absent, caption+": "+strings.TrimPrefix(err.Error(), "explore: ")+".")
			return nil
		}
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			return fmt.Errorf("explore: page: %w", err)
		}
		p.Pictures = append(p.Pictures, pagePicture{sourceOf(b), caption, pixels})
		return nil
	}
	if b, err := untrusted.ReadFile(filepath.Join(filepath.Dir(m.Checkpoint), "curves.png"), untrusted.Report); err == nil {
		p.Pictures = append(p.Pictures, pagePicture{sourceOf(b), "Losses and figures by epoch, on the training and the validation set", false})
	}
	held := min(s.Held.Len(), pictured/4)
	if seen {
		err = errors.Join(err,
			verb(samplesOf(s), true, "draw.png", func() (fmt.Stringer, error) { return Draw{Options: of(pictured, "draw.png")}.Run(ctx, m) }),
			verb("Held-out examples, and what the model makes of their codes below", true, "reconstruct.png", func() (fmt.Stringer, error) {
				return Reconstruct{of(held, "reconstruct.png")}.Run(ctx, m)
			}),
			p.try(ctx, "Nearest training examples", func() error { return e.nearest(ctx, m, s, r, p) }))
	} else if len(m.Shape) == 1 && m.Shape[0] == 2 {
		err = errors.Join(err, p.try(ctx, "Samples over held-out data", func() error { return e.scatter(ctx, m, s, p) }))
	}
	if !m.CanEncode() {
		return err
	}
	return errors.Join(err, verb("Codes of held-out examples, two principal components", false, "map.png", func() (fmt.Stringer, error) {
		return e.codeMap(of(min(s.Held.Len(), picturedMap), "map.png")).Run(ctx, m)
	}))
}

// samplesOf is the caption of samples: with the prior, where that was fitted to codes.
func samplesOf(s evaluation.Subject) string {
	if s.Prior == "" {
		return "Samples"
	}
	return "Samples from the prior " + s.Prior
}

// try adds a picture. One that cannot be made is told.
func (p *page) try(ctx context.Context, caption string, add func() error) error {
	err := panics.Caught(add)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		p.Absent = append(p.Absent, caption+": "+strings.TrimPrefix(err.Error(), "explore: ")+".")
	}
	return nil
}

// codeMap is the map of codes that the page has.
func (e Evaluate) codeMap(o Options) Map { return Map{Options: o, Space: "codes"} }

// nearest draws the first samples above the training examples nearest to them.
func (e Evaluate) nearest(ctx context.Context, m Model, s evaluation.Subject, r Evaluated, p *page) error {
	var near evaluation.Table
	for _, section := range r.Sections {
		for _, t := range section.Tables {
			if t.Name == "nearest" {
				near = t
			}
		}
	}
	if len(near.Rows) == 0 {
		return nil
	}
	x, err := m.Samples(ctx, len(near.Rows), e.Seed)
	if err != nil {
		return err
	}
	y := tensor.New(x.Shape...)
	size := tensor.Size(m.Shape)
	for i, values := range near.Values {
		if err := s.Train.Read(int(values[0]), y.Data[i*size:(i+1)*size]); err != nil {
			return fmt.Errorf("explore: page: %w", err)
		}
	}
	img, err := render.Pairs(x, y, render.GridOptions{})
	if err != nil {
		return err
	}
	return p.add(img, samplesOf(s)+", and the training example nearest to each below: a copy would be the same", true)
}

// scatter draws samples in the plane over the data.
func (e Evaluate) scatter(ctx context.Context, m Model, s evaluation.Subject, p *page) error {
	x, err := m.Samples(ctx, picturedMap, e.Seed)
	if err != nil {
		return err
	}
	some := e.some(s.Held, picturedMap)
	behind, err := m.Values(some, 0, some.n)
	if err != nil {
		return err
	}
	img, err := render.Scatter(x, make([]int, picturedMap), render.ScatterOptions{X: "x0", Y: "x1", Names: []string{"samples"}, Behind: behind, BehindName: "data"})
	if err != nil {
		return err
	}
	return p.add(img, samplesOf(s)+" over held-out data", false)
}

// add adds a picture.
func (p *page) add(img image.Image, caption string, pixels bool) error {
	var b bytes.Buffer
	if err := render.WritePNG(&b, img); err != nil {
		return err
	}
	p.Pictures = append(p.Pictures, pagePicture{sourceOf(b.Bytes()), caption, pixels})
	return nil
}

// sourceOf is the address of a PNG that has its bytes in it.
func sourceOf(png []byte) template.URL {
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png))
}
