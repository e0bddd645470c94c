package codefile

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"latentspace/data/npy"
	"latentspace/export"
	"latentspace/tensor"
)

// Codes are the codes of examples, for a file. They are made in order, each time they are needed,
// so that memory does not grow with their number.
type Codes struct {
	N, Dim int
	Box    Box      // of the codes
	Index  []int    // of each example in its split
	Labels []int    // the class of each example; nil if there are no classes
	Words  []string // likewise, its name
	// Each calls f with the codes z (batch, dim) of the examples from first on, in order; f may
	// change z. what describes the pass, for progress.
	Each func(what string, f func(first int, z *tensor.Tensor) error) error
	// EachPosterior also passes log-variances; it is nil unless codes are distributions.
	EachPosterior func(what string, f func(first int, z, logvar *tensor.Tensor) error) error
}

// Write writes a file, .csv or .npz, of codes in a precision, with the index of each example in the
// split, its label and, for a variational autoencoder, the log-variance of its code.
func (c Codes) Write(file string, p Precision) error {
	if strings.EqualFold(filepath.Ext(file), ".csv") {
		return c.writeCSV(file, p)
	}
	if strings.EqualFold(filepath.Ext(file), ".npy") {
		if p.Name == "int8" {
			return fmt.Errorf("explore: %s: int8 has an offset and a scale besides, which a .npy file has no place for: want .npz, or -precision float16", file)
		}
		return export.File(file, func(w io.Writer) error { return c.writeNPY(w, p) })
	}
	return export.File(file, func(w io.Writer) error { return c.writeNPZ(w, p) })
}

// types are those of the values of a precision in a file.
var types = map[string]npy.Type{"float32": npy.Float32, "float16": npy.Float16, "int8": npy.Int8}

// writeNPY writes the codes (n, dim) alone, which [data.Array] can read piece by piece.
func (c Codes) writeNPY(w io.Writer, p Precision) error {
	codes, err := npy.Create(w, "codes", types[p.Name], c.N, c.Dim)
	if err != nil {
		return err
	}
	err = c.Each("writing codes", func(_ int, z *tensor.Tensor) error {
		for i, v := range z.Data {
			z.Data[i] = p.Round(c.Box, i%c.Dim, v)
		}
		return npy.Write(codes, z.Data)
	})
	if err != nil {
		return err
	}
	return codes.Close()
}

// writeNPZ writes arrays of n rows:
//
//	codes (n, dim) of the precision; if that is int8, z = offset + scale·codes
//	offset, scale (dim) float32, only with int8
//	logvar (n, dim) float32   labels (n) int64, where there are any   index (n) int64
func (c Codes) writeNPZ(w io.Writer, p Precision) error {
	z := npy.NewArchiveWriter(w)
	codes, err := z.Create("codes", types[p.Name], c.N, c.Dim)
	if err != nil {
		return err
	}
	quanta := make([]int8, 0)
	err = c.Each("writing codes", func(_ int, z *tensor.Tensor) error {
		if p.Name == "int8" {
			quanta = quanta[:0]
			for i, v := range z.Data {
				quanta = append(quanta, c.Box.Quantum(i%c.Dim, v))
			}
			return npy.Write(codes, quanta)
		}
		for i, v := range z.Data {
			z.Data[i] = p.Round(c.Box, i%c.Dim, v)
		}
		return npy.Write(codes, z.Data)
	})
	if err != nil {
		return err
	}
	if p.Name == "int8" {
		offset, scale := make([]float32, c.Dim), make([]float32, c.Dim)
		for d := range c.Dim {
			offset[d], scale[d] = c.Box.Offset(d), c.Box.Scale(d)
		}
		if err := writeArray(z, "offset", npy.Float32, offset, c.Dim); err != nil {
			return err
		}
		if err := writeArray(z, "scale", npy.Float32, scale, c.Dim); err != nil {
			return err
		}
	}
	if c.EachPosterior != nil {
		logvar, err := z.Create("logvar", npy.Float32, c.N, c.Dim)
		if err != nil {
			return err
		}
		err = c.EachPosterior("writing log-variances", func(_ int, _, values *tensor.Tensor) error {
			return npy.Write(logvar, values.Data)
		})
		if err != nil {
			return err
		}
	}
	if c.Labels != nil {
		if err := writeArray(z, "labels", npy.Int64, integers(c.Labels), c.N); err != nil {
			return err
		}
	}
	if err := writeArray(z, "index", npy.Int64, integers(c.Index), c.N); err != nil {
		return err
	}
	return z.Close()
}

func writeArray[T npy.Number](z *npy.ArchiveWriter, name string, t npy.Type, values []T, shape ...int) error {
	a, err := z.Create(name, t, shape...)
	if err != nil {
		return err
	}
	return npy.Write(a, values)
}

func integers(values []int) []int64 {
	all := make([]int64, len(values))
	for i, v := range values {
		all[i] = int64(v)
	}
	return all
}

// writeCSV writes a row of each example: index, label, where there are any, by its name,
// z0, z1, … rounded to the precision, and logvar0, ….
func (c Codes) writeCSV(file string, p Precision) error {
	header := []string{"index"}
	if c.Labels != nil {
		header = append(header, "label")
	}
	header = append(header, export.Columns("z", c.Dim)...)
	if c.EachPosterior != nil {
		header = append(header, export.Columns("logvar", c.Dim)...)
	}
	return export.Table(file, header, func(write func([]string) error) error {
		rows := func(first int, z, logvar *tensor.Tensor) error {
			for i, v := range z.Data {
				z.Data[i] = p.Round(c.Box, i%c.Dim, v)
			}
			numbers := z.Data
			if logvar != nil {
				numbers = alternate(z.Data, logvar.Data, c.Dim)
			}
			i := first
			return export.Rows(numbers, len(numbers)/z.Shape[0], func(cells []string) error {
				known := []string{strconv.Itoa(c.Index[i])}
				if c.Labels != nil {
					known = append(known, c.Words[i])
				}
				i++
				return write(slices.Concat(known, cells))
			})
		}
		if c.EachPosterior != nil {
			return c.EachPosterior("writing codes", rows)
		}
		return c.Each("writing codes", func(first int, z *tensor.Tensor) error { return rows(first, z, nil) })
	})
}

// alternate returns the rows of a and b in turn.
func alternate(a, b []float32, dim int) []float32 {
	var all []float32
	for ; len(a) > 0; a, b = a[dim:], b[dim:] {
		all = append(append(all, a[:dim]...), b[:dim]...)
	}
	return all
}
