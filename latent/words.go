package latent

import (
	"fmt"
	"math/rand/v2"

	"latentspace/tensor"
)

// Words is a distribution of codes made of words: at each place one is drawn, independently of
// the others, and stands for a vector.
type Words struct {
	share *tensor.Tensor // (places, words), the rows of which add up to 1
	book  *tensor.Tensor // (words, width)
}

var _ Prior = Words{}

// NewWords returns the distribution of codes of places·width values in which words are as frequent
// as usage (places, words) says, up to a factor for each place, and stand for the rows of book
// (words, width). A place whose frequencies are all zero has all words alike. Negative and NaN
// frequencies are errors.
func NewWords(usage, book *tensor.Tensor) (Words, error) {
	if len(usage.Shape) != 2 || len(book.Shape) != 2 || usage.Shape[1] != book.Shape[0] {
		return Words{}, fmt.Errorf("latent: words: frequencies of shape %v and a codebook of shape %v, want (places, words) and (words, width)", usage.Shape, book.Shape)
	}
	words := usage.Shape[1]
	w := Words{share: tensor.New(usage.Shape...), book: book}
	for p := range usage.Shape[0] {
		row, out := usage.Data[p*words:(p+1)*words], w.share.Data[p*words:(p+1)*words]
		total := 0.0
		for k, v := range row {
			if !finite(v) || v < 0 {
				return Words{}, fmt.Errorf("latent: words: frequency [%d][%d] is %v, want a finite number of at least 0", p, k, v)
			}
			total += float64(v)
		}
		for k, v := range row {
			if out[k] = 1 / float32(words); total > 0 {
				out[k] = float32(float64(v) / total)
			}
		}
	}
	return w, nil
}

// Dim implements [Prior].
func (w Words) Dim() int { return w.share.Shape[0] * w.book.Shape[1] }

// Draw implements [Prior].
func (w Words) Draw(seed uint64, first int, z *tensor.Tensor) error {
	if err := checkRows(z, w.Dim()); err != nil {
		return fmt.Errorf("latent: words: %w", err)
	}
	words, width := w.share.Shape[1], w.book.Shape[1]
	drawRows("latent.Words.Draw", seed, first, z, func(src *rand.Rand, _ []float64, dst []float32) {
		for p := range w.share.Shape[0] {
			u, k := src.Float64(), 0
			share := w.share.Data[p*words : (p+1)*words]
			for ; k < words-1 && u >= float64(share[k]); k++ {
				u -= float64(share[k])
			}
			copy(dst[p*width:(p+1)*width], w.book.Data[k*width:(k+1)*width])
		}
	})
	return nil
}
