package kernel

import (
	"fmt"
	"math"
	"reflect"
	"testing"
)

// onPath runs a test with the kernels of a path.
func onPath(p path, f func()) {
	defer func(before path) { current = before }(current)
	current = p
	f()
}

// everyPath runs a test on every path that the processor has.
func everyPath(t *testing.T, f func(t *testing.T)) {
	for p, name := range pathNames[:bestPath()+1] {
		t.Run(name, func(t *testing.T) { onPath(path(p), func() { f(t) }) })
	}
}

func TestChoosePath(t *testing.T) {
	for _, c := range []struct {
		name string
		env  string
		best path
		want path
	}{
		{"nothing asked is the best", "", avx512, avx512},
		{"a lower path is taken", "portable", avx512, portable},
		{"the middle path is taken", "avx2", avx512, avx2},
		{"the best may be asked for", "avx2", avx2, avx2},
		{"a path the processor lacks is not taken", "avx512", avx2, avx2},
		{"an unknown name is the best", "neon", avx2, avx2},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := choose(c.env, c.best); got != c.want {
				t.Errorf("got %v, want %v", pathNames[got], pathNames[c.want])
			}
		})
	}
	if got, want := Path(), pathNames[current]; got != want {
		t.Errorf("Path: got %s, want %s", got, want)
	}
}

// specials are values where functions bend, overflow or end.
var specials = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, 0.5, -0.5, 2, -2, 4, -4, 88.7, 88.73, 89, -87.4, -103.9, -104, -150, 150,
	1e-45, -1e-45, 1e-38, 1.1754944e-38, math.MaxFloat32, -math.MaxFloat32, 1e-8, -1e-8, 20, -20, 9.01, -9.02, 3.9, 0.70710677, 1.4142135,
	float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
}

// sample fills x with values of all kinds, a function of seed.
func sample(x []float32, seed uint64) {
	for i := range x {
		h := mix(seed<<32 + uint64(i))
		switch {
		case h%8 == 0:
			x[i] = specials[h>>8%uint64(len(specials))]
		case h%8 == 1:
			x[i] = math.Float32frombits(uint32(h >> 32))
		default:
			x[i] = (float32(h>>40)/(1<<24) - 0.5) * 20
		}
	}
}

// same reports whether two values have the same bits; any NaN equals any other.
func same(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// arguments makes the parameters of a loop: arrays of n elements, at an offset from
// alignment and with guards around them, and numbers. It returns the arrays too.
func arguments(f reflect.Type, n, offset int) (args []reflect.Value, arrays [][]float32) {
	const guard = 19
	for i := range f.NumIn() {
		seed := uint64(n*1000 + i)
		switch f.In(i).Kind() {
		case reflect.Slice:
			x := make([]float32, guard+offset+n+guard)
			sample(x, seed)
			arrays = append(arrays, x)
			args = append(args, reflect.ValueOf(x[guard+offset:guard+offset+n]))
		case reflect.Float32, reflect.Float64:
			v := float64(float32(mix(seed)>>40) / (1 << 24))
			args = append(args, reflect.ValueOf(v).Convert(f.In(i)))
		case reflect.Uint64:
			args = append(args, reflect.ValueOf(mix(seed)))
		}
	}
	return args, arrays
}

// plain reports whether all arrays of a loop are of float32; others have tests of
// their own.
func plain(f reflect.Type) bool {
	for i := range f.NumIn() {
		if t := f.In(i); t.Kind() == reflect.Slice && t != reflect.TypeFor[[]float32]() {
			return false
		}
	}
	return true
}

// Every loop of every path, at every length and offset, does what its twin does:
// the same bits in every array, and nothing written around it.
func TestLoopsHaveTheBitsOfTheirTwins(t *testing.T) {
	kind := reflect.TypeFor[loops]()
	for p := avx2; p <= bestPath(); p++ {
		for i := range kind.NumField() {
			name := kind.Field(i).Name
			if !plain(kind.Field(i).Type) {
				continue
			}
			t.Run(pathNames[p]+" "+name, func(t *testing.T) {
				twin := loop(&twins, i)
				f := loop(&vecs[p], i)
				for n := range 68 {
					for offset := range 4 {
						args, want := arguments(twin.Type(), n, offset)
						wantOut := twin.Call(args)
						args, got := arguments(twin.Type(), n, offset)
						gotOut := f.Call(args)
						for a := range want {
							for j := range want[a] {
								if !same(got[a][j], want[a][j]) {
									t.Fatalf("length %d, offset %d: array %d at %d: got %v (%x), want %v (%x)", n, offset, a, j-19-offset,
										got[a][j], math.Float32bits(got[a][j]), want[a][j], math.Float32bits(want[a][j]))
								}
							}
						}
						for k := range wantOut {
							if g, w := fmt.Sprint(gotOut[k]), fmt.Sprint(wantOut[k]); g != w {
								t.Fatalf("length %d, offset %d: result %d: got %v, want %v", n, offset, k, g, w)
							}
						}
					}
				}
			})
		}
	}
}
