package kernel

import (
	"fmt"
	"math"
	"testing"
)

// geometries are convolutions of many strides, pads, kernels and channels, whose
// sizes leave rests.
func geometries() []Conv {
	var all []Conv
	for i := range uint64(60) {
		h := mix(i)
		pick := func(values ...int) int {
			v := values[h%uint64(len(values))]
			h = mix(h)
			return v
		}
		c := Conv{
			Batch: pick(1, 2, 3, 7, 13), Height: pick(5, 7, 8, 11), Width: pick(5, 6, 9, 14), In: pick(1, 2, 3, 8, 17), KernelH: pick(1, 2, 3, 4, 5),
			KernelW: pick(1, 2, 3, 4, 5), Out: pick(1, 2, 3, 5, 17, 32, 40), Stride: pick(1, 2, 3), Pad: pick(0, 1, 2),
		}
		all = append(all, c)
	}
	// Of the shapes of models, and with many lines and deep sums.
	return append(all,
		Conv{Batch: 5, Height: 28, Width: 28, In: 16, KernelH: 4, KernelW: 4, Out: 32, Stride: 2, Pad: 1},
		Conv{Batch: 2, Height: 6, Width: 6, In: 64, KernelH: 4, KernelW: 4, Out: 20, Stride: 2, Pad: 1},
		Conv{Batch: 1, Height: 40, Width: 40, In: 3, KernelH: 5, KernelW: 5, Out: 64, Stride: 1, Pad: 2},
		Conv{Batch: 2, Height: 40, Width: 50, In: 9, KernelH: 3, KernelW: 3, Out: 40, Stride: 1, Pad: 1},
		Conv{Batch: 12, Height: 14, Width: 14, In: 16, KernelH: 4, KernelW: 4, Out: 32, Stride: 2, Pad: 1},
		Conv{Batch: 35, Height: 28, Width: 28, In: 1, KernelH: 4, KernelW: 4, Out: 16, Stride: 2, Pad: 1},
		Conv{Batch: 16, Height: 32, Width: 32, In: 3, KernelH: 4, KernelW: 4, Out: 8, Stride: 2, Pad: 1},
		Conv{Batch: 33, Height: 9, Width: 18, In: 1, KernelH: 5, KernelW: 5, Out: 2, Stride: 3, Pad: 1},
		Conv{Batch: 11, Height: 8, Width: 8, In: 40, KernelH: 3, KernelW: 3, Out: 2, Stride: 1, Pad: 1},
	)
}

// fewerMultiplications are convolutions that take fewer of them, of odd and even sizes,
// in one block of pictures and in several.
func fewerMultiplications() []Conv {
	var all []Conv
	for _, c := range []Conv{
		{Batch: 1, Height: 10, Width: 10, In: 16, Out: 16},
		{Batch: 3, Height: 14, Width: 12, In: 32, Out: 48},
		{Batch: 2, Height: 12, Width: 14, In: 48, Out: 16},
		{Batch: 2, Height: 16, Width: 20, In: 16, Out: 32},
		{Batch: 40, Height: 14, Width: 14, In: 16, Out: 32},
		{Batch: 9, Height: 18, Width: 10, In: 64, Out: 64},
	} {
		c.KernelH, c.KernelW, c.Stride, c.Pad = 4, 4, 2, 1
		all = append(all, c)
	}
	return all
}

func TestWhichConvolutionsTakeFewerMultiplications(t *testing.T) {
	for _, c := range fewerMultiplications() {
		if !c.Winograd() {
			t.Errorf("%v: by the definition", c)
		}
	}
	for _, c := range []Conv{
		{Height: 8, Width: 14, In: 16, KernelH: 4, KernelW: 4, Out: 16, Stride: 2, Pad: 1},
		{Height: 14, Width: 14, In: 8, KernelH: 4, KernelW: 4, Out: 16, Stride: 2, Pad: 1},
		{Height: 14, Width: 14, In: 16, KernelH: 4, KernelW: 4, Out: 24, Stride: 2, Pad: 1},
		{Height: 15, Width: 14, In: 16, KernelH: 4, KernelW: 4, Out: 16, Stride: 2, Pad: 1},
		{Height: 14, Width: 14, In: 16, KernelH: 4, KernelW: 4, Out: 16, Stride: 1, Pad: 1},
		{Height: 14, Width: 14, In: 16, KernelH: 4, KernelW: 3, Out: 16, Stride: 2, Pad: 1},
		{Height: 14, Width: 14, In: 16, KernelH: 4, KernelW: 4, Out: 16, Stride: 2, Pad: 2},
	} {
		if c.Winograd() {
			t.Errorf("%v: not by the definition", c)
		}
	}
	// In pairs of channels, of a picture: those of the cells, and of the definition.
	for size, want := range map[int][2]int{10: {196, 324}, 14: {400, 676}, 16: {625, 900}, 28: {1849, 2916}} {
		c := Conv{Batch: 1, Height: size, Width: size, In: 16, KernelH: 4, KernelW: 4, Out: 16, Stride: 2, Pad: 1}
		v := newWinograd(c, nil, nil, nil, make([]float32, c.Scratch()))
		definition := 0
		c.each(func(_, _, _ int) { definition++ })
		if got := [2]int{v.phaseRows, definition / 16 / 16}; got != want {
			t.Errorf("%d×%d pixels: %v multiplications, want %v", size, size, got, want)
		}
		v.release()
	}
}

func (c Conv) String() string {
	return fmt.Sprintf("%d of %d×%d×%d by %d×%d to %d, stride %d, pad %d", c.Batch, c.Height, c.Width, c.In, c.KernelH, c.KernelW, c.Out, c.Stride, c.Pad)
}

// each calls f for all triples of a value of x, one of w and the one of y that
// their product adds to.
func (c Conv) each(f func(x, w, y int)) {
	for b := range c.Batch {
		for i := range c.OutHeight() {
			for j := range c.OutWidth() {
				for p := range c.KernelH {
					for q := range c.KernelW {
						h, v := i*c.Stride+p-c.Pad, j*c.Stride+q-c.Pad
						if h < 0 || h >= c.Height || v < 0 || v >= c.Width {
							continue
						}
						for in := range c.In {
							for out := range c.Out {
								f(((b*c.Height+h)*c.Width+v)*c.In+in, ((p*c.KernelW+q)*c.In+in)*c.Out+out, ((b*c.OutHeight()+i)*c.OutWidth()+j)*c.Out+out)
							}
						}
					}
				}
			}
		}
	}
}

// passes has the results of the three passes on values of a seed.
type passes struct{ y, dx, dw []float32 }

func (c Conv) inputs() (x, w, y []float32) {
	x, w = make([]float32, c.Batch*c.Height*c.Width*c.In), make([]float32, c.window()*c.Out)
	y = make([]float32, c.Batch*c.OutHeight()*c.OutWidth()*c.Out)
	small(x, 1)
	small(w, 2)
	small(y, 3)
	return x, w, y
}

func (c Conv) passes(t *testing.T) passes {
	t.Helper()
	x, w, y := c.inputs()
	var r passes
	var intact [3]func() bool
	r.y, intact[0] = guarded(len(y))
	r.dx, intact[1] = guarded(len(x))
	r.dw, intact[2] = guarded(len(w))
	scratch := make([]float32, c.Scratch())
	ConvForward(r.y, x, w, scratch, c, Epilogue{})
	ConvData(r.dx, y, w, scratch, c, Epilogue{})
	ConvWeight(r.dw, x, y, scratch, c)
	for i, ok := range intact {
		if !ok() {
			t.Errorf("%v: pass %d writes around its result", c, i)
		}
	}
	return r
}

func TestConvolutionsAgainstDoublePrecision(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for _, c := range append(geometries(), fewerMultiplications()...) {
			if c.Height+2*c.Pad < c.KernelH || c.Width+2*c.Pad < c.KernelW {
				t.Fatalf("%v does not exist", c)
			}
			x, w, y := c.inputs()
			got := c.passes(t)
			wantY, wantX, wantW := make([]float64, len(y)), make([]float64, len(x)), make([]float64, len(w))
			c.each(func(i, j, k int) {
				wantY[k] += float64(x[i]) * float64(w[j])
				wantX[i] += float64(y[k]) * float64(w[j])
				wantW[j] += float64(x[i]) * float64(y[k])
			})
			for name, pair := range map[string]struct {
				got  []float32
				want []float64
			}{"forward": {got.y, wantY}, "data": {got.dx, wantX}, "weight": {got.dw, wantW}} {
				for i, want := range pair.want {
					if !(math.Abs(float64(pair.got[i])-want) <= 1e-5*(10+math.Abs(want))) {
						t.Fatalf("%v, %s, element %d: got %v, want %v", c, name, i, pair.got[i], want)
					}
				}
			}
		}
	})
}

func TestConvolutionsHaveTheSameBitsEverywhere(t *testing.T) {
	for _, c := range append(geometries(), fewerMultiplications()...) {
		var want passes
		onPath(portable, func() { want = c.passes(t) })
		for path := portable + 1; path <= bestPath(); path++ {
			onPath(path, func() {
				for _, workers := range []int{1, 2, 7, maxWorkers} {
					withProcessors(workers, func() {
						got := c.passes(t)
						if !equal(got.y, want.y) || !equal(got.dx, want.dx) || !equal(got.dw, want.dw) {
							t.Errorf("%v, %s with %d workers: other bits than the twin", c, Path(), workers)
						}
					})
				}
			})
		}
	}
}

// What is defined to the bit is the order of the additions, also where products
// are too small for a float32 and leave zeros of either sign.
func TestConvolutionsAddInTheOrderOfTheirDefinition(t *testing.T) {
	for _, c := range geometries()[:40] {
		x, w, y := c.inputs()
		for i, values := range [][]float32{x, w, y} {
			for j := range values {
				if mix(uint64(i)<<32+uint64(j))%4 == 0 {
					values[j] *= 1e-30
				}
			}
		}
		want := c.inOrder(x, w, y)
		everyPath(t, func(t *testing.T) {
			got := passes{make([]float32, len(y)), make([]float32, len(x)), make([]float32, len(w))}
			scratch := make([]float32, c.Scratch())
			ConvForward(got.y, x, w, scratch, c, Epilogue{})
			ConvData(got.dx, y, w, scratch, c, Epilogue{})
			ConvWeight(got.dw, x, y, scratch, c)
			if !equal(got.y, want.y) || !equal(got.dx, want.dx) || !equal(got.dw, want.dw) {
				t.Errorf("%v: other bits than by the definition", c)
			}
		})
	}
}

// inOrder is the passes element by element: chains over the window, over the pixels
// and channels that reach a pixel, and over output pixels. With few channels, what
// reaches a pixel is a chain for each window, and the windows are added.
func (c Conv) inOrder(x, w, y []float32) passes {
	r := passes{make([]float32, len(y)), make([]float32, len(x)), make([]float32, len(w))}
	windows := make([]float32, len(x))
	c.each(func(i, j, k int) {
		r.y[k] = fma(x[i], w[j], r.y[k])
		if c.In >= fewChannels {
			r.dx[i] = fma(y[k], w[j], r.dx[i])
			return
		}
		windows[i] = fma(y[k], w[j], windows[i])
		if k%c.Out == c.Out-1 {
			r.dx[i] += windows[i]
			windows[i] = 0
		}
	})
	for pixel := range len(y) / c.Out {
		b, i, j := pixel/c.OutWidth()/c.OutHeight(), pixel/c.OutWidth()%c.OutHeight(), pixel%c.OutWidth()
		for k := range c.window() {
			p, q, in := k/c.In/c.KernelW, k/c.In%c.KernelW, k%c.In
			h, v := i*c.Stride+p-c.Pad, j*c.Stride+q-c.Pad
			beside := v < 0 || v >= c.Width
			if h < 0 || h >= c.Height || beside && c.In >= fewChannels {
				continue
			}
			var value float32
			if !beside {
				value = x[((b*c.Height+h)*c.Width+v)*c.In+in]
			}
			for o := range c.Out {
				r.dw[k*c.Out+o] = fma(value, y[pixel*c.Out+o], r.dw[k*c.Out+o])
			}
		}
	}
	return r
}

func TestConvolutionsHaveEpilogues(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for _, c := range []Conv{
			{Batch: 3, Height: 9, Width: 8, In: 3, KernelH: 3, KernelW: 4, Out: 21, Stride: 2, Pad: 1},
			{Batch: 13, Height: 5, Width: 6, In: 21, KernelH: 3, KernelW: 3, Out: 3, Stride: 2, Pad: 0},
			{Batch: 3, Height: 10, Width: 12, In: 16, KernelH: 4, KernelW: 4, Out: 48, Stride: 2, Pad: 1},
		} {
			x, w, y := c.inputs()
			scratch := make([]float32, c.Scratch())
			for name, pass := range map[string]struct {
				h        []float32
				channels int
				run      func(to []float32, e Epilogue)
			}{
				"forward": {y, c.Out, func(to []float32, e Epilogue) { ConvForward(to, x, w, scratch, c, e) }},
				"data":    {x, c.In, func(to []float32, e Epilogue) { ConvData(to, y, w, scratch, c, e) }},
			} {
				bias := make([]float32, pass.channels)
				small(bias, 9)
				for act := ActNone; act <= ActLeakyReLUGrad; act++ {
					got, want := make([]float32, len(pass.h)), make([]float32, len(pass.h))
					pass.run(got, Epilogue{Bias: bias, Act: act, Slope: 0.3, H: pass.h})
					pass.run(want, Epilogue{})
					AddRow(want, want, bias)
					switch act {
					case ActReLU:
						ReLU(want, want)
					case ActLeakyReLU:
						LeakyReLU(want, want, 0.3)
					case ActReLUGrad:
						ReLUGrad(want, pass.h, want)
					case ActLeakyReLUGrad:
						LeakyReLUGrad(want, pass.h, want, 0.3)
					}
					if !equal(got, want) {
						t.Errorf("%v, %s: epilogue %d differs from the kernels", c, name, act)
					}
				}
			}
		}
	})
}

func TestConvolutionsAllocateNothing(t *testing.T) {
	c := Conv{Batch: 8, Height: 14, Width: 14, In: 32, KernelH: 4, KernelW: 4, Out: 64, Stride: 2, Pad: 1}
	x, w, y := c.inputs()
	scratch := make([]float32, c.Scratch())
	if got := testing.AllocsPerRun(20, func() {
		ConvForward(y, x, w, scratch, c, Epilogue{})
		ConvData(x, y, w, scratch, c, Epilogue{})
		ConvWeight(w, x, y, scratch, c)
	}); got != 0 {
		t.Errorf("%v allocations, want none", got)
	}
}

func BenchmarkConv(b *testing.B) {
	for _, c := range []Conv{
		{Batch: 128, Height: 28, Width: 28, In: 1, KernelH: 4, KernelW: 4, Out: 32, Stride: 2, Pad: 1},
		{Batch: 128, Height: 28, Width: 28, In: 1, KernelH: 4, KernelW: 4, Out: 64, Stride: 2, Pad: 1},
		{Batch: 128, Height: 32, Width: 32, In: 3, KernelH: 4, KernelW: 4, Out: 64, Stride: 2, Pad: 1},
		{Batch: 128, Height: 14, Width: 14, In: 32, KernelH: 4, KernelW: 4, Out: 64, Stride: 2, Pad: 1},
		{Batch: 128, Height: 14, Width: 14, In: 64, KernelH: 4, KernelW: 4, Out: 128, Stride: 2, Pad: 1},
	} {
		x, w, y := c.inputs()
		scratch := make([]float32, c.Scratch())
		flop := 2 * float64(len(y)) * float64(c.window())
		for name, f := range map[string]func(){
			"forward": func() { ConvForward(y, x, w, scratch, c, Epilogue{}) },
			"data":    func() { ConvData(x, y, w, scratch, c, Epilogue{}) },
			"weight":  func() { ConvWeight(w, x, y, scratch, c) },
		} {
			b.Run(fmt.Sprintf("%d-%d/%s", c.In, c.Out, name), func(b *testing.B) {
				for b.Loop() {
					f()
				}
				b.ReportMetric(flop*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}

func FuzzConvolution(f *testing.F) {
	f.Add(uint8(2), uint8(9), uint8(6), uint8(1), uint8(3), uint8(4), uint8(4), uint8(2), uint8(1), uint8(2))
	f.Add(uint8(2), uint8(13), uint8(11), uint8(15), uint8(31), uint8(3), uint8(3), uint8(1), uint8(1), uint8(1))
	f.Add(uint8(3), uint8(14), uint8(5), uint8(33), uint8(17), uint8(3), uint8(1), uint8(1), uint8(2), uint8(7))
	f.Fuzz(func(t *testing.T, batch, height, width, in, out, kernelH, kernelW, stride, pad, workers uint8) {
		from1 := func(v uint8, most int) int { return 1 + int(v)%most }
		c := Conv{
			Batch: from1(batch, 5), Height: from1(height, 20), Width: from1(width, 20), In: from1(in, 40), Out: from1(out, 40),
			KernelH: from1(kernelH, 6), KernelW: from1(kernelW, 6), Stride: from1(stride, 4), Pad: int(pad % 4),
		}
		if c.Height+2*c.Pad < c.KernelH || c.Width+2*c.Pad < c.KernelW {
			t.Skip("the kernel does not fit")
		}
		var want passes
		onPath(portable, func() { want = c.passes(t) })
		for path := portable + 1; path <= bestPath(); path++ {
			onPath(path, func() {
				withProcessors(1+int(workers%8), func() {
					if got := c.passes(t); !equal(got.y, want.y) || !equal(got.dx, want.dx) || !equal(got.dw, want.dw) {
						t.Errorf("%v, %s: other bits than the twin", c, Path())
					}
				})
			})
		}
	})
}
