package latentspace

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// fused is a place where the compiler would join a product and a sum, as it says if it is
// asked by -d=fmahash=vy. Calls of math.FMA, which round once by their definition, are not
// among them.
var fused = regexp.MustCompile(`(?m)^fmahash triggered (.*?) [01]+$`)

// proved is the file whose products may be joined with sums: it is used where they prove to
// be rounded once.
var proved = regexp.MustCompile(`(^|/)kernel/fused\.go:`)

// A compiler may join a product and a sum into one instruction that rounds once, which some
// architectures have and others do not: arm64, ppc64le, riscv64, s390x and loong64, and amd64
// from GOAMD64=v3 on. One that compiles for arm64 says where it would.
func TestNothingIsFused(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the module for another architecture")
	}
	out, err := build(t, "latentspace/...=-d=fmahash=vy", "./...")
	if err != nil {
		t.Fatalf("go list -export for arm64: %v\n%s", err, out)
	}
	var places []string
	for _, m := range fused.FindAllStringSubmatch(out, -1) {
		if !proved.MatchString(m[1]) {
			places = append(places, m[1])
		}
	}
	slices.Sort(places)
	for _, p := range slices.Compact(places) {
		t.Errorf("%s: a product that feeds a sum, want it rounded: float64(a*b) + c", p)
	}
}

// The instrument must see what it looks for: a package that fuses, written beside the test.
func TestFusedProductIsSeen(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for another architecture")
	}
	file := filepath.Join(t.TempDir(), "fuse.go")
	if err := os.WriteFile(file, []byte("package fuse\n\nfunc F(a, b, c float64) float64 { return a*b + c }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := build(t, "-d=fmahash=vy", file)
	if found := fused.FindAllStringSubmatch(out, -1); err != nil || len(found) != 1 || !strings.Contains(found[0][1], "fuse.go:3") {
		t.Errorf("a fused product: got %q and error %v, want one in line 3", out, err)
	}
}

// build compiles packages for arm64 with a flag of the compiler, without linking them, and returns
// what it says.
func build(t *testing.T, flag, packages string) (string, error) {
	t.Helper()
	cmd := exec.Command("go", "list", "-export", "-gcflags="+flag, packages)
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// exact has the functions of package math that give the same bits everywhere: results
// that need no rounding, or are rounded correctly by definition.
var exact = []string{
	"Abs", "Ceil", "Copysign", "FMA", "Float32bits", "Float32frombits", "Float64bits", "Float64frombits", "Floor", "Frexp",
	"Inf", "IsInf", "IsNaN", "Ldexp", "Max", "Min", "Mod", "Modf", "NaN", "Nextafter", "Nextafter32", "Remainder",
	"Round", "RoundToEven", "Signbit", "Sqrt", "Trunc",
}

// anywhere are packages from which nothing is reported or stored.
var anywhere = []string{"bench", "internal", "nn/nntest"}

// Functions of package math have other last bits on other architectures, and so have normal
// and exponential variables of package rand, which call them.
func TestElementaryFunctionsAreOurs(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (slices.Contains(anywhere, filepath.ToSlash(path)) || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if p, ok := call.X.(*ast.Ident); ok && p.Name == "math" && ast.IsExported(call.Sel.Name) &&
				!slices.Contains(exact, call.Sel.Name) && !constant(call.Sel.Name) {
				t.Errorf("%s: math.%s differs between architectures: see package nn/elementary", files.Position(n.Pos()), call.Sel.Name)
			}
			if name := call.Sel.Name; name == "NormFloat64" || name == "ExpFloat64" {
				t.Errorf("%s: %s differs between architectures", files.Position(n.Pos()), name)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// constant reports whether a name of package math is a constant's: Pi, Ln2, MaxFloat64.
func constant(name string) bool {
	for _, prefix := range []string{"Max", "Min", "Smallest", "Sqrt", "Ln", "Log2E", "Log10E", "Pi", "Phi"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "E"
}
