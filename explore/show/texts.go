package show

import (
	"fmt"
	"path/filepath"
	"strings"

	"latentspace/example"
	"latentspace/explore"
	"latentspace/export"
	"latentspace/tensor"
)

// mostShown is how many lines of texts a report has; the file has all.
const mostShown = 40

// asTexts reports whether a file has examples of a schema as lines of text.
func asTexts(file string, s example.Schema) bool {
	return s.IsText() && strings.EqualFold(filepath.Ext(file), ".txt")
}

// texts are the texts of examples, a line each.
func texts(s example.Schema, x *tensor.Tensor) []string {
	var all []string
	export.Each(x, func(row []float32) error {
		all = append(all, export.Line(s.Fields[0], row))
		return nil
	})
	return all
}

// textRows are rows of texts: the name of each, if it has one, and then a line for every text with
// the name of its column before it. A line is empty between two rows.
func textRows(r explore.Rows) []string {
	var all []string
	for i, row := range r.Examples {
		if i > 0 {
			all = append(all, "")
		}
		if r.Names != nil {
			all = append(all, r.Names[i]+":")
		}
		for j, text := range texts(r.Schema, row) {
			if r.Columns != nil {
				text = fmt.Sprintf("%8s  %s", r.Columns[j], text)
			}
			all = append(all, text)
		}
	}
	return all
}

// saying is the report with the lines of its file.
func (w Written) saying(lines []string) Written {
	w.Texts, w.lines = lines[:min(len(lines), mostShown)], len(lines)
	return w
}

// said are the first lines of the file, for a person.
func (w Written) said() string {
	if len(w.Texts) == 0 {
		return ""
	}
	more := ""
	if n := w.lines - len(w.Texts); n > 0 {
		more = fmt.Sprintf("… and %d more lines\n", n)
	}
	return strings.Join(w.Texts, "\n") + "\n" + more + "\n"
}

// sayingRows is the report with rows of texts, and without change of other rows.
func (w Written) sayingRows(r explore.Rows) Written {
	if !r.Schema.IsText() {
		return w
	}
	return w.saying(textRows(r))
}

// listed is a stream whose first texts are kept as they are made. Said puts them into a report.
func listed(s explore.Stream) (stream explore.Stream, said func(Written) Written) {
	if !s.Schema.IsText() {
		return s, func(w Written) Written { return w }
	}
	var first []string
	each := s.Each
	s.Each = func(f func(x *tensor.Tensor) error) error {
		first = nil
		return each(func(x *tensor.Tensor) error {
			if len(first) < mostShown {
				first = append(first, texts(s.Schema, x)...)
			}
			return f(x)
		})
	}
	return s, func(w Written) Written {
		w = w.saying(first)
		w.lines = s.N
		return w
	}
}
