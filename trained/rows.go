package trained

import (
	"context"
	"fmt"

	"latentspace/models"
	"latentspace/tensor"
)

// DecodeRows is [Model.Decode] from rows of codes into rows of examples, which are the caller's. It sets
// no memory aside for them, so that a program that answers one call after another with the same rows
// makes hardly any garbage.
//
//	codes (n, dim)   examples (n, shape…)
func (m *Model) DecodeRows(ctx context.Context, examples, codes [][]float32, about *tensor.Tensor) error {
	d, ok := m.Net.(models.Decoder)
	if !ok {
		return m.Lacks("decoder")
	}
	dim, err := m.Dim()
	if err != nil {
		return err
	}
	if err := fitRows("code", codes, len(codes), dim); err != nil {
		return err
	}
	if err := fitRows("example", examples, len(codes), tensor.Size(m.Shape)); err != nil {
		return err
	}
	if err := m.fitsAbout(len(codes), about); err != nil {
		return err
	}
	if _, ok := d.(models.Sequential); ok {
		return m.writeRows(ctx, examples, codes, about)
	}
	for lo := 0; lo < len(codes); lo += mapBatch {
		if err := ctx.Err(); err != nil {
			return err
		}
		hi := min(lo+mapBatch, len(codes))
		if err := m.decodeRows(d, examples[lo:hi], codes[lo:hi], rows(about, lo, hi)); err != nil {
			return err
		}
	}
	return nil
}

// fitRows reports rows that are not n of size values.
func fitRows(what string, rows [][]float32, n, size int) error {
	if len(rows) != n {
		return fmt.Errorf("trained: %d rows for %ss, want %d", len(rows), what, n)
	}
	for i, row := range rows {
		if len(row) != size {
			return fmt.Errorf("trained: %s %d: %d values, want %d", what, i, len(row), size)
		}
	}
	return nil
}

// decodeRows decodes rows that one program takes at once.
func (m *Model) decodeRows(d models.Decoder, examples, codes [][]float32, about *tensor.Tensor) error {
	key := mapKey{decoding, len(codes)}
	c, err := m.maps.take(key, func() (*compiledMap, error) { return m.compile(key, []int{m.dim}, meanOf(d)) })
	if err != nil {
		return err
	}
	defer m.maps.put(key, c)
	gather(c.in, codes)
	if about != nil {
		copy(c.about, about.Data)
	}
	if err := c.program.RunAll(); err != nil {
		return fmt.Errorf("trained: %w", err)
	}
	scatter(examples, c.out[0])
	return nil
}

// writeRows is DecodeRows of a model that writes token by token.
func (m *Model) writeRows(ctx context.Context, examples, codes [][]float32, about *tensor.Tensor) error {
	z := tensor.New(len(codes), m.dim)
	gather(z.Data, codes)
	x, err := m.Decode(ctx, z, about)
	if err != nil {
		return err
	}
	scatter(examples, x.Data)
	return nil
}

// gather copies rows to one after another.
func gather(to []float32, rows [][]float32) {
	for _, row := range rows {
		to = to[copy(to, row):]
	}
}

// scatter copies what stands one after another to rows.
func scatter(rows [][]float32, from []float32) {
	for _, row := range rows {
		from = from[copy(row, from):]
	}
}
