package kernel

// Springs is a sparse matrix P (n, n) that pulls n points together, by rows: row i
// has the entries [Starts[i], Starts[i+1]), whose number is a multiple of
// [SpringWidth]. The entries that fill a row up have its own index and the value 0.
type Springs struct {
	Starts  []int
	Columns []uint32
	Values  []float32
}

// SpringWidth divides the number of entries of a row of [Springs].
const SpringWidth = 16

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

// attractTwin is the force on the points own, whose rows begin at starts.
func attractTwin(force, own, y []float32, starts []int, columns []uint32, values []float32) {
	for r := range len(starts) - 1 {
		x0, y0 := own[2*r], own[2*r+1]
		var fx, fy lanes16
		lo, hi := starts[r], starts[r+1]
		values := values[lo:hi]
		for i, c := range columns[lo:hi] {
			dx, dy := x0-y[2*c], y0-y[2*c+1]
			w := values[i] / (1 + (float32(dx*dx) + float32(dy*dy)))
			fx[i%16] += float32(w * dx)
			fy[i%16] += float32(w * dy)
		}
		force[2*r], force[2*r+1] = fx.total(), fy.total()
	}
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
