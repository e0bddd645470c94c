//go:build linux || darwin

package kernel

import (
	"fmt"
	"math/bits"
	"os"
	"reflect"
	"runtime/debug"
	"syscall"
	"testing"
	"unsafe"
)

// edges are pieces of memory between pages that no program may touch.
type edges struct {
	pieces [8][]byte
	used   int
	end    bool // arrays end where a piece does, and otherwise begin where it does
}

const edgesSize = 1 << 19

func newEdges(t *testing.T) *edges {
	e := &edges{}
	for i := range e.pieces {
		page := os.Getpagesize()
		mem, err := syscall.Mmap(-1, 0, page+edgesSize+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { syscall.Munmap(mem) })
		for _, fence := range [][]byte{mem[:page], mem[page+edgesSize:]} {
			if err := syscall.Mprotect(fence, syscall.PROT_NONE); err != nil {
				t.Fatal(err)
			}
		}
		e.pieces[i] = mem[page:][:edgesSize]
	}
	return e
}

// both calls f with arrays that end at the end of their memory, and that begin at its beginning.
// It fails where f touches what is not of an array.
func (e *edges) both(t *testing.T, where string, f func()) {
	t.Helper()
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			t.Fatalf("%s, arrays at the end of their memory: %t: %v", where, e.end, r)
		}
	}()
	withProcessors(1, func() {
		for _, e.end = range []bool{false, true} {
			e.used = 0
			f()
		}
	})
}

// atEdge is an array with the values of x, in a piece of its own.
func atEdge[T any](e *edges, x []T) []T {
	size := len(x) * int(unsafe.Sizeof(*new(T)))
	at := 0
	if e.end {
		at = edgesSize - size
	}
	piece := e.pieces[e.used]
	e.used++
	y := unsafe.Slice((*T)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(piece)), at)), len(x))
	copy(y, x)
	return y
}

// Loops touch nothing around their arrays, not even to leave it as it is: what is there may be
// another's, or nothing.
func TestLoopsStayWithinTheirArrays(t *testing.T) {
	e := newEdges(t)
	kind := reflect.TypeFor[loops]()
	everyPath(t, func(t *testing.T) {
		l := vec()
		for i := range kind.NumField() {
			if !plain(kind.Field(i)) {
				continue
			}
			for n := range 40 {
				e.both(t, fmt.Sprintf("%s, length %d", kind.Field(i).Name, n), func() {
					args, _ := arguments(kind.Field(i).Type, n, 0)
					for k, a := range args {
						if x, ok := a.Interface().([]float32); ok {
							args[k] = reflect.ValueOf(atEdge(e, x))
						}
					}
					loop(l, i).Call(args)
				})
			}
		}
		for n := range 68 {
			for rows := range 3 {
				e.both(t, fmt.Sprintf("sums of %d rows of %d", rows, n), func() {
					stride := n + 3
					x, g := atEdge(e, noise(max(0, (rows-1)*stride+n), "x")), atEdge(e, noise(max(0, (rows-1)*stride+n), "g"))
					a, b, mean := atEdge(e, make([]float64, n)), atEdge(e, make([]float64, n)), atEdge(e, make([]float64, n))
					l.sumRows(a, x, stride, rows)
					l.squareRows(a, mean, x, stride, rows)
					l.productRows(a, b, mean, g, x, stride, rows)
				})
			}
		}
		for n := 0; n < 68; n += 16 {
			e.both(t, fmt.Sprintf("fractions, length %d", n), func() {
				l.fractions(atEdge(e, make([]float32, n)), atEdge(e, make([]byte, n)))
			})
		}
		for n := range 68 {
			for _, mask := range []byte{0, 0x35, 0xff} {
				e.both(t, fmt.Sprintf("Expand, length %d, masks %#x", n, mask), func() {
					masks := make([]byte, (n+63)/64*8)
					for i := range n / 8 {
						masks[i] = mask
					}
					dst, values := atEdge(e, make([]float32, n)), atEdge(e, make([]byte, n/8*bits.OnesCount8(mask)+ExpandSlack))
					Expand(dst, atEdge(e, masks), values, 255)
				})
			}
			e.both(t, fmt.Sprintf("Below, length %d", n), func() {
				dst, x := atEdge(e, make([]uint32, n+16)), atEdge(e, noise(n, "x"))
				Below(dst, x, 0.1)
			})
		}
		e.both(t, "RepelCurve3", func() {
			x, y, z := atEdge(e, noise(32, "x")), atEdge(e, noise(32, "y")), atEdge(e, noise(32, "z"))
			RepelCurve3(atEdge(e, make([]float32, 3*5)), atEdge(e, noise(3*5, "own")), x, y, z, umap, 0.05)
		})
		springs := springs(37)
		packed := PackSprings(springs.Starts, springs.Columns, springs.Values, nil)
		e.both(t, "Attract", func() {
			force, y, starts := atEdge(e, make([]float32, 2*37)), atEdge(e, noise(2*37, "y")), atEdge(e, springs.Starts)
			Attract(force, y, Springs{starts, atEdge(e, springs.Columns), atEdge(e, springs.Values)})
			AttractPacked(force, y, PackedSprings{37, packed.base, []packedPart{{0, starts, atEdge(e, packed.parts[0].entries)}}})
		})
	})
}

// Nor do products, convolutions and splines.
func TestTilesStayWithinTheirArrays(t *testing.T) {
	e := newEdges(t)
	everyPath(t, func(t *testing.T) {
		for _, size := range [][3]int{{1, 1, 1}, {1, 5, 3}, {2, 8, 17}, {3, 9, 8}, {5, 16, 9}, {6, 17, 33}, {7, 24, 40}, {13, 31, 64}, {14, 35, 65}} {
			m, n, k := size[0], size[1], size[2]
			for trans := range 4 {
				for act := ActNone; act <= ActLeakyReLUGrad; act++ {
					e.both(t, fmt.Sprintf("product of %d×%d by %d×%d, transposed %02b, activation %d", m, k, k, n, trans, act), func() {
						c, a, b := atEdge(e, make([]float32, m*n)), atEdge(e, noise(m*k, "a")), atEdge(e, noise(k*n, "b"))
						then := Epilogue{Bias: atEdge(e, noise(n, "bias")), Act: act, Slope: 0.1, H: atEdge(e, noise(m*n, "h"))}
						clear(a[:len(a)/2])
						MatMulThen(c, a, b, m, n, k, trans&1 != 0, trans&2 != 0, act == ActReLU, then)
						MatMulSparse(c, a, b, m, n, k, trans&1 != 0, trans&2 != 0, then)
					})
				}
			}
		}
		for _, c := range []Conv{
			{Batch: 1, Height: 5, Width: 6, In: 1, KernelH: 3, KernelW: 3, Out: 5, Stride: 1, Pad: 1},
			{Batch: 2, Height: 7, Width: 6, In: 3, KernelH: 3, KernelW: 2, Out: 9, Stride: 2, Pad: 0},
			{Batch: 2, Height: 8, Width: 8, In: 5, KernelH: 4, KernelW: 4, Out: 3, Stride: 2, Pad: 1},
			{Batch: 1, Height: 4 * winogradLeast, Width: 2 * winogradLeast, In: 16, KernelH: 4, KernelW: 4, Out: 16, Stride: 2, Pad: 1},
			{Batch: 1, Height: 2*winogradLeast + 2, Width: 2*winogradLeast + 2, In: 16, KernelH: 4, KernelW: 4, Out: 32, Stride: 2, Pad: 1},
		} {
			e.both(t, fmt.Sprintf("%+v", c), func() {
				x := atEdge(e, noise(c.Batch*c.Height*c.Width*c.In, "x"))
				y := atEdge(e, noise(c.Batch*c.OutHeight()*c.OutWidth()*c.Out, "y"))
				w, scratch := atEdge(e, noise(c.window()*c.Out, "w")), atEdge(e, make([]float32, c.Scratch()))
				ConvForward(y, x, w, scratch, c, Epilogue{Bias: atEdge(e, noise(c.Out, "bias")), Act: ActLeakyReLU, Slope: 0.1})
				ConvData(x, y, w, scratch, c, Epilogue{Bias: atEdge(e, noise(c.In, "bias")), Act: ActReLU})
				ConvWeight(w, x, y, scratch, c)
			})
		}
		for _, points := range []int{1, 5, 16, 17} {
			e.both(t, fmt.Sprintf("splines of %d points", points), func() {
				const side = SplineWidth + 3
				at := make([]int32, points)
				for i := range at {
					at[i] = int32(mix(uint64(i))%4*side + mix(uint64(i))%4)
				}
				at[0] = 3*side + 3 // the last cell
				grid, frac := atEdge(e, make([]float32, side*side)), atEdge(e, noise(2*points, "frac"))
				at = atEdge(e, at)
				Spread(grid, side, at, frac)
				Slopes(atEdge(e, make([]float32, 2*points)), grid, side, at, frac)
			})
		}
	})
}
