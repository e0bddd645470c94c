package kernel

// Where a kernel has 4×4 taps, a stride of 2 and a border of 1, as in most
// autoencoders and GANs of pictures, a convolution takes fewer multiplications than
// its definition. Along a side, x falls into pixels at even and at odd places, and y is
// the sum of two convolutions with two taps each:
//
//	y[m−1] += e[m]·g₀   y[m] += e[m]·g₁      e[m] = x[2m]    with g = (w₃, w₁)
//	                                         e[m] = x[2m−1]  with g = (w₂, w₀)
//
// Two such pixels meet three of y in four products, of which three are enough
// (Karatsuba and Ofman, 1962; F(2, 2) of Winograd, Arithmetic Complexity of
// Computations, 1980; Lavin and Gray, Fast Algorithms for Convolutional Neural
// Networks, 2016):
//
//	p₀ = e[m]·g₀   p₁ = (e[m] + e[m+1])·(g₀ + g₁)   p₂ = e[m+1]·g₁
//	y[m−1] += p₀   y[m] += p₁ − (p₀ + p₂)   y[m+1] += p₂
//
// Along both sides that is 9 products instead of 16, each of them one of matrices over
// the channels and over both phases, even and odd. The pixels without a partner, the
// first even one and, where y has an odd size, the last odd one, meet a single pixel of
// y. From 14×14 to 7×7 pixels there are 400 multiplications instead of the definition's
// 676, which leaves the padding out. Where y has an even size, the partner of the last
// even pixel is a zero of the padding: from 16×16 to 8×8 there are 625 instead of 900.
//
// The adjoints are the same steps turned round:
//
//	dx: t₀ = y[m−1] − y[m]   t₁ = y[m]   t₂ = y[m+1] − y[m]
//	    p₀ = t₀·g₀   p₁ = t₁·(g₀ + g₁)   p₂ = t₂·g₁
//	    e[m] = p₀ + p₁   e[m+1] = p₁ + p₂
//	dw: u₀ = Σ e[m]·t₀   u₁ = Σ (e[m] + e[m+1])·t₁   u₂ = Σ e[m+1]·t₂
//	    g₀ = u₀ + u₁   g₁ = u₁ + u₂
//
// There are only sums and differences beside the products. With values from normal
// distributions and 128 channels, the root mean square of the errors is 1.0 to 1.1 times
// that of the definition; but a small result may have the error of a large one beside
// it. An infinity may become NaN, and one in the weights reaches results at the border
// whose definition leaves that weight out. None is lost.

// winogradLeast is the size of y from which on fewer multiplications pay.
const winogradLeast = 5

// Winograd reports whether the passes are computed with fewer multiplications, as of kernels of 4×4
// taps with stride 2 and enough channels.
func (c Conv) Winograd() bool {
	return !c.Half && c.KernelH == 4 && c.KernelW == 4 && c.Stride == 2 && c.Pad == 1 && c.Height%2 == 0 && c.Width%2 == 0 &&
		c.In%16 == 0 && c.Out%16 == 0 && c.OutHeight() >= winogradLeast && c.OutWidth() >= winogradLeast
}

// The kinds of products along a side: the three of a pair of pixels, and those of the
// pixels without a partner.
const (
	pairFirst  = iota // p₀
	pairBoth          // p₁
	pairSecond        // p₂
	evenEnd           // of the first even pixel
	oddEnd            // of the last odd pixel
	allKinds   = iota
)

// The phases of pixels along a side.
const (
	evenPhase = iota
	oddPhase
)

// allPhases are those of pixels along both sides.
const allPhases = 4

// side is a side of y, of size n; that of x is twice as long.
type side struct{ n, pairs int }

// kinds is how many kinds there are: the last one only where n is odd.
func (s side) kinds() int { return oddEnd + s.n%2 }

// members is how many of a kind there are.
func (s side) members(kind int) int {
	if kind <= pairSecond {
		return s.pairs
	}
	return 1
}

// whole is how many pairs are whole. Where n is even, the last pair of even pixels of x
// lacks the second one, and the last three pixels of y the third.
func (s side) whole(phase int) int {
	if phase == oddPhase {
		return s.pairs
	}
	return (s.n - 1) / 2
}

// ofPhase reports whether a kind has pixels of a phase.
func ofPhase(kind, phase int) bool { return kind <= pairSecond || kind == evenEnd+phase }

// factor is which of g₀, g₀ + g₁ and g₁ a kind is multiplied with.
func factor(kind int) int {
	switch kind {
	case evenEnd:
		return pairSecond
	case oddEnd:
		return pairFirst
	}
	return kind
}

// tapPlace is the place in the kernel of g₀ or g₁ of a phase.
func tapPlace(phase, g int) int { return 3 - phase - 2*g }

// cell is the products of a kind along the height and one along the width.
type cell struct {
	rows   int // in a picture
	factor int // which of the 9 it is multiplied with
	// It has phases of the four: from the first one on, run of them that follow each
	// other, and if there are two parts as many again after a gap of run.
	phases, from, run, parts int
	order                    [allPhases]int // where a phase is among those that it has
	has                      [allPhases]bool

	rowsBefore, phasesBefore int            // rows, and rows times phases, of the cells before it
	phaseBefore              [allPhases]int // rows with a phase
}

// winograd is a pass in progress. Its result is one of y, x and w.
type winograd struct {
	Conv
	y, x, w      []float32
	down, across side
	cells        [allKinds][allKinds]cell
	rows         int // of all cells in a picture
	phaseRows    int // times the phases that they have
	packed       []float32
	block        int       // pictures that are computed at once
	bias         []float32 // of a line of the result
	workers      int       // of the weight pass
	Epilogue

	packForward, packData, forward, data, weight func(lo, hi int)
}

var winograds = depot[winograd]{make: func() *winograd {
	v := &winograd{}
	v.packForward, v.packData = v.packForwardShares, v.packDataShares
	v.forward, v.data, v.weight = v.forwardShares, v.dataShares, v.weightShares
	return v
}}

func newWinograd(c Conv, y, x, w, scratch []float32) *winograd {
	v := winograds.get()
	v.Conv, v.y, v.x, v.w = c, y, x, w
	v.packed = scratch[:c.winogradSize()]
	v.down, v.across = side{c.OutHeight(), c.OutHeight() / 2}, side{c.OutWidth(), c.OutWidth() / 2}
	v.rows, v.phaseRows = 0, 0
	var phaseRows [allPhases]int
	for ka := range v.down.kinds() {
		for kb := range v.across.kinds() {
			k := &v.cells[ka][kb]
			*k = cell{rows: v.down.members(ka) * v.across.members(kb), factor: 3*factor(ka) + factor(kb), parts: 1}
			k.rowsBefore, k.phasesBefore, k.phaseBefore = v.rows, v.phaseRows, phaseRows
			for phase := range allPhases {
				if ofPhase(ka, phase/2) && ofPhase(kb, phase%2) {
					k.order[phase], k.has[phase] = k.phases, true
					if k.phases == 0 {
						k.from = phase
					}
					k.phases++
					phaseRows[phase] += k.rows
				}
			}
			k.run = k.phases
			if ka <= pairSecond && kb > pairSecond {
				k.run, k.parts = 1, 2
			}
			v.rows += k.rows
			v.phaseRows += k.rows * k.phases
		}
	}
	return v
}

func (v *winograd) release() {
	*v = winograd{bias: v.bias, packForward: v.packForward, packData: v.packData, forward: v.forward, data: v.data, weight: v.weight}
	winograds.put(v)
}

// winogradSize is that of the transformed weights, or their gradients.
func (c Conv) winogradSize() int { return 9 * allPhases * c.In * c.Out }
