package kernel

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

// loop is field i of a table, unexported as it is.
func loop(l *loops, i int) reflect.Value {
	v := reflect.ValueOf(l).Elem().Field(i)
	return reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
}

func TestEveryPathHasEveryLoop(t *testing.T) {
	for p := range vecs {
		for i := range reflect.TypeFor[loops]().NumField() {
			if loop(&vecs[p], i).IsNil() {
				t.Errorf("%s lacks %s", path(p), reflect.TypeFor[loops]().Field(i).Name)
			}
		}
	}
}

// The files that asm/vec, asm/gemm and asm/fft write are those checked in. It needs the modules of the
// generator, which an offline machine may not have, and takes ten seconds.
func TestAssemblyIsGenerated(t *testing.T) {
	if os.Getenv("LATENTSPACE_LONG") == "" {
		t.Skip("without LATENTSPACE_LONG the generator is not run")
	}
	dir := t.TempDir()
	for generator, count := range map[string]int{"vec": 10, "gemm": 10, "fft": 8} {
		build := exec.Command("go", "-C", "asm", "build", "-buildvcs=false", "-o", filepath.Join(dir, generator), "./"+generator)
		build.Env = append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOARCH=") // for this machine, not one that is emulated
		if out, err := build.CombinedOutput(); err != nil {
			if strings.Contains(string(out), "GOPROXY=off") {
				t.Skipf("the generator's modules are not here: run go generate ./kernel once")
			}
			t.Fatalf("generator: %v\n%s", err, out)
		}
		if out, err := exec.Command(filepath.Join(dir, generator), "-to", dir).CombinedOutput(); err != nil {
			t.Fatalf("generator: %v\n%s", err, out)
		}
		files, _ := filepath.Glob(generator + "_*?[md]64.*") // amd64 and arm64
		if len(files) != count {
			t.Fatalf("got files %v, want %d", files, count)
		}
		for _, name := range files {
			got, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s is not what asm/%s writes: run go generate ./kernel", name, generator)
			}
		}
	}
}

// Code for AVX2 uses what every processor with AVX2 has: sixteen registers and no masks. An
// instruction with a seventeenth register is encoded for AVX-512, and a machine without it
// ends the program, which a machine that has it does not notice.
func TestAVX2NeedsNoAVX512(t *testing.T) {
	files, _ := filepath.Glob("*_avx2_amd64.s")
	if len(files) != 3 {
		t.Fatalf("got files %v, want three", files)
	}
	wide := regexp.MustCompile(`\b([XY](1[6-9]|2[0-9]|3[01])|Z[0-9]+|K[0-7])\b`)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		function := ""
		for i, line := range strings.Split(string(text), "\n") {
			if strings.HasPrefix(line, "TEXT") {
				function = line
			}
			code, _, _ := strings.Cut(line, "//")
			if r := wide.FindString(code); r != "" {
				t.Errorf("%s:%d: register %s in %s", name, i+1, r, function)
			}
		}
	}
}

// equal compares to the bit, NaN equal to NaN.
func equal(a, b []float32) bool { return slices.EqualFunc(a, b, same) }

// BenchmarkLoops measures every loop of every path on arrays in the first cache.
func BenchmarkLoops(b *testing.B) {
	const n = 4096
	kind := reflect.TypeFor[loops]()
	for p := portable; p <= bestPath(); p++ {
		for i := range kind.NumField() {
			if !plain(kind.Field(i)) {
				continue
			}
			b.Run(kind.Field(i).Name+"/"+p.String(), func(b *testing.B) {
				args, arrays := arguments(kind.Field(i).Type, n, 0)
				for _, x := range arrays {
					for j := range x {
						x[j] = float32(math.Abs(float64(j%100)/100 + 0.01))
					}
				}
				f := loop(&vecs[p], i)
				for b.Loop() {
					f.Call(args)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
			})
		}
	}
}
