// Package latent has the geometry of codes, the vectors that an encoder makes of
// examples and a decoder turns back into them, and the distributions that they are
// drawn from. It works on arrays and knows no model.
package latent

import (
	"fmt"
	"math"

	"latentspace/nn/elementary"
)

// Interpolation writes the point at t of a path from a, at t = 0, to b, at t = 1,
// to dst. The three have one length, a shorter dst or b panics as an index out
// of range does; dst may be a or b. Both ends are exact: dst gets the bits of a
// at 0 and those of b at 1.
type Interpolation func(a, b []float32, t float64, dst []float32)

// Interpolations are the paths by name, as a command line spells them.
var Interpolations = map[string]Interpolation{
	"lerp":  Lerp,
	"slerp": Slerp,
}

// Lerp is the straight line, an [Interpolation]:
//
//	dst = (1−t)·a + t·b
//
// A t outside [0, 1] continues the line.
func Lerp(a, b []float32, t float64, dst []float32) {
	switch t {
	case 0:
		copy(dst, a)
		return
	case 1:
		copy(dst, b)
		return
	}
	for i := range a {
		dst[i] = float32(float64((1-t)*float64(a[i])) + float64(t*float64(b[i])))
	}
}

// Slerp is the spherical path, an [Interpolation]: it turns the direction from a
// to b at a constant angular speed and changes the length evenly:
//
//	dst = ((1−t)·|a| + t·|b|) · (cos(tΩ)·â + sin(tΩ)·ŵ)
//
//	â = a/|a|   b̂ = b/|b|   Ω the angle between them   ŵ the unit vector along b̂ − (â·b̂)·â
//
// For |a| = |b| this is White's sin((1−t)Ω)/sin Ω·a + sin(tΩ)/sin Ω·b. For other
// lengths White applies his weights to a and b themselves, which lets the length
// of a path at a wide angle rise above both ends'; here it stays between them.
//
// Where a vector is zero or Ω is below 10⁻⁶ there is nothing to turn and the path
// is that of [Lerp]. Where Ω is within 10⁻⁶ of π every half circle is as short: the
// path goes by way of the axis on which a is smallest in magnitude, the first of
// equals, so that one pair of codes always gives one path. On a line, with one
// value per code, opposite ends have no way round and the path is that of Lerp. A t
// outside [0, 1] continues the turn and the change of length.
//
// White, Sampling Generative Networks, arXiv 1609.04468, 2016, section 2.1.
func Slerp(a, b []float32, t float64, dst []float32) {
	const parallel = 1e-6 // radians: about where float32 no longer tells directions apart

	na, nb := norm(a), norm(b)
	if t == 0 || t == 1 || na == 0 || nb == 0 {
		Lerp(a, b, t, dst)
		return
	}
	cos := 0.0
	for i := range a {
		cos += float64(float64(a[i]) / na * (float64(b[i]) / nb))
	}
	w := make([]float64, len(a))
	for i := range a {
		w[i] = float64(b[i])/nb - float64(cos*float64(a[i])/na)
	}
	sin := norm(w)
	angle := elementary.Atan2(sin, cos)
	if sin < parallel {
		if cos > 0 || len(a) < 2 {
			Lerp(a, b, t, dst)
			return
		}
		sin, angle = detour(a, na, w), math.Pi
	}
	length := float64((1-t)*na) + float64(t*nb)
	along, across := length*elementary.Cos(t*angle)/na, length*elementary.Sin(t*angle)/sin
	for i := range a {
		dst[i] = float32(float64(along*float64(a[i])) + float64(across*w[i]))
	}
}

// detour sets w to the part of an axis that is perpendicular to a, of length na,
// and returns the length of w. The axis is that of the smallest magnitude in a, so
// that the length is at least √½ where there are two axes or more.
func detour(a []float32, na float64, w []float64) float64 {
	axis := 0
	for i := range a {
		if math.Abs(float64(a[i])) < math.Abs(float64(a[axis])) {
			axis = i
		}
	}
	cos := float64(a[axis]) / na
	for i := range a {
		w[i] = -cos * float64(a[i]) / na
	}
	w[axis]++
	return norm(w)
}

// norm is the Euclidean length, added in order.
func norm[T float32 | float64](x []T) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(float64(v) * float64(v))
	}
	return math.Sqrt(sum)
}

// Path returns the codes at steps evenly spaced points of a path, the first a and
// the last b. It is an error if a and b differ in length or steps is below 2.
func Path(along Interpolation, a, b []float32, steps int) ([][]float32, error) {
	if len(a) != len(b) {
		return nil, fmt.Errorf("latent: path from a code of %d values to one of %d, want equal lengths", len(a), len(b))
	}
	if steps < 2 {
		return nil, fmt.Errorf("latent: path of %d steps, want at least 2", steps)
	}
	path := make([][]float32, steps)
	for i := range path {
		path[i] = make([]float32, len(a))
		along(a, b, float64(i)/float64(steps-1), path[i])
	}
	return path, nil
}
