package tables

import (
	"context"
	"fmt"
	"math"
	"slices"

	"latentspace/metrics"
)

// Privacy is what synthetic rows give away of the rows that they were made from.
type Privacy struct {
	// Copies is the share of synthetic rows that are a training row, and HeldCopies that of rows
	// which nobody has learned from.
	Copies, HeldCopies metrics.Estimate
	// Nearer is the median distance from a synthetic row to the nearest training row over that from
	// a row that nobody has learned from; NaN if that is 0.
	Nearer metrics.Estimate
	// Membership is how well the distance to the nearest synthetic row tells training rows from
	// rows that nobody has learned from, as an area: 0.5 if it says nothing, 1 if everything.
	//
	// Chen, Yu, Zhang and Fritz, GAN-Leaks, CCS 2020.
	Membership metrics.Estimate
	// Nearest is the nearest training row of each synthetic row, and Distances how far it is.
	Nearest   []int
	Distances []float64
}

// mostNear bounds how many rows have their nearest row found.
const mostNear = 2000

// Guard finds what synthetic rows give away of the rows train, by rows held that nobody has learned
// from. Rows have the vectors of [Space], which is made from train.
func Guard(ctx context.Context, synthetic, train, held Table) (Privacy, error) {
	n := min(mostNear, synthetic.Len(), train.Len(), held.Len())
	if n < 2 {
		return Privacy{}, metrics.Unfit(fmt.Sprintf("%d rows of each are too few to say what they give away", n))
	}
	space := NewSpace(train)
	base := space.Vectors(train, -1)
	near, err := metrics.Nearest(ctx, space.Vectors(synthetic.First(n), -1), base, 1, false)
	if err != nil {
		return Privacy{}, err
	}
	unseen, err := metrics.Nearest(ctx, space.Vectors(held.First(n), -1), base, 1, false)
	if err != nil {
		return Privacy{}, err
	}
	p := Privacy{Nearest: near.IDs, Distances: near.Distances}
	p.Copies, p.HeldCopies = copies(synthetic.First(n), train), copies(held.First(n), train)
	if p.Nearer, err = ratioOfMedians(near.Distances, unseen.Distances); err != nil {
		return Privacy{}, err
	}
	made := space.Vectors(synthetic, -1)
	var scores [2][]float64
	for k, rows := range []Table{train.First(n), held.First(n)} {
		d, err := metrics.Nearest(ctx, space.Vectors(rows, -1), made, 1, false)
		if err != nil {
			return Privacy{}, err
		}
		for _, v := range d.Distances {
			scores[k] = append(scores[k], -v)
		}
	}
	p.Membership, err = metrics.AUROC(scores[0], scores[1])
	return p, err
}

// copies is the share of rows that equal one of base.
func copies(t, base Table) metrics.Estimate {
	there := make(map[string]bool, base.Len())
	for i := range base.Len() {
		there[base.key(i)] = true
	}
	same := make([]float64, t.Len())
	for i := range same {
		if there[t.key(i)] {
			same[i] = 1
		}
	}
	return metrics.Mean(same)
}

// ratioOfMedians is the median of a over that of b, NaN if that is 0.
func ratioOfMedians(a, b []float64) (metrics.Estimate, error) {
	if median(b) == 0 {
		return metrics.Estimate{Value: math.NaN(), Error: math.NaN()}, nil
	}
	all, err := metrics.Jackknife(min(len(a), len(b)), func(out func(int) bool) ([]float64, error) {
		kept := func(values []float64) (some []float64) {
			for i, v := range values {
				if !out(i) {
					some = append(some, v)
				}
			}
			return some
		}
		return []float64{median(kept(a)) / median(kept(b))}, nil
	})
	if err != nil {
		return metrics.Estimate{}, err
	}
	return all[0], nil
}

func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
