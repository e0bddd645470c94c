package adversarial

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/nn"
	"latentspace/nn/nntest"
)

// augmented is x (n, size, size, channels) as draw of the augmentations changes it.
func augmented(t *testing.T, names []string, x []float32, draw uint64, n, size, channels int) []float32 {
	t.Helper()
	g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true, Seed: 3})
	y := augment(g, names, g.Input("x", n, size, size, channels))
	p, err := nn.Compile(g, y)
	if err != nil {
		t.Fatal(err)
	}
	copy(p.Input("x"), x)
	p.Draw(draw)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	return slices.Clone(p.Output(y))
}

// A pixel at (8, 8) of each picture of 16×16 goes to each of the 25 places up to 2 away, all equally
// often. Every pixel of 16,000 draws is within five deviations of its share.
func TestTranslationMovesPicturesEvenly(t *testing.T) {
	const n, size, draws = 1600, 16, 10
	x := make([]float32, n*size*size)
	for i := range n {
		x[(i*size+8)*size+8] = 1
	}
	counts := map[[2]int]int{}
	for draw := range uint64(draws) {
		for i, v := range augmented(t, []string{"translation"}, x, draw, n, size, 1) {
			if v != 0 {
				counts[[2]int{i/size%size - 8, i%size - 8}]++
			}
		}
	}
	share := n * draws / 25.0
	for row := -2; row <= 2; row++ {
		for column := -2; column <= 2; column++ {
			if got := counts[[2]int{row, column}]; math.Abs(float64(got)-share) > 5*math.Sqrt(share) {
				t.Errorf("moved by (%d, %d): %d times, want about %v", row, column, got, share)
			}
		}
	}
	if len(counts) != 25 {
		t.Errorf("%d places, want 25", len(counts))
	}
}

// A picture of ones loses what moves out: a rectangle remains, of at least 14×14, whose rows and
// columns begin or end where those of the picture do.
func TestTranslationBringsInZeros(t *testing.T) {
	x := make([]float32, 16*16)
	for i := range x {
		x[i] = 1
	}
	for draw := range uint64(50) {
		y := augmented(t, []string{"translation"}, x, draw, 1, 16, 1)
		left := 0
		for _, v := range y {
			left += int(v)
		}
		if rows, columns := lines(y, 16); left != rows*columns || rows < 14 || columns < 14 {
			t.Fatalf("draw %d: %d pixels remain in %d rows and %d columns, want a rectangle of at least 14×14", draw, left, rows, columns)
		}
	}
}

// lines are how many rows and columns of a picture have a pixel that is not zero.
func lines(y []float32, size int) (rows, columns int) {
	row, column := map[int]bool{}, map[int]bool{}
	for i, v := range y {
		if v != 0 {
			row[i/size], column[i%size] = true, true
		}
	}
	return len(row), len(column)
}

// The hole is 8×8 inside a picture of 16×16, and less where its centre is less than 4 from a side.
func TestCutoutZeroesARectangle(t *testing.T) {
	x := make([]float32, 16*16)
	for i := range x {
		x[i] = 1
	}
	most := 0
	for draw := range uint64(200) {
		y := augmented(t, []string{"cutout"}, x, draw, 1, 16, 1)
		for i := range y {
			y[i] = 1 - y[i]
		}
		gone := 0
		for _, v := range y {
			gone += int(v)
		}
		rows, columns := lines(y, 16)
		if gone != rows*columns || rows < 4 || rows > 8 || columns < 4 || columns > 8 {
			t.Fatalf("draw %d: %d pixels are gone in %d rows and %d columns, want a rectangle of 4 to 8 each", draw, gone, rows, columns)
		}
		most = max(most, gone)
	}
	if most != 64 {
		t.Errorf("the largest hole has %d pixels, want 64", most)
	}
}

// Brightness alone moves the mean of a picture, by at most ¼; a picture of one grey stays one.
func TestColourKeepsGreyAndBoundsBrightness(t *testing.T) {
	x := make([]float32, 8*8*3)
	for i := range x {
		x[i] = 0.5
	}
	for draw := range uint64(50) {
		y := augmented(t, []string{"colour"}, x, draw, 1, 8, 3)
		for _, v := range y {
			if math.Abs(float64(v-0.5)) > 0.25 || math.Abs(float64(v-y[0])) > 1e-6 {
				t.Fatalf("draw %d: a grey 0.5 becomes %v and %v, want one within ¼", draw, y[0], v)
			}
		}
	}
}

// Contrast and saturation multiply distances from means: of a picture with the colours (0, ½, 1) and
// (1, ½, 0) side by side, by the product of both, which is below 3.
func TestColourScalesDistances(t *testing.T) {
	x := []float32{0, 0.5, 1, 1, 0.5, 0, 1, 0.5, 0, 0, 0.5, 1}
	var all []float64
	for draw := range uint64(100) {
		y := augmented(t, []string{"colour"}, x, draw, 1, 2, 3)
		factor := float64(y[2] - y[0])
		for i, v := range x {
			if want := float64(y[1]) + factor*float64(v-0.5); math.Abs(float64(y[i])-want) > 1e-5 {
				t.Fatalf("draw %d: value %d is %v, want %v", draw, i, y[i], want)
			}
		}
		all = append(all, factor)
	}
	if least, most := slices.Min(all), slices.Max(all); least < 0 || least > 0.2 || most > 3 || most < 1.8 {
		t.Errorf("factors from %v to %v, want them all over (0, 3)", least, most)
	}
}

func TestAugmentationsAreDifferentiable(t *testing.T) {
	for _, names := range [][]string{{"colour"}, {"translation"}, {"cutout"}, {"colour", "translation", "cutout"}} {
		t.Run(fmt.Sprint(names), func(t *testing.T) {
			f := func(g *nn.Graph, x []nn.Node) nn.Node { return augment(g, names, x[0]) }
			nntest.Check(t, f, []int{2, 8, 8, 3})
			nntest.CheckSecond(t, f, []int{2, 8, 8, 3})
		})
	}
}

func TestOnlyPicturesAreAugmented(t *testing.T) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	augment(g, []string{"cutout"}, g.Input("x", 4, 2))
	if err := g.Err(); err == nil || !strings.HasSuffix(err.Error(), "augment: examples of shape [2], want pictures (height, width, channels)") {
		t.Errorf("got %v, want the shape", err)
	}
}

// In evaluation, and of the loss as it is measured, nothing is changed.
func TestAugmentationIsOfTraining(t *testing.T) {
	m := DefaultGAN
	m.Augment = []string{"cutout"}
	for _, training := range []bool{false, true} {
		g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: training})
		x := g.Input("x", 2, 4, 4, 1)
		if same := m.seen(g, x) == x; same == training {
			t.Errorf("training %v: the picture is as it was: %v", training, same)
		}
	}
}
