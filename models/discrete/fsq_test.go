package discrete

import (
	"math"
	"slices"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/nn"
)

// plain is a network that gives what it is given.
type plain struct{}

func (plain) Map(_ *nn.Graph, x nn.Node, _ []int) nn.Node { return x }
func (plain) Mirror() networks.Network                    { return plain{} }
func (plain) Couples() bool                               { return false }

// rounded are the codes, the words and the gradient of the sum of the codes, each times its number counted
// from 1, by the values x of one vector after another.
func rounded(t *testing.T, levels []int, x []float32) (code, index, grad []float32) {
	t.Helper()
	m := FSQ{Encoder: plain{}, Levels: levels}
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	in := g.Input(models.InputName, 1, len(x))
	z, words := m.round(g, models.NewBatch(g, models.Data{Schema: example.Points(len(x))}, 1, in))
	weights := make([]float32, len(x))
	for i := range weights {
		weights[i] = float32(i + 1)
	}
	d := g.Grad(z.Mul(g.Constant(weights, 1, len(x))).Sum(), in)[0]
	program, err := nn.Compile(g, z, words, d)
	if err != nil {
		t.Fatal(err)
	}
	copy(program.Input(models.InputName), x)
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	return slices.Clone(program.Output(z)), slices.Clone(program.Output(words)), slices.Clone(program.Output(d))
}

// Of 5 levels the codes are −1, −½ … 1, and those of 4 are −1, −½, 0 and ½; zero is zero of both. Large
// values reach the ends. Words are numbers of digits, the first of which counts one and the second five.
func TestFSQRounds(t *testing.T) {
	x := []float32{0, 0, 9, 9, -9, -9, 0.4, 0.4, 0.7, 0.9}
	code, index, _ := rounded(t, []int{5, 4}, x)
	// 2.002·tanh 0.4 is 0.76; tanh b is ½/1.5015, and 1.5015·tanh(0.4 + b) − ½ is 0.45.
	// 2.002·tanh 0.7 is 1.21; 1.5015·tanh(0.9 + b) − ½ is 0.77.
	want := []float32{0, 0, 1, 0.5, -1, -1, 0.5, 0, 0.5, 0.5}
	if !slices.Equal(code, want) {
		t.Errorf("codes %v, want %v", code, want)
	}
	if want := []float32{2 + 5*2, 4 + 5*3, 0, 3 + 5*2, 3 + 5*3}; !slices.Equal(index, want) {
		t.Errorf("words %v, want %v", index, want)
	}
}

// The gradient is that of what is rounded: a·(1 − tanh²(x + b))/⌊L/2⌋.
func TestFSQGradientGoesStraightThrough(t *testing.T) {
	levels, x := []int{5, 4, 8}, []float32{0.3, -0.2, 0.8, -1.1, 0, 0.5}
	_, _, grad := rounded(t, levels, x)
	for i, v := range x {
		l := levels[i%3]
		a := float64(l-1) / 2 * 1.001
		b := 0.0
		if l%2 == 0 {
			b = math.Atanh(0.5 / a)
		}
		y := math.Tanh(float64(v) + b)
		if want := float64(i+1) * a * (1 - y*y) / float64(l/2); math.Abs(float64(grad[i])-want) > 1e-5 {
			t.Errorf("the gradient by value %d is %v, want %v", i, grad[i], want)
		}
	}
}

// The book has the code of every word, as rounding gives them.
func TestTheBookOfFSQ(t *testing.T) {
	m := FSQ{Levels: []int{4, 3}}
	var x []float32
	for second := range 3 {
		for first := range 4 { // atanh of the middle of each level
			x = append(x, float32(math.Atanh((float64(first)-1.5)/1.5015)-math.Atanh(0.5/1.5015)), float32(math.Atanh((float64(second)-1)/1.001)))
		}
	}
	code, index, _ := rounded(t, m.Levels, x)
	for i, w := range index {
		if int(w) != i {
			t.Errorf("word %d is %v", i, w)
		}
	}
	if !slices.Equal(code, m.book()) {
		t.Errorf("codes %v, want those of the book %v", code, m.book())
	}
}
