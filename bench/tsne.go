package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"

	"latentspace/data"
	"latentspace/latent"
	"latentspace/latent/tsne"
	"latentspace/tensor"
)

// embedding compares maps by t-SNE of the first n pictures of MNIST, reduced to their
// first 50 principal components: perplexity 30, 1,000 iterations. Both embeddings are
// judged by one exact evaluator, outside the time that they took.
func (b *bench) embedding(splits *data.Splits, n int) error {
	ctx := context.Background()
	x, err := reduced(ctx, splits, n)
	if err != nil {
		return err
	}
	points, placed := filepath.Join(b.dir, pointsFile), filepath.Join(b.dir, placedFile)
	if err := writeRaw(points, x); err != nil {
		return err
	}
	var ours, peers []float64
	var y, theirs *tensor.Tensor
	for range b.rounds {
		seconds, err := timed(func() error {
			e, err := tsne.Embed(ctx, x, tsne.Options{})
			if err == nil {
				y = e.Points
			}
			return err
		})
		if err != nil {
			return err
		}
		ours = append(ours, seconds)
		if !b.peer.has("sklearn") || n > mostEmbedded {
			continue
		}
		m, err := b.peer.run(setting{}, "tsne", points, placed, fmt.Sprint(n))
		if err != nil {
			return err
		}
		peers = append(peers, m.Seconds)
		if theirs, err = readRaw(placed, n, 2); err != nil {
			return err
		}
	}
	what := fmt.Sprintf("t-SNE of %d points", n)
	row(what, "s", median(ours), median(peers), median(peers)/median(ours))
	return judge(ctx, what, x, y, theirs, divergence, trust)
}

// mostEmbedded is the most points that the peer is given: it takes a minute for 10,000
// and eight for 70,000.
const mostEmbedded = 10_000

// reduced is the first 50 principal components of the first n pictures: of those of
// the training set, and the test set behind it.
func reduced(ctx context.Context, splits *data.Splits, n int) (*tensor.Tensor, error) {
	const wide, narrow = 784, 50
	x := tensor.New(n, wide)
	first := min(n, splits.Train.Len())
	if err := data.ReadBatch(splits.Train, 0, first, x.Data[:first*wide], nil); err != nil {
		return nil, err
	}
	if err := data.ReadBatch(splits.Test, 0, n-first, x.Data[first*wide:], nil); err != nil {
		return nil, err
	}
	p, err := latent.FitPCA(ctx, rows{x}, wide, narrow)
	if err != nil {
		return nil, err
	}
	z := tensor.New(n, narrow)
	p.Transform(z.Data, x.Data)
	return z, nil
}

// rows are those of a tensor.
type rows struct{ *tensor.Tensor }

func (r rows) Len() int { return r.Shape[0] }

func (r rows) Read(i int, dst []float32) error {
	copy(dst, r.Data[i*len(dst):])
	return nil
}

// writeRaw writes the values of a tensor as little-endian float32.
func writeRaw(file string, x *tensor.Tensor) error {
	b, err := binary.Append(nil, binary.LittleEndian, x.Data)
	if err != nil {
		return err
	}
	return os.WriteFile(file, b, 0o666)
}

// readRaw reads what writeRaw wrote.
func readRaw(file string, shape ...int) (*tensor.Tensor, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	x := tensor.New(shape...)
	_, err = binary.Decode(b, binary.LittleEndian, x.Data)
	return x, err
}
