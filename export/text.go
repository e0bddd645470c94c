package export

import (
	"bufio"
	"io"
	"path/filepath"
	"strings"

	"latentspace/example"
	"latentspace/tensor"
)

// Texts writes texts, of rows of tokens: a column "text" of .csv, or else [Lines].
func Texts(file string, s example.Schema, rows func(write func(values []float32) error) error) error {
	f := s.Fields[0]
	if strings.EqualFold(filepath.Ext(file), ".csv") {
		return Table(file, []string{"text"}, func(write func([]string) error) error {
			return rows(func(values []float32) error { return write([]string{f.Spell(values)}) })
		})
	}
	return Lines(file, func(write func(line string) error) error {
		return rows(func(values []float32) error { return write(Line(f, values)) })
	})
}

// Line is the text of a row of tokens for a place among others in a file or a report. One of several
// lines begins and ends with a rule, so that it is seen where it does.
func Line(f example.Field, row []float32) string {
	text := f.Spell(row)
	if strings.Contains(text, "\n") {
		return rule + "\n" + strings.TrimSuffix(text, "\n") + "\n" + rule
	}
	return text
}

// Pairs are lines of texts x, each with the text of y that it was decoded to below it, and an empty
// line between two.
func Pairs(f example.Field, x, y *tensor.Tensor) []string {
	var lines []string
	size := f.Size()
	for i := range x.Shape[0] {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, "original  "+Line(f, x.Data[i*size:(i+1)*size]), " decoded  "+Line(f, y.Data[i*size:(i+1)*size]))
	}
	return lines
}

const rule = "────"

// WriteLines writes a file of lines.
func WriteLines(file string, lines []string) error {
	return Lines(file, func(write func(string) error) error {
		for _, l := range lines {
			if err := write(l); err != nil {
				return err
			}
		}
		return nil
	})
}

// Lines writes a file of lines as they are made.
func Lines(file string, each func(write func(line string) error) error) error {
	return File(file, func(w io.Writer) error {
		b := bufio.NewWriter(w)
		err := each(func(line string) error {
			_, err := b.WriteString(line + "\n")
			return err
		})
		if err != nil {
			return err
		}
		return b.Flush()
	})
}
