package huggingface

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/template"

	"latentspace/data/columns"
	"latentspace/evaluation"
	"latentspace/example"
	"latentspace/export"
	"latentspace/internal/safejson"
)

//go:embed card.tmpl
var cardText string

var cardTemplate = template.Must(template.New("card").Funcs(template.FuncMap{
	"quote": quote, "cell": evaluation.Cell,
}).Parse(cardText))

// quote writes text as JSON does, which YAML reads too.
func quote(text string) (string, error) {
	b, err := safejson.Marshal(text)
	return string(b), err
}

// cardData is what the template of the card shows.
type cardData struct {
	Model
	Likelihood, Task   string
	Dim                int
	Decoder            string // the file that decodes codes; "" of a model that writes token by token
	Rows, Pairs        string // draws and reconstructions as text
	Picture, Paired    bool
	Seen, Sound, Words bool
	Headline, Figures  []evaluation.Figure
	Tags               []string
	Given              string // what is told with the first code, where the decoder reads it
	Told               string // what the program in Go tells the model of each draw
	End, Padding       int    // of texts
}

// card writes the model card.
func (m Model) card(b *bytes.Buffer) error {
	d := cardData{Model: m, Picture: m.drawn(), Paired: m.paired(), Sound: m.Schema.IsSound(), Words: m.Schema.IsText()}
	d.Likelihood, _ = m.Likelihood()
	d.Dim, _ = m.Dim()
	d.Seen = m.Schema.IsPicture() && !d.Sound
	d.Tags = []string{"latentspace", "onnx", m.Kind}
	switch {
	case d.Seen:
		d.Task = "unconditional-image-generation"
	case d.Words:
		d.Task = "text-generation"
	case m.Schema.IsTable():
		d.Tags = append(d.Tags, "tabular")
	case d.Sound:
		d.Tags = append(d.Tags, "audio")
	}
	for _, g := range m.Graphs {
		if g.Name == "decoder.onnx" || g.Name == "generator.onnx" {
			d.Decoder = g.Name
			if slices.ContainsFunc(g.Inputs, func(in string) bool { return strings.HasPrefix(in, "about ") }) {
				d.Given = numbers(m.About.Data[:m.About.Shape[1]])
			}
		}
	}
	if m.Report != nil {
		for _, s := range m.Report.Sections {
			d.Figures = append(d.Figures, finite(s.Figures)...)
		}
		d.Headline = finite(m.Report.Headline())
	}
	if d.Padding = example.Padding; d.Words {
		d.End = slices.Index(m.Schema.Fields[0].Words, example.End)
	}
	d.Told = m.told()
	var err error
	if d.Rows, d.Pairs, err = m.lines(); err != nil {
		return err
	}
	return cardTemplate.Execute(b, d)
}

// finite are the figures that the metadata of a card can have.
func finite(figures []evaluation.Figure) []evaluation.Figure {
	return slices.DeleteFunc(slices.Clone(figures), func(f evaluation.Figure) bool {
		return math.IsNaN(f.Value) || math.IsInf(f.Value, 0)
	})
}

// lines are draws and reconstructions as indented lines: of texts, and the draws of tables.
func (m Model) lines() (rows, pairs string, err error) {
	var all []string
	switch f := m.Schema.Fields[0]; {
	case m.Schema.IsText():
		err = export.Each(m.X, func(row []float32) error {
			all = append(all, export.Line(f, row))
			return nil
		})
		if m.Originals != nil {
			pairs = indented(export.Pairs(f, m.Originals, m.Decoded))
		}
	case m.Schema.IsTable():
		w := columns.NewWriter(m.Schema, false, 0)
		separator := string(w.Separator())
		all = append(all, strings.Join(w.Header(), separator))
		i := 0
		err = export.Each(m.X, func(row []float32) error {
			all = append(all, strings.Join(w.Cells(i, row), separator))
			i++
			return nil
		})
	}
	return indented(all), pairs, err
}

// indented are lines as a block of code, whatever they have.
func indented(lines []string) string {
	var b strings.Builder
	for _, line := range strings.Split(strings.Join(lines, "\n"), "\n") {
		fmt.Fprintf(&b, "    %s\n", line)
	}
	return b.String()
}

// numbers are values with commas between them.
func numbers(values []float32) string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = export.Number(v)
	}
	return strings.Join(all, ", ")
}

// told is what is known of the first draw, as a program in Go gives it: nil of a model without
// conditions.
func (m Model) told() string {
	var all []string
	for _, name := range m.Conditional() {
		f, at, _ := m.Model.Told.About.Lookup(name)
		value := export.Number(m.About.Data[at])
		if f.Indexed() {
			value = f.Words[int(m.About.Data[at])]
		}
		all = append(all, fmt.Sprintf("%q: %q", name, value))
	}
	if all == nil {
		return "nil"
	}
	return "latentspace.Given{" + strings.Join(all, ", ") + "}"
}
