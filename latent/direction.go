package latent

import (
	"context"
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/tensor"
)

// Direction is a line through the latent space along which an attribute changes:
//
//	z(s) = z + s·Step
//
//	z, Step (d)   s the strength
//
// For an attribute with two classes, of values 0 and 1, a strength of 1 goes from one
// class's mean to the other's; for a numeric one it goes as far as a standard deviation
// of the attribute does. [Means], [Regression] and [Logistic] say what that means
// exactly.
type Direction struct {
	Step []float32
}

// Move writes the code z moved by a strength to dst, which may be z.
func (v Direction) Move(z []float32, strength float64, dst []float32) {
	for i, s := range v.Step {
		dst[i] = float32(float64(z[i]) + float64(strength*float64(s)))
	}
}

// FitDirection finds the direction of an attribute among codes:
//
//	z (n, d)   y (n), of each code   others (·, n), attributes whose influence is to be removed
//
// Values that are all 0 or 1 are the classes of an attribute with two. Codes and
// values that are not finite, an attribute of one value only, one that the others
// explain, one of which the codes say nothing and a step beyond float32 are errors.
type FitDirection func(ctx context.Context, z *tensor.Tensor, y []float64, others [][]float64) (Direction, error)

// Directions are the ways to find one by name, as a command line spells them.
var Directions = map[string]FitDirection{
	"logistic":   Logistic,
	"means":      Means,
	"regression": Regression,
}

// Means is the direction along which the mean code follows the attribute, a
// [FitDirection]:
//
//	Step = u · Σ r·z / Σ r²
//
// over the codes, where r is the residual of y after least squares over the others and a constant.
// Apart from u these are the coefficients of y in the multiple regression of codes on all
// attributes. For classes u is 1, so that without others Step is the difference of their means. For
// a number u is chosen so that at a strength of 1 the least squares of y over the codes predict one
// deviation of y more; it is an error if they do not rise along the direction.
//
// The residual of y is by the theorem of Frisch and Waugh, Partial Time Regressions
// as Compared with Individual Trends, Econometrica 1933.
func Means(ctx context.Context, z *tensor.Tensor, y []float64, others [][]float64) (Direction, error) {
	if err := checkDirection(ctx, z, y, others); err != nil {
		return Direction{}, fmt.Errorf("latent: means: %w", err)
	}
	s := standardise(z.Data, z.Shape[1])
	standardised, deviation := standardiseColumn(y)
	r, err := residual(standardised, others)
	if err != nil {
		return Direction{}, fmt.Errorf("latent: means: %w", err)
	}
	square := dot(r, r)
	if left := square / float64(s.n); left < 1e-4 {
		return Direction{}, fmt.Errorf("latent: means: the other attributes explain all but %.1g of the attribute's variance, want at least 0.0001 left", left)
	}
	slope := make([]float64, s.d) // of standardised codes, over deviations of y
	for i, v := range r {
		for j, x := range s.x[i*s.d : (i+1)*s.d] {
			slope[j] += float64(v * float64(x) / square)
		}
	}
	unit := 1 / deviation
	if !isClass(y) {
		w, err := leastSquares(s, [][]float64{standardised}, tinyRidge)
		if err != nil {
			return Direction{}, fmt.Errorf("latent: means: %w", err)
		}
		// dot(w, slope) is by how much the prediction rises where y does: the share of
		// y's variance that the codes explain, without others.
		gain := dot(w[0], slope)
		if gain < 1e-4 {
			return Direction{}, fmt.Errorf("latent: means: the codes explain %.1g of the attribute, want at least 0.0001", gain)
		}
		unit = 1 / gain
	}
	v, err := s.step(slope, unit)
	if err != nil {
		return Direction{}, fmt.Errorf("latent: means: %w", err)
	}
	return v, nil
}

// Regression is the direction in which the least squares of y over the codes rise
// fastest, a [FitDirection]. With the codes in units of each dimension's deviation,
// x = (z − mean)/deviation, and w the coefficients of y over x,
//
//	Step = deviation · p · u / w·p
//
// where p is w less its projection on the coefficients of the others (Gram and
// Schmidt), so that to first order the others stay. u is the deviation of y for a
// numeric attribute, so that a strength of 1 predicts one deviation more, and w·(mean
// of class 1 − mean of class 0) for classes.
//
// Removal of other attributes: Shen, Gu, Tang and Zhou, Interpreting the Latent Space
// of GANs for Semantic Face Editing, CVPR 2020, conditional manipulation.
func Regression(ctx context.Context, z *tensor.Tensor, y []float64, others [][]float64) (Direction, error) {
	if err := checkDirection(ctx, z, y, others); err != nil {
		return Direction{}, fmt.Errorf("latent: regression: %w", err)
	}
	s := standardise(z.Data, z.Shape[1])
	standardised, _ := standardiseColumn(y)
	w, err := leastSquares(s, [][]float64{standardised}, tinyRidge)
	if err != nil {
		return Direction{}, fmt.Errorf("latent: regression: %w", err)
	}
	v, err := along(s, w[0], y, others)
	if err != nil {
		return Direction{}, fmt.Errorf("latent: regression: %w", err)
	}
	return v, nil
}

// along is the direction of coefficients w, of a standardised y over standardised codes:
// see [Regression].
func along(s standard, w, y []float64, others [][]float64) (Direction, error) {
	p, err := orthogonal(s, w, others)
	if err != nil {
		return Direction{}, err
	}
	gain := dot(w, p)
	if gain == 0 {
		return Direction{}, fmt.Errorf("the codes say nothing of the attribute, want codes that differ with it")
	}
	if left := gain / dot(w, w); left < 1e-6 {
		return Direction{}, fmt.Errorf("%d other attributes span the direction in a space of %d dimensions, want some of it left: remove fewer of them, or take the difference of means", len(others), s.d)
	}
	unit := 1.0
	if isClass(y) {
		unit = dot(w, classDifference(s, y))
	}
	return s.step(p, unit/gain)
}

// step is the direction of a change in standardised codes, times a scale.
func (s standard) step(change []float64, scale float64) (Direction, error) {
	step := make([]float32, s.d)
	for j, c := range change {
		step[j] = float32(s.deviation[j] * c * scale)
	}
	if j := kernel.FirstNonFinite(step); j >= 0 {
		return Direction{}, fmt.Errorf("the step is %v in dimension %d, where codes have the deviation %.3g, want a step that float32 holds", step[j], j, s.deviation[j])
	}
	return Direction{step}, nil
}

// orthogonal returns w less its projection on the coefficients of the others over the
// same codes. A second pass removes rounding errors.
func orthogonal(s standard, w []float64, others [][]float64) ([]float64, error) {
	p := append([]float64(nil), w...)
	if len(others) == 0 {
		return p, nil
	}
	targets := make([][]float64, len(others))
	for k, o := range others {
		targets[k], _ = standardiseColumn(o)
	}
	normals, err := leastSquares(s, targets, tinyRidge)
	if err != nil {
		return nil, err
	}
	var basis [][]float64
	for _, n := range normals {
		length := math.Sqrt(dot(n, n))
		for range 2 {
			for _, b := range basis {
				subtract(n, b, dot(n, b))
			}
		}
		left := math.Sqrt(dot(n, n))
		if left <= 1e-6*length { // it depends on the earlier ones, or says nothing
			continue
		}
		for j := range n {
			n[j] /= left
		}
		basis = append(basis, n)
	}
	for range 2 {
		for _, b := range basis {
			subtract(p, b, dot(p, b))
		}
	}
	return p, nil
}

// subtract takes c·b from a.
func subtract(a, b []float64, c float64) {
	for j, v := range b {
		a[j] -= float64(c * v)
	}
}

// classDifference is the mean of class 1 less that of class 0.
func classDifference(s standard, y []float64) []float64 {
	var sums [2][]float64
	var counts [2]float64
	for c := range sums {
		sums[c] = make([]float64, s.d)
	}
	for i, v := range y {
		c := int(v)
		counts[c]++
		for j, x := range s.x[i*s.d : (i+1)*s.d] {
			sums[c][j] += float64(x)
		}
	}
	diff := make([]float64, s.d)
	for j := range diff {
		diff[j] = sums[1][j]/counts[1] - sums[0][j]/counts[0]
	}
	return diff
}

// isClass reports whether all values are 0 or 1.
func isClass(y []float64) bool {
	for _, v := range y {
		if v != 0 && v != 1 {
			return false
		}
	}
	return true
}

func checkDirection(ctx context.Context, z *tensor.Tensor, y []float64, others [][]float64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := checkCodes(z, 2); err != nil {
		return err
	}
	for k, column := range append([][]float64{y}, others...) {
		name := "the attribute"
		if k > 0 {
			name = fmt.Sprintf("other attribute %d", k-1)
		}
		if len(column) != z.Shape[0] {
			return fmt.Errorf("%s has %d values, want one for each of %d codes", name, len(column), z.Shape[0])
		}
		differ := false
		for i, v := range column {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("%s is %v for example %d, want finite values", name, v, i)
			}
			differ = differ || v != column[0]
		}
		if k == 0 && !differ {
			return fmt.Errorf("%s is %v for every example, want two classes or values that differ", name, y[0])
		}
	}
	return nil
}
