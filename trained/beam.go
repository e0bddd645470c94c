package trained

import (
	"cmp"
	"context"
	"math"
	"slices"

	"latentspace/example"
	"latentspace/tensor"
)

// beam is a beginning of a sequence.
type beam struct {
	tokens []float32
	score  float64 // ln p of its tokens
}

// candidate is a beam and the word that may follow it.
type candidate struct {
	beam, word int
	score      float64
}

// likelier orders candidates, the likeliest first.
func likelier(a, b candidate) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.beam, b.beam), cmp.Compare(a.word, b.word))
}

// beam writes for each code the likeliest sequence that a search finds which keeps the likeliest
// beginnings at each step. It ends when no beginning is as likely as a sequence that was ended, which
// going on cannot change.
func (s sequence) beam(ctx context.Context, _ uint64, _ int) error {
	n, width := s.x.Len(), s.d.Beams
	live, best := make([][]beam, n), make([]beam, n)
	for i := range live {
		live[i] = []beam{{}}
		best[i].score = math.Inf(-1)
	}
	end := endOf(s.f)
	var from []int
	err := s.run(ctx, repeatedRows(s.x, width), func(t int, logits, token []float32) bool {
		words, more := len(logits)/(n*width), false
		from = make([]int, n*width)
		p := make([]float64, words)
		for i := range n {
			var all []candidate // the likeliest: some that go on, and one end of each beam at most
			least := best[i].score
			for k, b := range live[i] {
				logProbabilities(p, logits[(i*width+k)*words:][:words])
				for w, l := range p {
					if score := b.score + l; score >= least {
						all = append(all, candidate{k, w, score})
					}
				}
				slices.SortFunc(all, likelier)
				if len(all) > 2*width {
					all = all[:2*width]
					least = max(least, all[len(all)-1].score)
				}
			}
			var next []beam
			for _, c := range all {
				if len(next) == width || c.score <= best[i].score {
					break
				}
				grown := beam{append(slices.Clone(live[i][c.beam].tokens), float32(c.word)), c.score}
				if c.word == end || t == s.steps-1 {
					best[i] = grown // the likeliest so far, as those after it are less likely
					continue
				}
				row := i*width + len(next)
				from[row], token[row] = i*width+c.beam, float32(c.word)
				next = append(next, grown)
			}
			for k := len(next); k < width; k++ { // rows of no beam
				from[i*width+k], token[i*width+k] = i*width, example.Padding
			}
			live[i] = next
			more = more || len(next) > 0
		}
		return more
	}, func() []int { return from })
	if err != nil {
		return err
	}
	for i, b := range best {
		row := s.out[i*s.steps : (i+1)*s.steps]
		for k := range row {
			row[k] = example.Padding
		}
		copy(row, b.tokens)
	}
	return nil
}

// repeatedRows is every example k times in a row.
func repeatedRows(x Examples, k int) Examples {
	return Examples{repeatRows(x.X, k), repeatRows(x.About, k)}
}

func repeatRows(x *tensor.Tensor, k int) *tensor.Tensor {
	if x == nil {
		return nil
	}
	size := tensor.Size(x.Shape[1:])
	y := tensor.New(append([]int{k * x.Shape[0]}, x.Shape[1:]...)...)
	for i := range k * x.Shape[0] {
		copy(y.Data[i*size:(i+1)*size], x.Data[i/k*size:])
	}
	return y
}
