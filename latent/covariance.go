package latent

import (
	"context"
	"errors"
	"math"

	"latentspace/kernel"
)

// panelWidth is about how many columns a panel has.
const panelWidth = 96

// panel is a range of columns of the rows, and their sums.
type panel struct {
	at, width int
	x         []float32 // (rows of a piece, width)
	sum       []float32 // (width) of a block
}

// pair is two panels, the first not after the second, and the products of their
// columns.
type pair struct {
	a, b *panel
	sum  []float32 // (a.width, b.width) of a block
}

// covariance returns the mean of the rows of a stream and their covariance (d, d),
//
//	C = 1/(n−1) Σ (x − mean)(x − mean)ᵀ
//
// It is made of products of panels, on and above the diagonal: a block of rows is
// summed in float32, as the kernel does, and the blocks in float64.
func covariance(ctx context.Context, s *stream) (mean, c []float64, err error) {
	d := s.d
	panels, pairs := s.panels()
	ones := make([]float32, s.piece)
	kernel.Fill(ones, 1)
	sum, c := make([]float64, d), make([]float64, d*d)
	err = s.each(ctx, func(x []float32, begins, ends bool) {
		rows := len(x) / d
		kernel.For(len(panels), 1, func(lo, _ int) {
			p := &panels[lo]
			for i := range rows {
				copy(p.x[i*p.width:(i+1)*p.width], x[i*d+p.at:])
			}
			kernel.MatMul(p.sum, ones, p.x, 1, p.width, rows, false, false, !begins)
			if ends {
				addTo(sum[p.at:], p.sum)
			}
		})
		kernel.For(len(pairs), 1, func(lo, _ int) {
			p := &pairs[lo]
			kernel.MatMul(p.sum, p.a.x, p.b.x, p.a.width, p.b.width, rows, true, false, !begins)
			if !ends {
				return
			}
			for i := range p.a.width {
				addTo(c[(p.a.at+i)*d+p.b.at:], p.sum[i*p.b.width:(i+1)*p.b.width])
			}
		})
	})
	if err != nil {
		return nil, nil, err
	}
	n := float64(s.n)
	for i := range d {
		for j := i; j < d; j++ {
			v := (c[i*d+j] - float64(sum[i]/n*sum[j])) / (n - 1)
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, nil, errOverflow
			}
			c[i*d+j], c[j*d+i] = v, v
		}
	}
	return s.mean(sum), c, nil
}

var errOverflow = errors.New("the products of values overflow float32, want values within 10¹⁷ of their mean")

// panels cuts the columns into panels of about equal width, and pairs them.
func (s *stream) panels() ([]panel, []pair) {
	count := (s.d + panelWidth - 1) / panelWidth
	width := ((s.d+count-1)/count + 15) / 16 * 16 // whole registers
	var panels []panel
	for at := 0; at < s.d; at += width {
		w := min(width, s.d-at)
		panels = append(panels, panel{at, w, make([]float32, min(s.piece, s.n)*w), make([]float32, w)})
	}
	var pairs []pair
	for i := range panels {
		for j := i; j < len(panels); j++ {
			pairs = append(pairs, pair{&panels[i], &panels[j], make([]float32, panels[i].width*panels[j].width)})
		}
	}
	return panels, pairs
}

// mean returns the mean of the rows, from the sums over the stream.
func (s *stream) mean(sum []float64) []float64 {
	mean := make([]float64, s.d)
	for j := range mean {
		mean[j] = float64(s.shift[j]) + sum[j]/float64(s.n)
	}
	return mean
}

// addTo adds x to the first values of sum.
func addTo(sum []float64, x []float32) {
	sum = sum[:len(x)]
	for j, v := range x {
		sum[j] += float64(v)
	}
}
