package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// sequence is a recurrent layer with all that its passes read.
type sequence struct {
	Recurrent
	x, w, b, u, h, other, known []float32
	dh, last, cell              []float32
}

func newSequence(r Recurrent, masked bool) sequence {
	s := sequence{Recurrent: r}
	array := func(n int, name string) []float32 { return noise(n, name) }
	s.x, s.b = array(r.Steps*r.Batch*r.Inputs, "x"), array(r.width(), "b")
	s.w, s.u = array(r.Inputs*r.width(), "w"), array(r.Units*r.width(), "u")
	Scale(s.w, s.w, 0.3)
	Scale(s.u, s.u, 0.3)
	s.h, s.other = array(r.states(), "h"), array(r.states(), "other")
	if r.Cell == GRU {
		s.other = s.other[:r.Units]
	}
	if masked {
		s.known = make([]float32, r.Steps*r.Batch)
		for i := range s.known {
			// The last example has no step, and no example has the second.
			if row := i % r.Batch; mix(uint64(i))%4 > 0 && row < r.Batch-1 && i/r.Batch != 1 {
				s.known[i] = 1
			}
		}
	}
	s.dh, s.last = array(r.Steps*r.states(), "dh"), array(r.states(), "last")
	if r.Cell == LSTM {
		s.cell = array(r.states(), "cell")
	}
	return s
}

// defined computes the states, the cells and the gradients by the definition, one example and one
// sum after the other.
func (s *sequence) defined() (states, cells, bySums, byProducts, byState, byCell []float32) {
	n, width := s.Units, s.width()
	states, cells = make([]float32, s.Steps*s.states()), make([]float32, s.Steps*s.states())
	bySums, byProducts = make([]float32, s.Steps*s.rows()), make([]float32, s.Steps*s.rows())
	byState, byCell = make([]float32, s.states()), make([]float32, s.states())
	for b := range s.Batch {
		type moment struct {
			step                       int
			gates, q, before, old, now []float32
		}
		var path []moment
		h, c := slices.Clone(s.h[b*n:(b+1)*n]), make([]float32, n)
		if s.Cell == LSTM {
			copy(c, s.other[b*n:])
		}
		for done := range s.Steps {
			step := s.step(done)
			at := step*s.Batch + b
			if s.known == nil || s.known[at] != 0 {
				gates, q := slices.Clone(s.b), make([]float32, n)
				for k, x := range s.x[at*s.Inputs:][:s.Inputs] {
					for j := range gates {
						gates[j] = fma(x, s.w[k*width+j], gates[j])
					}
				}
				sums := slices.Clone(gates)
				if s.Cell == GRU {
					copy(sums[2*n:], s.other)
				}
				for k := range n {
					for j := range sums {
						sums[j] = fma(h[k], s.u[k*width+j], sums[j])
					}
				}
				before, old := slices.Clone(h), slices.Clone(c)
				if s.Cell == LSTM {
					copy(gates, sums)
					lstmTwin(h, c, gates[:n], gates[n:2*n], gates[2*n:3*n], gates[3*n:], old)
				} else {
					copy(gates, sums[:2*n])
					copy(q, sums[2*n:])
					gruTwin(h, gates[:n], gates[n:2*n], gates[2*n:], q, before)
				}
				flushTwin(h, h)
				flushTwin(c, c)
				path = append(path, moment{step, gates, q, before, old, slices.Clone(c)})
			}
			copy(states[at*n:], h)
			copy(cells[at*n:], c)
		}
		dh, dc := slices.Clone(s.last[b*n:(b+1)*n]), make([]float32, n)
		if s.cell != nil {
			copy(dc, s.cell[b*n:])
		}
		for done := s.Steps - 1; done >= 0; done-- {
			step := s.step(done)
			at := step*s.Batch + b
			for j := range dh {
				dh[j] += s.dh[at*n+j]
			}
			if s.known != nil && s.known[at] == 0 {
				continue
			}
			m := path[len(path)-1]
			path = path[:len(path)-1]
			d, e := slices.Clone(m.gates), slices.Clone(m.gates)
			if s.Cell == LSTM {
				lstmGradTwin(d[:n], d[n:2*n], d[2*n:3*n], d[3*n:], dc, dh, m.now, m.old)
				clear(dh)
				flushTwin(dc, dc)
				copy(e, d)
			} else {
				copy(e[2*n:], m.q)
				gruGradTwin(e[:n], e[n:2*n], e[2*n:], d[2*n:], dh, m.before)
				copy(d, e[:2*n])
			}
			copy(bySums[at*width:], d)
			copy(byProducts[at*width:], e)
			for j := range dh {
				for k := range width {
					dh[j] = fma(e[k], s.u[j*width+k], dh[j])
				}
			}
			flushTwin(dh, dh)
		}
		copy(byState[b*n:], dh)
		copy(byCell[b*n:], dc)
	}
	return
}

// The bits of a recurrent layer are those of its definition on every path and any number of
// processors.
func TestRecurrentIsItsDefinition(t *testing.T) {
	for _, cell := range []Cell{LSTM, GRU} {
		for _, c := range []struct {
			steps, batch, units int
			reverse, masked     bool
		}{
			{1, 1, 1, false, false}, {1, 2, 3, true, false}, {4, 3, 5, false, true}, {3, 17, 16, true, true},
			{5, 37, 19, false, true}, {2, 33, 40, false, false}, {2, 18, 256, true, true}, {2, 5, 272, false, false},
		} {
			s := newSequence(Recurrent{cell, c.steps, c.batch, 1 + c.units*c.units%37, c.units, c.reverse}, c.masked)
			states, cells, bySums, byProducts, byState, byCell := s.defined()
			t.Run(fmt.Sprint(cell, c), func(t *testing.T) {
				for _, processors := range []int{1, 2, 7} {
					everyPath(t, func(t *testing.T) {
						kept, gradients := make([]float32, s.Kept()), make([]float32, s.Gradients())
						Fill(kept, 77) // what was there before must not matter
						Fill(gradients, 77)
						withProcessors(processors, func() {
							s.Forward(kept, s.x, s.w, s.b, s.u, s.h, s.other, s.known)
							s.Backward(gradients, kept, s.u, s.dh, s.last, s.cell, s.known)
						})
						check := func(name string, got Range, of, want []float32) {
							if !equal(got.of(of), want) {
								t.Errorf("%d processors: other %s", processors, name)
							}
						}
						check("states", s.After(), kept, states)
						check("gradients by the sums", s.BySums(), gradients, bySums)
						check("gradients by the products", s.ByProducts(), gradients, byProducts)
						check("gradient by the first state", s.ByState(), gradients, byState)
						end := s.step(s.Steps-1) * s.states()
						check("last state", s.Last(), kept, states[end:end+s.states()])
						first := s.Last()
						if first = s.Before(); s.Reverse {
							first.Lo = first.Hi - s.states()
						}
						check("first state", Range{first.Lo, first.Lo + s.states()}, kept, s.h)
						if cell == LSTM {
							check("last cell", s.LastCell(), kept, cells[end:end+s.states()])
							check("gradient by the first cell", s.ByCell(), gradients, byCell)
						}
					})
				}
			})
		}
	}
}

// Gradients that are not there are zero.
func TestRecurrentGradientsMayBeLeftOut(t *testing.T) {
	for _, cell := range []Cell{LSTM, GRU} {
		s := newSequence(Recurrent{cell, 3, 5, 256, 4, false}, false)
		kept := make([]float32, s.Kept())
		s.Forward(kept, s.x, s.w, s.b, s.u, s.h, s.other, nil)
		clear(s.dh)
		clear(s.cell)
		got, want := make([]float32, s.Gradients()), make([]float32, s.Gradients())
		s.Backward(want, kept, s.u, s.dh, s.last, s.cell, nil)
		s.Backward(got, kept, s.u, nil, s.last, nil, nil)
		if !equal(got, want) {
			t.Errorf("%v: other bits without the gradients that are zero", cell)
		}
	}
}

// A state that decays ends as zero, not among the subnormal numbers.
func TestRecurrentStatesAreFlushed(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		// z is nearly one half, and the candidate 0: the state halves in each step.
		s := sequence{Recurrent: Recurrent{GRU, 140, 1, 1, 1, false}}
		s.x, s.w, s.b, s.u, s.h, s.other = make([]float32, 140), make([]float32, 3), make([]float32, 3), make([]float32, 3), []float32{1}, []float32{0}
		kept := make([]float32, s.Kept())
		s.Forward(kept, s.x, s.w, s.b, s.u, s.h, s.other, nil)
		if got := s.After().of(kept)[125]; got != 0x1p-126 {
			t.Errorf("after 126 steps: got %v, want the smallest normal number", got)
		}
		if got := s.After().of(kept)[126]; got != 0 {
			t.Errorf("after 127 steps: got %v, want 0", got)
		}
	})
}

func BenchmarkRecurrent(b *testing.B) {
	for _, cell := range []Cell{LSTM, GRU} {
		for _, c := range [][2]int{{32, 64}, {32, 256}, {128, 256}} {
			s := newSequence(Recurrent{cell, 60, c[0], c[1] / 4, c[1], false}, false)
			Scale(s.u, s.u, 0.1)
			kept, gradients := make([]float32, s.Kept()), make([]float32, s.Gradients())
			b.Run(fmt.Sprintf("%v-B%d-H%d-forward", cell, c[0], c[1]), func(b *testing.B) {
				for b.Loop() {
					s.Forward(kept, s.x, s.w, s.b, s.u, s.h, s.other, nil)
				}
				b.ReportMetric(s.Flops(s.Inputs+s.Units)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
			b.Run(fmt.Sprintf("%v-B%d-H%d-backward", cell, c[0], c[1]), func(b *testing.B) {
				for b.Loop() {
					s.Backward(gradients, kept, s.u, s.dh, s.last, s.cell, nil)
				}
				b.ReportMetric(s.Flops(s.Units)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}

// The functions are within 3 units in the last place, the sigmoid above −certain.
func TestFunctionsOfRecurrentLayersAreNear(t *testing.T) {
	near := func(name string, f func(float32) float32, want func(float64) float64, x float32) {
		w := want(float64(x))
		unit := float64(math.Nextafter32(float32(math.Abs(w)), 2)) - float64(float32(math.Abs(w)))
		if d := math.Abs(float64(f(x)) - w); !(d <= 3*unit) {
			t.Fatalf("%s(%v): got %v, want %v: %.2f units apart", name, x, f(x), w, d/unit)
		}
	}
	logistic := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	for bits := uint32(0); bits < infinity; bits += 1777 {
		x := math.Float32frombits(bits)
		near("tanh", tanhSingle, math.Tanh, x)
		near("tanh", tanhSingle, math.Tanh, -x)
		near("sigmoid", sigmoidSingle, logistic, x)
		if x <= certain {
			near("sigmoid", sigmoidSingle, logistic, -x)
		} else if y := sigmoidSingle(-x); y != 0 {
			t.Fatalf("sigmoid(%v): got %v, want 0", -x, y)
		}
	}
	inf, zero := float32(math.Inf(1)), float32(0)
	for _, c := range [][3]float32{{inf, 1, 1}, {-inf, 0, -1}, {0, 0.5, 0}, {-zero, 0.5, 0}, {-1e-45, 0.5, -1e-45}} {
		if s, th := sigmoidSingle(c[0]), tanhSingle(c[0]); s != c[1] || th != c[2] {
			t.Errorf("%v: got %v and %v, want %v and %v", c[0], s, th, c[1], c[2])
		}
	}
	for _, bits := range []uint32{0x7fc00000, 0x7f800001, 0xff800001, 0xffd12345} {
		if x := math.Float32frombits(bits); sigmoidSingle(x) == sigmoidSingle(x) || tanhSingle(x) == tanhSingle(x) {
			t.Errorf("%x: got a number, want NaN", bits)
		}
	}
}
