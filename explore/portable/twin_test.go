package portable

import (
	"encoding/json"
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/kernel"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/nn"
	"latentspace/nn/ops"
	"latentspace/render"
	"latentspace/tensor"
	"latentspace/trained"
)

func TestBothSidesListTheSameOperations(t *testing.T) {
	dir := page(t)
	var twin []string
	if err := json.Unmarshal([]byte(node(t, dir, "names.js")), &twin); err != nil {
		t.Fatal(err)
	}
	slices.Sort(twin)
	if here := slices.Sorted(maps.Keys(knows)); !slices.Equal(here, twin) {
		t.Errorf("operations that may be exported: %q, and that web/src/twin/operations.js has: %q", here, twin)
	}
}

// A fused multiply-add is rounded once, where a double ends between two float32s too.
func TestMultiplyAddsAreRoundedOnce(t *testing.T) {
	dir := page(t)
	var triples []float32
	add := func(a, b, c float32) { triples = append(triples, a, b, c, a, b, -c, -a, b, c) }
	r := rand.New(rand.NewPCG(5, 6))
	bits := func() float32 { return math.Float32frombits(r.Uint32()) }
	for range 200_000 {
		add(bits(), bits(), bits())
		a, b := float32(r.NormFloat64()), float32(r.NormFloat64())
		add(a, b, float32(r.NormFloat64()))
		add(a, b, -a*b) // the rest of a product
	}
	// Products next to half a step of a sum.
	for near := 0; near < 20_000; {
		a := 1 + r.Float32()
		b := float32(1 / float64(a))
		if off := float64(a)*float64(b) - 1; off == 0 || math.Abs(off) > 0x1p-29 {
			continue
		}
		near++
		c := math.Float32frombits(r.Uint32() &^ (1 << 31))
		half := (math.Nextafter32(c, math.MaxFloat32) - c) / 2
		if near%4 == 0 {
			c, half = math.Float32frombits(r.Uint32()%(1<<23)), 0x1p-75 // subnormal
			add(a*half, b*0x1p-75, c)
			continue
		}
		add(a*half, b, c)
	}
	for _, off := range []float32{1, 1 - 0x1p-24, 1 + 0x1p-23} { // behind the largest
		add(0x1p103*off, 1, math.MaxFloat32)
		add(0x1p103*off, 1-0x1p-24, math.MaxFloat32)
	}
	add(0x1p64*(1+0x1p-12), 0x1p39*(1-0x1p-12+0x1p-24), math.MaxFloat32)
	add(0x1p64*(1-0x1p-11), 0x1p39*(1+0x1p-11+0x1p-22), math.MaxFloat32)

	write(t, filepath.Join(dir, "triples"), blob(triples))
	node(t, dir, "fma.js", "triples", "results")
	wrong := 0
	for i, got := range floats(t, filepath.Join(dir, "results")) {
		a, b, c := triples[3*i], triples[3*i+1], triples[3*i+2]
		want := []float32{c}
		kernel.MatMul(want, []float32{a}, []float32{b}, 1, 1, 1, false, false, true)
		if math.Float32bits(got) != math.Float32bits(want[0]) && (got == got || want[0] == want[0]) {
			if wrong++; wrong < 10 {
				t.Errorf("%v·%v + %v: got %v, want %v", a, b, c, got, want[0])
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d differ", wrong, len(triples)/3)
	}
}

// Pixels are those of the program's pictures.
func TestPixelsAreThoseOfThePictures(t *testing.T) {
	dir := page(t)
	r := rand.New(rand.NewPCG(7, 8))
	const side = 120
	x := tensor.New(1, side, side, 3)
	for i := range x.Data {
		switch x.Data[i] = r.Float32()*1.1 - 0.05; {
		case i < 1024:
			x.Data[i] = (float32(i/4) + 0.5) / 255 // between two bytes
		case i < 1100:
			x.Data[i] = []float32{0, float32(math.Copysign(0, -1)), 1, 2, -1, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN())}[r.IntN(8)]
		}
	}
	write(t, filepath.Join(dir, "values"), blob(x.Data))
	node(t, dir, "pixels.js", "values", "bytes")
	got, err := os.ReadFile(filepath.Join(dir, "bytes"))
	if err != nil {
		t.Fatal(err)
	}
	img, err := render.Grid(x, render.GridOptions{Scale: 1, Gap: -1})
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(got); i += 3 {
		r, g, b, _ := img.At(i/3%side, i/3/side).RGBA()
		if want := []byte{byte(r >> 8), byte(g >> 8), byte(b >> 8)}; !slices.Equal(got[i:i+3], want) {
			t.Fatalf("pixel %d of values %v: got %v, want %v", i/3, x.Data[i:i+3], got[i:i+3], want)
		}
	}
}

// What cannot be exported says so, with the kind of the model and the operation.
func TestWhatCannotBeExportedSaysSo(t *testing.T) {
	weights := nn.Operation{Name: "parameter", Param: "w", Shape: []int{4, 4, 16, 16}}
	code := nn.Operation{Name: "input", Param: models.InputName, Shape: []int{1, 8, 8, 16}}
	stride := []ops.Attr{{Name: "stride", Value: 2}}
	m, err := trained.New(families.Models["ae"](), "ae", models.Data{Schema: example.Pictures(8, 8, 1), Examples: 10}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		all  []nn.Operation
		want string
	}{
		{"an operation that the twin does not have", []nn.Operation{code, {Name: "fold of space", Inputs: []int{0}}}, `its decoder has the operation "fold of space", which the page cannot compute`},
		{"noise", []nn.Operation{{Name: "noise", Param: "draw"}}, `its decoder draws random numbers, "draw"`},
		{"a convolution with fewer multiplications", []nn.Operation{code, weights, {Name: "conv", Inputs: []int{0, 1}, Attrs: stride}}, `the operation "conv" with 4×4 taps`},
		{"weights that depend on the code", []nn.Operation{code, {Name: "exp", Inputs: []int{0}}, {Name: "transposed conv", Inputs: []int{0, 1}, Attrs: stride}}, `"transposed conv" with weights that depend on the code`},
		{"a number that JSON does not have", []nn.Operation{code, {Name: "scale", Inputs: []int{0}, Attrs: []ops.Attr{{Name: "c", Value: float32(math.Inf(1))}}}}, `the operation "scale" with c=+Inf`},
		{"a list", []nn.Operation{code, {Name: "scale", Inputs: []int{0}, Attrs: []ops.Attr{{Name: "c", Value: []float32{1}}}}}, `an attribute "c" that is not a number`},
	} {
		w := writer{at: map[string]int{"w": 0}, inputs: map[string][]int{}}
		if _, err := w.program(c.all); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	if err := lacks(m, errors.New("it is a test")); err.Error() != "portable: a model of kind ae cannot be exported: it is a test" {
		t.Error(err)
	}
}

// Every kind of model that decodes can be exported.
func TestEveryKindOfModelIsExported(t *testing.T) {
	about := example.Of(example.Class(example.Numbered(3)))
	exports := 0
	for _, kind := range slices.Sorted(maps.Keys(families.Models)) {
		for of, d := range map[string]models.Data{
			"pictures": {Schema: example.Pictures(8, 8, 1), About: about, Examples: 16},
			"points":   {Schema: example.Points(2), About: about, Examples: 16},
		} {
			m, err := trained.New(families.Models[kind](), kind, d, 1)
			if err != nil || !m.CanDecode() {
				continue // it is not for these
			}
			if _, err := Of(m); err != nil {
				t.Errorf("%s of %s: %v", kind, of, err)
			}
			exports++
		}
	}
	if exports < 20 {
		t.Errorf("%d models were exported, want at least 20", exports)
	}
}
