package kernel

import "math"

// attractGrain is how many rows are a chunk.
const attractGrain = 128

// Attract is, for points y (n, 2) in the plane,
//
//	force[i] = Σⱼ P[i,j] · (y[i] − y[j]) / (1 + |y[i] − y[j]|²)
//
// in sixteen sums for each row, joined by a tree. Columns must be below n.
func Attract(force, y []float32, p Springs) {
	n := len(p.Starts) - 1
	f := vec().attract
	For(n, attractGrain, func(lo, hi int) {
		f(force[2*lo:2*hi], y[2*lo:2*hi], y, p.Starts[lo:hi+1], p.Columns, p.Values)
	})
}

// AttractPacked is [Attract] for packed springs.
func AttractPacked(force, y []float32, p PackedSprings) {
	f := vec().attractPacked
	p.sum(force, y, func(force, own []float32, starts []int, part *packedPart) {
		f(force, own, y[2*part.first:], starts, part.entries, p.base<<16)
	})
}

// Curve says how the pull of a spring falls with the squared distance s, as the derivative of
// ½·ln(1 + A·sᴮ) by s, over A·B.
type Curve struct{ A, B float32 }

// AttractCurve is, for points x (n, 2) in the plane that springs join to points y, which may be they
// themselves or others,
//
//	force[i] = Σⱼ P[i,j] · sᴮ⁻¹/(1 + A·sᴮ) · (x[i] − y[j])    s = |x[i] − y[j]|²
//
// to some 10⁻⁵ of each term, in the sums of [Attract]. B times the logarithm of s to the base 2 is
// bounded to ±100. Entries that fill a row of others up have any index.
func AttractCurve(force, x, y []float32, p Springs, c Curve) {
	n := len(p.Starts) - 1
	f := vec().attractCurve
	For(n, attractGrain, func(lo, hi int) {
		f(force[2*lo:2*hi], x[2*lo:2*hi], y, p.Starts[lo:hi+1], p.Columns, p.Values, c.A, c.B)
	})
}

// AttractCurvePacked is [AttractCurve] for packed springs.
func AttractCurvePacked(force, x, y []float32, p PackedSprings, c Curve) {
	f := vec().attractCurvePacked
	p.sum(force, x, func(force, own []float32, starts []int, part *packedPart) {
		f(force, own, y[2*part.first:], starts, part.entries, p.base<<16, c.A, c.B)
	})
}

// attractTwin is the force on the points own, whose rows begin at starts.
func attractTwin(force, own, y []float32, starts []int, columns []uint32, values []float32) {
	for r := range len(starts) - 1 {
		var s pull
		for e := starts[r]; e < starts[r+1]; e++ {
			dx, dy, square := between(own[2*r:], y[2*columns[e]:])
			s.add(e-starts[r], dx, dy, values[e]/(1+square))
		}
		force[2*r], force[2*r+1] = s.x.total(), s.y.total()
	}
}

// attractPackedTwin adds base to the bits of the values.
func attractPackedTwin(force, own, y []float32, starts []int, entries []uint32, base uint32) {
	for r := range len(starts) - 1 {
		var s pull
		for e := starts[r]; e < starts[r+1]; e++ {
			dx, dy, square := between(own[2*r:], y[2*(entries[e]>>packedBits):])
			s.add(e-starts[r], dx, dy, unpacked(entries[e], base)/(1+square))
		}
		force[2*r], force[2*r+1] = s.x.total(), s.y.total()
	}
}

func attractCurveTwin(force, own, y []float32, starts []int, columns []uint32, values []float32, a, b float32) {
	for r := range len(starts) - 1 {
		var s pull
		for e := starts[r]; e < starts[r+1]; e++ {
			dx, dy, square := between(own[2*r:], y[2*columns[e]:])
			s.add(e-starts[r], dx, dy, Curve{a, b}.strength(values[e], square))
		}
		force[2*r], force[2*r+1] = s.x.total(), s.y.total()
	}
}

func attractCurvePackedTwin(force, own, y []float32, starts []int, entries []uint32, base uint32, a, b float32) {
	for r := range len(starts) - 1 {
		var s pull
		for e := starts[r]; e < starts[r+1]; e++ {
			dx, dy, square := between(own[2*r:], y[2*(entries[e]>>packedBits):])
			s.add(e-starts[r], dx, dy, Curve{a, b}.strength(unpacked(entries[e], base), square))
		}
		force[2*r], force[2*r+1] = s.x.total(), s.y.total()
	}
}

// between is the way from b to a, and the square of its length.
func between(a, b []float32) (dx, dy, square float32) {
	dx, dy = a[0]-b[0], a[1]-b[1]
	return dx, dy, float32(dx*dx) + float32(dy*dy)
}

// The terms of the minimax polynomials of curves, with the largest relative error.
var (
	// log₂(1 + r)/r for √½ ≤ 1 + r ≤ √2: 2e-6 of the logarithm.
	log2Terms = [...]float32{1.4427134813944782, -0.7211318583132389, 0.47934801873979477, -0.3674899795736955, 0.3221548006051801, -0.2065917358068311}
	// 2ʳ for |r| ≤ ½: 3e-6.
	exp2Terms = [...]float32{0.9999992614441334, 0.6931218147397946, 0.2402474483310813, 0.0559178603027295, 0.009570101698791939}
)

// strength is the force of a spring, by the distance, at the squared distance s.
func (c Curve) strength(value, s float32) float32 {
	s = max(s, 0x1p-60)
	power := power(s, c.B)
	return float32(value*power) / float32(s*(float32(c.A*power)+1))
}

// power is s to the b, 2 to the b·log₂ s.
func power(s, b float32) float32 {
	// s = 2ⁿ·m with m in [√½, √2).
	const root, magic = 0x3f3504f3, 3 << 22 // the bits of √½, and what leaves no fraction
	t := math.Float32bits(s) + (128<<23 - root)
	n := math.Float32frombits(t>>23|0x4b000000) - (1<<23 + 128)
	r := math.Float32frombits(t&(1<<23-1)+root) - 1
	e := b * (n + float32(r*horner32(r, log2Terms[:])))
	e = max(min(e, 100), -100)
	whole := e + magic
	r = e - (whole - magic)
	return math.Float32frombits(math.Float32bits(horner32(r, exp2Terms[:])) + math.Float32bits(whole)<<23)
}

// horner32 is c[0] + x(c[1] + x(…)).
func horner32(x float32, c []float32) float32 {
	p := c[len(c)-1]
	for i := len(c) - 2; i >= 0; i-- {
		p = c[i] + float32(x*p)
	}
	return p
}

// pull is the sum of the forces of the entries of a row.
type pull struct{ x, y lanes16 }

// add adds the force of entry number e, of strength w.
func (s *pull) add(e int, dx, dy, w float32) {
	s.x[e%16] += float32(w * dx)
	s.y[e%16] += float32(w * dy)
}

// lanes16 are the partial sums of float32 lanes.
type lanes16 [16]float32

// total joins the lanes as halves of a vector.
func (s *lanes16) total() float32 {
	for half := 8; half > 0; half /= 2 {
		for i := range half {
			s[i] += s[i+half]
		}
	}
	return s[0]
}
