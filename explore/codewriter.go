package explore

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"latentspace/data/npy"
	"latentspace/export"
	"latentspace/tensor"
)

// write writes a file of codes in a precision, and the rest that is known of each
// example: its index in the split, its label, and of a variational autoencoder the
// log-variance of its code's distribution.
func (c codec) write(ctx context.Context, file string, p precision) error {
	if strings.EqualFold(filepath.Ext(file), ".csv") {
		return c.writeCSV(ctx, file, p)
	}
	return export.File(file, func(w io.Writer) error { return c.writeNPZ(ctx, w, p) })
}

// writeNPZ writes arrays of n rows:
//
//	codes (n, dim) of the precision; if that is int8, z = offset + scale·codes
//	offset, scale (dim) float32, only with int8
//	logvar (n, dim) float32   labels (n) int64, where there are any   index (n) int64
func (c codec) writeNPZ(ctx context.Context, w io.Writer, p precision) error {
	z := npy.NewArchiveWriter(w)
	types := map[string]npy.Type{"float32": npy.Float32, "float16": npy.Float16, "int8": npy.Int8}
	codes, err := z.Create("codes", types[p.name], c.ds.n, c.dim)
	if err != nil {
		return err
	}
	quanta := make([]int8, 0)
	err = c.each(ctx, "writing codes", func(_ int, z *tensor.Tensor) error {
		if p.name == "int8" {
			quanta = quanta[:0]
			for i, v := range z.Data {
				quanta = append(quanta, c.box.quantum(i%c.dim, v))
			}
			return npy.Write(codes, quanta)
		}
		for i, v := range z.Data {
			z.Data[i] = p.round(c.box, i%c.dim, v)
		}
		return npy.Write(codes, z.Data)
	})
	if err != nil {
		return err
	}
	if p.name == "int8" {
		offset, scale := make([]float32, c.dim), make([]float32, c.dim)
		for d := range c.dim {
			offset[d], scale[d] = c.box.offset(d), c.box.scale(d)
		}
		if err := writeArray(z, "offset", npy.Float32, offset, c.dim); err != nil {
			return err
		}
		if err := writeArray(z, "scale", npy.Float32, scale, c.dim); err != nil {
			return err
		}
	}
	if c.m.HasPosterior() {
		logvar, err := z.Create("logvar", npy.Float32, c.ds.n, c.dim)
		if err != nil {
			return err
		}
		err = c.eachPosterior(ctx, "writing log-variances", func(_ int, _, values *tensor.Tensor) error {
			return npy.Write(logvar, values.Data)
		})
		if err != nil {
			return err
		}
	}
	labels, _, err := c.ds.labels()
	if err != nil {
		return err
	}
	if labels != nil {
		if err := writeArray(z, "labels", npy.Int64, integers(labels), c.ds.n); err != nil {
			return err
		}
	}
	if err := writeArray(z, "index", npy.Int64, integers(c.ds.index), c.ds.n); err != nil {
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
func (c codec) writeCSV(ctx context.Context, file string, p precision) error {
	labels, names, err := c.ds.labels()
	if err != nil {
		return err
	}
	header := []string{"index"}
	if labels != nil {
		header = append(header, "label")
	}
	header = append(header, export.Columns("z", c.dim)...)
	if c.m.HasPosterior() {
		header = append(header, export.Columns("logvar", c.dim)...)
	}
	return export.Table(file, header, func(write func([]string) error) error {
		rows := func(first int, z, logvar *tensor.Tensor) error {
			for i, v := range z.Data {
				z.Data[i] = p.round(c.box, i%c.dim, v)
			}
			numbers := z.Data
			if logvar != nil {
				numbers = alternate(z.Data, logvar.Data, c.dim)
			}
			i := first
			return export.Rows(numbers, len(numbers)/z.Shape[0], func(cells []string) error {
				known := []string{strconv.Itoa(c.ds.index[i])}
				if labels != nil {
					known = append(known, className(names, labels[i]))
				}
				i++
				return write(slices.Concat(known, cells))
			})
		}
		if c.m.HasPosterior() {
			return c.eachPosterior(ctx, "writing codes", rows)
		}
		return c.each(ctx, "writing codes", func(first int, z *tensor.Tensor) error { return rows(first, z, nil) })
	})
}

// eachPosterior calls f with the codes and the log-variances (batch, dim) of the examples from
// first on, all of them in turn.
func (c codec) eachPosterior(ctx context.Context, what string, f func(first int, z, logvar *tensor.Tensor) error) error {
	p := c.options.progress(what, c.ds.n)
	defer p.close()
	for first := 0; first < c.ds.n; first += readBatch {
		x, err := c.m.Read(c.ds, first, min(readBatch, c.ds.n-first))
		if err != nil {
			return err
		}
		z, logvar, err := c.m.Posterior(ctx, x)
		if err != nil {
			return err
		}
		if err := c.ds.checkFinite("the code", first, z); err != nil {
			return err
		}
		if err := c.ds.checkFinite("the log-variance", first, logvar); err != nil {
			return err
		}
		p.at(first, "")
		if err := f(first, z, logvar); err != nil {
			return err
		}
	}
	return nil
}

// alternate returns rows of a, each followed by that of b, of one length.
func alternate(a, b []float32, dim int) []float32 {
	var all []float32
	for ; len(a) > 0; a, b = a[dim:], b[dim:] {
		all = append(append(all, a[:dim]...), b[:dim]...)
	}
	return all
}
