package metrics

import (
	"context"
	"math"
	"slices"

	"latentspace/kernel"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// Boosted tells classes apart by gradient-boosted regression trees: 100 stages, each of a
// tree of depth 3 for every class, that follow the gradient of the multinomial likelihood at
// a rate of 0.1, as scikit-learn's GradientBoostingClassifier does by default for more than
// two classes. Splits are between at most 256 parts of the different values.
//
// Friedman, Greedy Function Approximation: A Gradient Boosting Machine, Annals of Statistics
// 29, 2001, algorithm 6.
type Boosted struct {
	start      []float64 // of each class, the logarithm of its share
	trees      [][]tree  // of each stage, of each class
	importance []float64 // of each feature
}

const (
	boostStages = 100
	boostDepth  = 3
	boostRate   = 0.1
	boostBins   = 256
)

// FitBoosted fits trees to x (n, d) with labels y (n) in 0 … classes−1. It stops soon after
// ctx ends.
func FitBoosted(ctx context.Context, x *tensor.Tensor, y []int, classes int) (*Boosted, error) {
	n := x.Shape[0]
	b := &Boosted{importance: make([]float64, x.Shape[1])}
	for c := range classes {
		share := 0.0
		for _, v := range y {
			if v == c {
				share += 1 / float64(n)
			}
		}
		b.start = append(b.start, elementary.Log(max(share, 1e-12)))
	}
	q := quantised(x)
	score, p := make([]float64, n*classes), make([]float64, n*classes)
	for i := range n {
		copy(score[i*classes:], b.start)
	}
	for range boostStages {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for i := range n {
			softmaxInto(p[i*classes:(i+1)*classes], score[i*classes:(i+1)*classes])
		}
		stage, gains := make([]tree, classes), make([][]float64, classes)
		kernel.For(classes, 1, func(lo, hi int) {
			for c := lo; c < hi; c++ {
				r := make([]float64, n)
				for i, v := range y {
					r[i] = -p[i*classes+c]
					if v == c {
						r[i]++
					}
				}
				g := grower{q: q, residual: r, classes: classes, gain: make([]float64, x.Shape[1]), reached: make([]float64, n)}
				order := make([]int, n)
				for i := range order {
					order[i] = i
				}
				g.grow(order, 0)
				for i, v := range g.reached {
					score[i*classes+c] += float64(boostRate * v)
				}
				stage[c], gains[c] = g.tree, g.gain
			}
		})
		for _, gain := range gains {
			for j, v := range gain {
				b.importance[j] += v
			}
		}
		b.trees = append(b.trees, stage)
	}
	total := 0.0
	for _, v := range b.importance {
		total += v
	}
	if total > 0 {
		for j := range b.importance {
			b.importance[j] /= total
		}
	}
	return b, nil
}

func softmaxInto(p, score []float64) {
	top, sum := slices.Max(score), 0.0
	for c, v := range score {
		p[c] = elementary.Exp(v - top)
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
}

// Predict returns the likeliest class of each row of x (n, d).
func (b *Boosted) Predict(x *tensor.Tensor) []int {
	told := make([]int, x.Shape[0])
	for i, score := range b.Scores(x) {
		told[i] = Largest(score)
	}
	return told
}

// Scores returns the score of each class (n, classes), of which the softmax is its probability, for
// each row of x (n, d).
func (b *Boosted) Scores(x *tensor.Tensor) [][]float64 {
	scores := make([][]float64, x.Shape[0])
	for i := range scores {
		score := slices.Clone(b.start)
		for _, stage := range b.trees {
			for c, t := range stage {
				score[c] += float64(boostRate * t.value(row(x, i)))
			}
		}
		scores[i] = score
	}
	return scores
}

// Importance is the share of each feature in the reduction of squared error by all splits.
func (b *Boosted) Importance() []float64 { return b.importance }

// tree is a regression tree, its nodes in an array, the root first.
type tree []node

// node is a leaf, of a value, or a split: left for a feature of at most the bound.
type node struct {
	leaf        bool
	feature     int
	bound       float32
	left, right int
	value       float64
}

func (t tree) value(x []float32) float64 {
	at := t[0]
	for !at.leaf {
		if x[at.feature] <= at.bound {
			at = t[at.left]
		} else {
			at = t[at.right]
		}
	}
	return at.value
}

// quantiles are the features by the numbers of their bins.
type quantiles struct {
	bin    [][]uint8   // of each feature, of each example
	bounds [][]float32 // of each feature, between the bins
}

func quantised(x *tensor.Tensor) quantiles {
	n, d := x.Shape[0], x.Shape[1]
	var q quantiles
	for j := range d {
		values := make([]float32, n)
		for i := range n {
			values[i] = x.Data[i*d+j]
		}
		sorted := slices.Compact(slices.Sorted(slices.Values(values)))
		var bounds []float32
		bins := min(boostBins, len(sorted))
		for k := 1; k < bins; k++ {
			at := k * len(sorted) / bins
			bounds = append(bounds, (sorted[at-1]+sorted[at])/2)
		}
		bin := make([]uint8, n)
		for i, v := range values {
			at, _ := slices.BinarySearch(bounds, v)
			bin[i] = uint8(at)
		}
		q.bin, q.bounds = append(q.bin, bin), append(q.bounds, bounds)
	}
	return q
}

// grower grows a tree on residuals.
type grower struct {
	q        quantiles
	residual []float64
	classes  int
	gain     []float64 // of each feature
	tree     tree
	reached  []float64 // the value of the leaf of each example
}

// grow adds the node of some examples and those below it, and returns its index.
func (g *grower) grow(examples []int, depth int) int {
	at := len(g.tree)
	g.tree = append(g.tree, node{leaf: true})
	if depth < boostDepth {
		if feature, bin, gain := g.split(examples); gain > 1e-12 {
			g.gain[feature] += gain
			var left, right []int
			for _, i := range examples {
				if int(g.q.bin[feature][i]) <= bin {
					left = append(left, i)
				} else {
					right = append(right, i)
				}
			}
			l := g.grow(left, depth+1)
			r := g.grow(right, depth+1)
			g.tree[at] = node{feature: feature, bound: g.q.bounds[feature][bin], left: l, right: r}
			return at
		}
	}
	// A Newton step along the likelihood.
	var sum, curvature float64
	for _, i := range examples {
		r := g.residual[i]
		sum += r
		curvature += float64(math.Abs(r) * (1 - math.Abs(r)))
	}
	if curvature > 1e-150 {
		g.tree[at].value = float64(g.classes-1) / float64(g.classes) * sum / curvature
	}
	for _, i := range examples {
		g.reached[i] = g.tree[at].value
	}
	return at
}

// split returns the feature and the last bin on the left that reduce the squared error most: by
// nₗ·nᵣ/(nₗ + nᵣ)·(meanₗ − meanᵣ)².
func (g *grower) split(examples []int) (feature, bin int, gain float64) {
	total := 0.0
	for _, i := range examples {
		total += g.residual[i]
	}
	n := float64(len(examples))
	for j, bins := range g.q.bin {
		var count [boostBins]int
		var sum [boostBins]float64
		for _, i := range examples {
			b := bins[i]
			count[b]++
			sum[b] += g.residual[i]
		}
		nl, sl := 0, 0.0
		for b := range len(g.q.bounds[j]) {
			if count[b] == 0 {
				continue
			}
			nl += count[b]
			sl += sum[b]
			if nl == len(examples) {
				break
			}
			nr := n - float64(nl)
			difference := sl/float64(nl) - (total-sl)/nr
			if v := float64(nl) * nr / n * difference * difference; v > gain {
				feature, bin, gain = j, b, v
			}
		}
	}
	return feature, bin, gain
}
