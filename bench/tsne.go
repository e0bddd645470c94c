package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

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
	points, placed := filepath.Join(b.dir, "points.f32"), filepath.Join(b.dir, "placed.f32")
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
	return judge(ctx, what, x, y, theirs)
}

// mostEmbedded is the most points that the peer is given: it takes a minute for 10,000
// and eight for 70,000.
const mostEmbedded = 10_000

// judge prints the exact divergence and the trustworthiness of embeddings y of x.
func judge(ctx context.Context, what string, x, y, theirs *tensor.Tensor) error {
	measures := []struct {
		name string
		of   func(y *tensor.Tensor) (float64, error)
	}{
		{"exact KL", func(y *tensor.Tensor) (float64, error) { return tsne.KL(ctx, x, y, 30) }},
		{"trustworthiness", func(y *tensor.Tensor) (float64, error) { return tsne.Trustworthiness(ctx, x, y, 12) }},
	}
	for _, m := range measures {
		ours, err := m.of(y)
		if err != nil {
			return err
		}
		if theirs == nil {
			fmt.Printf("| %s, %s | %.4f | – | – |\n", what, m.name, ours)
			continue
		}
		peers, err := m.of(theirs)
		if err != nil {
			return err
		}
		fmt.Printf("| %s, %s | %.4f | %.4f | |\n", what, m.name, ours, peers)
	}
	return nil
}

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

// clusters places n points drawn from a hundred normal distributions in 16 dimensions,
// and tells how long that took.
func clusters(n int) error {
	const modes, dims = 100, 16
	src := rand.New(rand.NewPCG(1, 1))
	centres := make([]float32, modes*dims)
	for i := range centres {
		centres[i] = 10 * float32(src.NormFloat64())
	}
	x := tensor.New(n, dims)
	for i := range n {
		c := centres[i%modes*dims:]
		for j := range dims {
			x.Data[i*dims+j] = c[j] + float32(src.NormFloat64())
		}
	}
	start := time.Now()
	e, err := tsne.Embed(context.Background(), x, tsne.Options{Progress: func(i int, kl float64) {
		fmt.Fprintf(os.Stderr, "iteration %d: KL %.4f after %.0f s\n", i, kl, time.Since(start).Seconds())
	}})
	if err != nil {
		return err
	}
	fmt.Printf("t-SNE of %d points of 100 clusters in 16 dimensions: %.0f s, exact KL %.3f, peak memory %.0f MB\n\n",
		n, time.Since(start).Seconds(), e.KL, ownPeakMB())
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
