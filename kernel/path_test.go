package kernel

import (
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strings"
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
	for p := portable; p <= bestPath(); p++ {
		t.Run(p.String(), func(t *testing.T) { onPath(p, func() { f(t) }) })
	}
}

// A path that is asked for is taken, or it is an error that says why not and what there is.
func TestChoosePath(t *testing.T) {
	architectures["alien"] = "another"
	defer delete(architectures, "alien")
	for _, c := range []struct {
		name, asked string
		here        string // of the features A, B and C, which wide, wider and wider need
		want        string
		says        string // nothing for no error
	}{
		{"nothing asked is the best", "", "ABC", "wider", ""},
		{"nothing asked is the best there is", "", "AC", "wide", ""},
		{"nothing asked may be the portable path", "", "", "portable", ""},
		{"a path is not there without the one before", "", "BC", "portable", ""},
		{"the lowest path is taken", "portable", "ABC", "portable", ""},
		{"the middle path is taken", "wide", "ABC", "wide", ""},
		{"the best may be asked for", "wide", "A", "wide", ""},
		{"one feature is missing", "wider", "AB", "wide", "=wider: this machine lacks C; want wide or portable, or nothing for the fastest of them, wide"},
		{"all features are missing", "wider", "", "portable", "=wider: this machine lacks A, B, C; want portable"},
		{"a feature of the path before is missing", "wider", "BC", "portable", "=wider: this machine lacks A; want portable"},
		{"another architecture has it", "alien", "AB", "wide",
			"=alien: another processors have that, and this program is built for " + runtime.GOARCH + "; want wide or portable, or nothing"},
		{"an unknown name", "Wide", "ABC", "wider", `="Wide": no such path of instructions; want wider or wide or portable, or nothing for the fastest of them, wider`},
		{"a name with a blank", " wide", "A", "wide", `=" wide": no such path`},
		{"a long name", strings.Repeat("x", 1000), "A", "wide", `="` + strings.Repeat("x", 40) + `": no such path`},
	} {
		t.Run(c.name, func(t *testing.T) {
			is := func(name string) feature { return feature{name, strings.Contains(c.here, name)} }
			all := []instructions{{name: "portable"}, {"wide", []feature{is("A")}}, {"wider", []feature{is("B"), is("C")}}}
			got, err := choose(c.asked, all)
			if all[got].name != c.want {
				t.Errorf("got %s, want %s", all[got].name, c.want)
			}
			if (err != nil) != (c.says != "") || err != nil && !strings.Contains(err.Error(), "kernel: LATENTSPACE_KERNEL"+c.says) {
				t.Errorf("got error %v, want %q", err, c.says)
			}
		})
	}
}

// A run in Go's kernels is told why, and what would be faster.
func TestSlowKernelsAreTold(t *testing.T) {
	wide := func(here bool) []instructions {
		return []instructions{{name: "portable"}, {"wide", []feature{{"A", here}, {"B", here}}}}
	}
	for _, c := range []struct {
		name string
		on   path
		all  []instructions
		want string
	}{
		{"a fast path", 1, wide(true), ""},
		{"a path that was asked for", portable, wide(true), "LATENTSPACE_KERNEL asks for them, and without it this machine has wide"},
		{"a machine without the features", portable, wide(false), "this machine lacks A, B"},
		{"an architecture without others", portable, wide(true)[:1], "for " + runtime.GOARCH + " there are no others, but for amd64 with AVX2 and for arm64"},
	} {
		got := slow(c.on, c.all)
		if !strings.HasSuffix(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("%s: got %q, want it to end with %q", c.name, got, c.want)
		}
	}
}

// The paths of this machine are those that tests run on, and each can be asked for.
func TestPathsCanBeAskedFor(t *testing.T) {
	for i, name := range Paths() {
		if p, err := choose(name, paths[:]); err != nil || p != bestPath()-path(i) || p.String() != name {
			t.Errorf("%s: got %v and error %v, want path %d", name, p, err, bestPath()-path(i))
		}
	}
	if got, want := Path(), current.String(); got != want {
		t.Errorf("Path: got %s, want %s", got, want)
	}
	if Environment() != nil {
		t.Errorf("Environment: got %v, want none", Environment())
	}
	for _, i := range paths[portable+1:] {
		if architectures[i.name] != runtime.GOARCH {
			t.Errorf("%s is a path here, and of %q by the list of architectures, want %s", i.name, architectures[i.name], runtime.GOARCH)
		}
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

// plain reports whether all arrays of a loop are of float32 and of one length; others have tests of
// their own.
func plain(loop reflect.StructField) bool {
	if loop.Name == "repelCurve3" { // of points in rows of three
		return false
	}
	f := loop.Type
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
	for p := portable; p <= bestPath(); p++ {
		for i := range kind.NumField() {
			name := kind.Field(i).Name
			if !plain(kind.Field(i)) {
				continue
			}
			t.Run(p.String()+" "+name, func(t *testing.T) {
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

// They do so too where numbers are zeros of both signs, where they underflow, and for every NaN.
func TestLoopsHaveTheBitsOfTheirTwinsForAwkwardNumbers(t *testing.T) {
	minus, inf := float32(math.Copysign(0, -1)), float32(math.Inf(1))
	bits := math.Float32frombits
	kind := reflect.TypeFor[loops]()
	for p := portable; p <= bestPath(); p++ {
		for i := range kind.NumField() {
			of := kind.Field(i).Type
			if !plain(kind.Field(i)) {
				continue
			}
			t.Run(p.String()+" "+kind.Field(i).Name, func(t *testing.T) {
				for _, set := range [][]float32{
					{minus}, {0, minus}, {0, minus, -1, -2}, {0, minus, 0x1p-149, -0x1p-149, 1e-30, -1e-30, 0x1p-126, -0x1p-126},
					{-inf, minus, bits(0x7fc00000)}, {inf, -inf, 0, bits(0x7f800001), bits(0xff800001), bits(0x7fc00123), bits(0xffd12345)},
				} {
					for n := range 40 {
						run := func(l *loops) (arrays [][]float32, results string) {
							args, arrays := arguments(of, n, 0)
							for a, x := range arrays {
								for j := range x {
									x[j] = set[mix(uint64(n*1000+a*100+j))%uint64(len(set))]
								}
							}
							for _, r := range loop(l, i).Call(args) {
								results += fmt.Sprint(r, " ")
							}
							return arrays, results
						}
						got, gotResults := run(&vecs[p])
						want, wantResults := run(&twins)
						for a := range want {
							if !equal(got[a], want[a]) {
								t.Fatalf("length %d, of %v: other bits in array %d", n, set, a)
							}
						}
						if gotResults != wantResults {
							t.Fatalf("length %d, of %v: got results %v, want %v", n, set, gotResults, wantResults)
						}
					}
				}
			})
		}
	}
}

// The first array of a loop may be one of its operands too.
func TestLoopsHaveTheBitsOfTheirTwinsInPlace(t *testing.T) {
	kind := reflect.TypeFor[loops]()
	for p := portable; p <= bestPath(); p++ {
		for i := range kind.NumField() {
			of := kind.Field(i).Type
			if !plain(kind.Field(i)) {
				continue
			}
			// run takes an array for the first one, which is the first itself if that is 0.
			run := func(l *loops, n, array int) [][]float32 {
				args, arrays := arguments(of, n, 0)
				args[0], arrays[0] = args[array], arrays[array]
				loop(l, i).Call(args)
				return arrays
			}
			t.Run(p.String()+" "+kind.Field(i).Name, func(t *testing.T) {
				_, before := arguments(of, 67, 0)
				for array, after := range run(&twins, 67, 0) {
					if array > 0 && !equal(after, before[array]) {
						continue // no operand alone
					}
					for n := range 68 {
						got, want := run(&vecs[p], n, array), run(&twins, n, array)
						for a := range want {
							if !equal(got[a], want[a]) {
								t.Fatalf("length %d: the first array is array %d: other bits in array %d", n, array, a)
							}
						}
					}
				}
			})
		}
	}
}
