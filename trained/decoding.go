package trained

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"latentspace/kernel"
	"latentspace/nn/elementary"
)

// Decoding says how the tokens of a sequence are chosen, one after another, by their logits l:
//
//	greedy   the likeliest at each step: the zero value
//	drawn    from softmax(l/Temperature), of the TopK likeliest and of the fewest whose
//	         probabilities come to TopP, the nucleus
//	beam     the likeliest of the sequences that grow from the Beams likeliest at each step
//
// Holtzman et al., The Curious Case of Neural Text Degeneration, ICLR 2020, section 3.1, has the
// nucleus.
type Decoding struct {
	Temperature float64 // above 0 to draw; 0 is the likeliest
	TopK        int     // words to draw from; 0 for all
	TopP        float64 // probability of those to draw from, in (0, 1]; 0 for 1
	Beams       int     // sequences kept at each step, up to 64; below 2 no search
}

// Check reports options that contradict each other or are out of range.
func (d Decoding) Check() error {
	switch {
	case !(d.Temperature >= 0) || math.IsInf(d.Temperature, 0):
		return fmt.Errorf("temperature %v, want 0 for the likeliest token, or a number above", d.Temperature)
	case d.TopK < 0:
		return fmt.Errorf("top-k %d, want a number of words, or 0 for all", d.TopK)
	case !(d.TopP >= 0 && d.TopP <= 1):
		return fmt.Errorf("top-p %v, want a probability in (0, 1]", d.TopP)
	case d.Beams < 0 || d.Beams > mostBeams:
		return fmt.Errorf("beams %d, want it from 1 to %d", d.Beams, mostBeams)
	case d.Beams > 1 && (d.TopK > 0 || d.TopP > 0):
		return fmt.Errorf("beams %d search and draw nothing, and top-k and top-p narrow what is drawn from: want one of them", d.Beams)
	case d.Temperature == 0 && (d.TopK > 0 || d.TopP > 0):
		return fmt.Errorf("temperature 0 draws nothing, and top-k and top-p narrow what is drawn from: want a temperature above 0")
	case d.Beams > 1 && d.Temperature > 0:
		return fmt.Errorf("beams %d search and draw nothing, and temperature %v asks for draws: want one of them", d.Beams, d.Temperature)
	}
	return nil
}

const mostBeams = 64

// chooser chooses words by their logits.
type chooser struct {
	Decoding
	order []int
	p     []float64
}

// choose returns the word for a number u in [0, 1).
func (c *chooser) choose(logits []float32, u float64) int {
	if c.Temperature == 0 {
		return largest(logits)
	}
	words := c.likely(logits)
	mass := 0.0
	for _, p := range c.p[:len(words)] {
		mass += p
	}
	at := float64(u * mass)
	for i, w := range words {
		if at -= c.p[i]; at < 0 {
			return w
		}
	}
	return words[len(words)-1]
}

// likely are the words to draw from, in falling order, with their probabilities up to a factor in
// c.p.
func (c *chooser) likely(logits []float32) []int {
	if len(c.order) != len(logits) {
		c.order, c.p = make([]int, len(logits)), make([]float64, len(logits))
	}
	for i := range c.order {
		c.order[i] = i
	}
	slices.SortFunc(c.order, func(a, b int) int {
		return cmp.Or(cmp.Compare(logits[b], logits[a]), cmp.Compare(a, b))
	})
	words := c.order
	if c.TopK > 0 && c.TopK < len(words) {
		words = words[:c.TopK]
	}
	top, mass := float64(logits[words[0]]), 0.0
	for i, w := range words {
		c.p[i] = elementary.Exp((float64(logits[w]) - top) / c.Temperature)
		mass += c.p[i]
	}
	if c.TopP == 0 || c.TopP == 1 {
		return words
	}
	sum := 0.0
	for i := range words {
		if sum += c.p[i]; sum >= float64(c.TopP*mass) {
			return words[:i+1]
		}
	}
	return words
}

// largest is the index of the largest, the first of several.
func largest(logits []float32) int {
	best := 0
	for i, l := range logits {
		if l > logits[best] {
			best = i
		}
	}
	return best
}

// logProbabilities sets p to the logarithm of the softmax of logits.
func logProbabilities(p []float64, logits []float32) {
	top := float64(logits[largest(logits)])
	sum := 0.0
	for _, l := range logits {
		sum += elementary.Exp(float64(l) - top)
	}
	shift := top + elementary.Log(sum)
	for i, l := range logits {
		p[i] = float64(l) - shift
	}
}

// tokenDraws are the numbers by which the tokens of an example are chosen.
func tokenDraws(seed uint64, example int) kernel.Key {
	return kernel.Seed(seed, "trained.tokens").Mix(uint64(example))
}
