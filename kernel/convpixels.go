package kernel

import "unsafe"

// The forward pass and the data pass are products whose rows are pixels of one
// place and class: the pixels of an operand that a window reaches are segments of
// k, one for each line, and the weights of a class are packed in the order in which
// they are met. Nothing is copied, and the padding is left out.

// pictures is an operand of a convolution.
type pictures struct {
	values                  []float32
	height, width, channels int
}

func (p pictures) at(b, y, x int) int { return ((b*p.height+y)*p.width + x) * p.channels }

// size is that of one picture.
func (p pictures) size() int { return p.height * p.width * p.channels }

// between is some of them.
func (p pictures) between(lo, hi int) []float32 { return p.values[lo*p.size() : hi*p.size()] }

// rows is what the rows of a tile are.
type rows int

const (
	ofPictures rows = iota // the same pixel of several pictures
	ofLine                 // pixels of one line of a picture
)

// nearPictures bounds what the rows of a tile reach in several pictures, in
// float32s, so that the lines stay in the second cache.
const nearPictures = 1 << 17

// pixels computes a pass whose results are the pixels of to.
func (v *convolution) pixels() {
	v.blocks = v.Batch
	v.arrange(v.tiles())
	v.across = v.across[:0]
	for x := range v.to.width {
		v.across = append(v.across, v.reach(x, v.KernelW, v.from.width))
	}
	v.workers = 1
	if v.Batch*v.to.size()*v.window() >= parallelProduct {
		v.workers = processors()
	}
	For(v.workers, 1, v.share)
}

// arrange chooses what the rows of tiles are.
func (v *convolution) arrange(g *gemm) {
	v.rows = ofLine
	if lines := g.rows * v.KernelH * v.from.width * v.from.channels; 3*v.Batch >= 2*g.rows && lines <= nearPictures {
		v.rows, v.blocks = ofPictures, (v.Batch+g.rows-1)/g.rows
	}
}

// pixelShares computes shares of the lines of all blocks of pictures.
func (v *convolution) pixelShares(lo, hi int) {
	s := scratches.get()
	n := v.blocks * v.to.height
	for line := n * lo / v.workers; line < n*hi/v.workers; line++ {
		block, y := line/v.to.height, line%v.to.height
		v.line(s, v.tiles(), v.Batch*block/v.blocks, v.Batch*(block+1)/v.blocks, y)
	}
	s.tile = tile{}
	scratches.put(s)
}

// line computes a line of pictures [lo, hi).
func (v *convolution) line(s *scratch, g *gemm, lo, hi, y int) {
	t := &s.tile
	t.ahead, t.aheadStep = uintptr(unsafe.Pointer(&zeros)), 0
	r := v.reach(y, v.KernelH, v.from.height)
	along := &r
	if v.rows == ofPictures {
		t.rowStride, t.cStride = 4*uintptr(v.from.size()), 4*uintptr(v.to.size())
		for x := range v.to.width {
			v.pixel(s, g, hi-lo, lo, y, x, along, &v.across[x])
		}
		return
	}
	// From one pixel of a class to the next, a window moves by step pixels.
	step := v.Stride
	if v.adjoint {
		step = 1
	}
	t.rowStride, t.cStride = 4*uintptr(step*v.from.channels), 4*uintptr(v.classes*v.to.channels)
	for b := lo; b < hi; b++ {
		for class := range min(v.classes, v.to.width) {
			for x := class; x < v.to.width; {
				across := &v.across[x]
				n := 1
				for next := x + v.classes; next < v.to.width && n < g.rows; next += v.classes {
					if r := &v.across[next]; r.n != across.n || r.tap != across.tap {
						break
					}
					n++
				}
				v.pixel(s, g, n, b, y, x, along, across)
				x += n * v.classes
			}
		}
	}
}

// zeros are the operands of an empty sum.
var zeros [twinWidth]float32

// pixel computes the tiles of rows pixels, of which the first is pixel (y, x) of
// picture b.
func (v *convolution) pixel(s *scratch, g *gemm, rows, b, y, x int, along, across *reach) {
	t := &s.tile
	n, channels := v.to.channels, v.from.channels
	depth := along.taps * across.taps * channels
	packed := v.packed[v.matrix(along, across)*channels*g.padded(n):]
	at := v.to.at(b, y, x)
	stride := t.rowStride
	for j := 0; j < n; j += 2 * g.lanes {
		width := min(2*g.lanes, n-j)
		vecs := (width + g.lanes - 1) / g.lanes
		t.c, t.mask = unsafe.Pointer(&v.to.values[at+j]), g.mask(width)
		t.bStride = 4 * uintptr(vecs*g.lanes)
		if along.n == 0 || across.n == 0 {
			t.a, t.rowStride, t.kStride, t.b, t.k, t.segments = unsafe.Pointer(&zeros), 0, 0, unsafe.Pointer(&zeros), 1, 0
		} else {
			t.a, t.kStride = unsafe.Pointer(&v.from.values[v.from.at(b, along.first, across.first)]), 4
			t.b = unsafe.Pointer(&packed[j*depth+(along.tap*across.taps+across.tap)*channels*vecs*g.lanes])
			t.k, t.segments = uintptr(across.n*channels), uintptr(along.n-1)
			t.aSkip = 4 * uintptr((v.from.width-across.n)*channels)
			t.bSkip = t.bStride * uintptr((across.taps-across.n)*channels)
		}
		s.epilogue(&v.Epilogue, at+j, j, width)
		s.compute(g, rows, vecs)
		t.rowStride = stride
	}
}

// pack packs the weights: for each class, the rows of its taps in panels.
func (v *convolution) pack(g *gemm) {
	s := scratches.get()
	n, channels := v.to.channels, v.from.channels
	p := &product{n: n, k: channels, transB: v.adjoint}
	c := &columns{product: p, gemm: g, k1: channels}
	to := v.packed
	for cy := range v.classes {
		for cx := range v.classes {
			ty, tx := v.classTaps(cy, cx)
			for tap := range ty * tx {
				w := v.place(tap/tx, cy, v.KernelH)*v.KernelW + v.place(tap%tx, cx, v.KernelW)
				p.b = v.w[w*n*channels:][:n*channels]
				for panel := 0; panel*2*g.lanes < n; panel++ {
					width := c.vecs(panel) * g.lanes
					s.packPanel(c, panel, to[panel*2*g.lanes*ty*tx*channels+tap*channels*width:][:channels*width])
				}
			}
			to = to[ty*tx*channels*g.padded(n):]
		}
	}
	scratches.put(s)
}
