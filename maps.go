package latentspace

import (
	"context"
	"fmt"

	"latentspace/latent"
	"latentspace/tensor"
	"latentspace/trained"
)

// most is how many values the examples or codes of a call have at most.
const most = 1 << 28

// Decode returns the examples of codes, of a distribution its mean: pictures in [0, 1], for most
// likelihoods.
//
//	codes (n, Dim)   examples (n, Shape…)
//
// Of a conditional model every condition has to be given. A code of another length is an error, and so
// is a model without a decoder.
func (m *Model) Decode(ctx context.Context, codes [][]float32, given Given) ([][]float32, error) {
	size := tensor.Size(m.of.Shape)
	if err := m.room(len(codes), size); err != nil {
		return nil, err
	}
	examples := divided(make([]float32, len(codes)*size), size)
	if err := m.DecodeInto(ctx, examples, codes, given); err != nil {
		return nil, err
	}
	return examples, nil
}

// DecodeInto is [Model.Decode] into examples that the caller has, as many as there are codes. A program
// that answers many calls uses their memory again and leaves the collector of garbage little to do. What
// they have after an error is undefined.
func (m *Model) DecodeInto(ctx context.Context, examples, codes [][]float32, given Given) error {
	about, err := m.all(len(codes), given)
	if err != nil {
		return err
	}
	if err := m.of.DecodeRows(ctx, examples, codes, about); err != nil {
		return fmt.Errorf("latentspace: %w", err)
	}
	return nil
}

// Encode returns the codes of examples: of a distribution, its mean.
//
//	examples (n, Shape…)   codes (n, Dim)
//
// Of a conditional model every condition has to be given. An example of another length is an error,
// and so is a model without an encoder.
func (m *Model) Encode(ctx context.Context, examples [][]float32, given Given) ([][]float32, error) {
	x, err := m.examples(examples, given)
	if err != nil {
		return nil, err
	}
	return rowsOf(m.of.Encode(ctx, x))
}

// Sample draws n examples, from codes of the model's prior, or of the one that its checkpoint keeps:
//
//	z ~ p(z)   x = E[p(x|z)]
//
// A row of a table is drawn from p(x|z), and a text is written token by token. What is not given of a
// conditional model is that of training examples. Example i is a function of the seed and i. A model
// without a prior is an error.
func (m *Model) Sample(ctx context.Context, n int, seed uint64, given Given) ([][]float32, error) {
	if err := m.room(n, tensor.Size(m.of.Shape)); err != nil {
		return nil, err
	}
	about, err := m.about(n, seed, given)
	if err != nil {
		return nil, err
	}
	z, err := m.of.Draw(n, seed)
	if err != nil {
		return nil, fmt.Errorf("latentspace: %w", err)
	}
	return rowsOf(m.of.Generate(ctx, z, about, 0, seed))
}

// Interpolate decodes n codes from one to another, both of them included, along an arc: see
// [latent.Slerp].
//
// Codes of a normal prior all have about the same length, which the points of a line between them do
// not have. It is an error if n is below 2, and whatever is one to [Model.Decode].
func (m *Model) Interpolate(ctx context.Context, from, to []float32, n int, given Given) ([][]float32, error) {
	if _, err := m.codes([][]float32{from, to}); err != nil {
		return nil, err
	}
	if err := m.room(n, tensor.Size(m.of.Shape)); err != nil {
		return nil, err
	}
	path, err := latent.Path(latent.Slerp, from, to, n)
	if err != nil {
		return nil, fmt.Errorf("latentspace: %w", err)
	}
	return m.Decode(ctx, path, given)
}

// codes are rows of codes as a tensor.
func (m *Model) codes(rows [][]float32) (*tensor.Tensor, error) {
	dim, err := m.of.Dim()
	if err != nil {
		return nil, fmt.Errorf("latentspace: %w", err)
	}
	return m.tensor("code", rows, []int{dim})
}

// examples are rows of examples as tensors, with what is given of all of them.
func (m *Model) examples(rows [][]float32, given Given) (trained.Examples, error) {
	x, err := m.tensor("example", rows, m.of.Shape)
	if err != nil {
		return trained.Examples{}, err
	}
	about, err := m.all(len(rows), given)
	return trained.Examples{X: x, About: about}, err
}

// room reports a number of rows that is none, or more than memory should be set aside for.
func (m *Model) room(n, size int) error {
	if n < 1 || n > most/size {
		return fmt.Errorf("latentspace: %d rows of %d values, want 1 to %d rows", n, size, most/size)
	}
	return nil
}

// tensor copies rows of one shape.
func (m *Model) tensor(what string, rows [][]float32, shape []int) (*tensor.Tensor, error) {
	size := tensor.Size(shape)
	if err := m.room(len(rows), size); err != nil {
		return nil, err
	}
	t := tensor.New(append([]int{len(rows)}, shape...)...)
	for i, row := range rows {
		if len(row) != size {
			return nil, fmt.Errorf("latentspace: %s %d: %d values, want %d", what, i, len(row), size)
		}
		copy(t.Data[i*size:], row)
	}
	return t, nil
}

// rowsOf divides the result of a call, which is the caller's, into rows.
func rowsOf(t *tensor.Tensor, err error) ([][]float32, error) {
	if err != nil {
		return nil, fmt.Errorf("latentspace: %w", err)
	}
	return divided(t.Data, tensor.Size(t.Shape[1:])), nil
}

// divided are rows of a size, one after another in x.
func divided(x []float32, size int) [][]float32 {
	rows := make([][]float32, len(x)/size)
	for i := range rows {
		rows[i] = x[i*size : (i+1)*size : (i+1)*size]
	}
	return rows
}
