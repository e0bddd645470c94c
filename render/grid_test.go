package render

import (
	"image"
	"image/color"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/tensor"
)

// from is tensor.From for values that fit.
func from(t *testing.T, data []float32, shape ...int) *tensor.Tensor {
	t.Helper()
	x, err := tensor.From(data, shape...)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// checkGray compares an image with rows of grey values.
func checkGray(t *testing.T, img image.Image, want ...[]uint8) {
	t.Helper()
	gray, ok := img.(*image.Gray)
	if !ok {
		t.Fatalf("got a %T, want an *image.Gray", img)
	}
	if size := gray.Rect.Size(); size != image.Pt(len(want[0]), len(want)) {
		t.Fatalf("got %v pixels, want %d×%d", size, len(want[0]), len(want))
	}
	for y, row := range want {
		if got := gray.Pix[y*gray.Stride:][:len(row)]; !slices.Equal(got, row) {
			t.Errorf("row %d: got %v, want %v", y, got, row)
		}
	}
}

// Three pictures of one row of two values, two pictures in a row of the table.
func TestGridOfGreyPictures(t *testing.T) {
	x := from(t, []float32{0, 0.2, 0.4, 0.6, 0.8, 1}, 3, 1, 2, 1)
	img, err := Grid(x, GridOptions{Columns: 2, Scale: 1, Gap: 1})
	if err != nil {
		t.Fatal(err)
	}
	blank := []uint8{255, 255, 255, 255, 255, 255, 255}
	checkGray(t, img,
		blank,
		[]uint8{255, 0, 51, 255, 102, 153, 255},
		blank,
		[]uint8{255, 204, 255, 255, 255, 255, 255}, // the last place is empty
		blank)
}

func TestGridEnlargesPixels(t *testing.T) {
	img, err := Grid(from(t, []float32{0, 0.2, 0.4, 0.6}, 1, 2, 2, 1), GridOptions{Scale: 2, Gap: -1})
	if err != nil {
		t.Fatal(err)
	}
	checkGray(t, img, []uint8{0, 0, 51, 51}, []uint8{0, 0, 51, 51}, []uint8{102, 102, 153, 153}, []uint8{102, 102, 153, 153})
}

func TestPairsPutsReconstructionsBelow(t *testing.T) {
	originals := from(t, []float32{0, 0.2, 0.4}, 3, 1, 1, 1)
	reconstructions := from(t, []float32{0.6, 0.8, 0.6}, 3, 1, 1, 1)
	img, err := Pairs(originals, reconstructions, GridOptions{Columns: 2, Scale: 1, Gap: -1})
	if err != nil {
		t.Fatal(err)
	}
	blank := []uint8{255, 255}
	want := slices.Concat([][]uint8{{0, 51}, {153, 204}}, slices.Repeat([][]uint8{blank}, apart), [][]uint8{{102, 255}, {153, 255}})
	checkGray(t, img, want...)
}

func TestPixels(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	magenta := color.RGBA{255, 0, 255, 255}
	cases := []struct {
		name   string
		values []float32
		want   color.RGBA
	}{
		{"a half rounds up", []float32{0.5}, color.RGBA{128, 128, 128, 255}},
		{"less than black is black", []float32{-0.1}, color.RGBA{0, 0, 0, 255}},
		{"more than white is white", []float32{1.1}, color.RGBA{255, 255, 255, 255}},
		{"infinities are clamped", []float32{inf, -inf, 0}, color.RGBA{255, 0, 0, 255}},
		{"a grey NaN is magenta", []float32{nan}, magenta},
		{"a NaN in one channel is magenta", []float32{0, nan, 1}, magenta},
		{"three channels are red, green and blue", []float32{0.2, 0.4, 0.6}, color.RGBA{51, 102, 153, 255}},
	}
	for _, c := range cases {
		img, err := Grid(from(t, c.values, 1, 1, 1, len(c.values)), GridOptions{Scale: 1, Gap: -1})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := color.RGBAModel.Convert(img.At(0, 0)); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestGridChoosesItsSize(t *testing.T) {
	cases := []struct {
		name    string
		n, side int
		want    image.Point
	}{
		{"sixty-four digits are eight by eight at twice their size", 64, 28, image.Pt(8*58+2, 8*58+2)},
		{"a thousand digits keep their size", 1000, 28, image.Pt(32*30+2, 32*30+2)},
		{"ten pictures are four by three", 10, 32, image.Pt(4*66+2, 3*66+2)},
		{"pictures of 64 pixels are large enough", 4, 64, image.Pt(2*66+2, 2*66+2)},
		{"pictures of 8 pixels are seven times as large", 1, 8, image.Pt(60, 60)},
		{"a large picture keeps its size", 1, 2000, image.Pt(2004, 2004)},
	}
	for _, c := range cases {
		img, err := Grid(tensor.New(c.n, c.side, c.side, 1), GridOptions{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := img.Bounds().Size(); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestGridErrors(t *testing.T) {
	one := tensor.New(1, 2, 2, 1)
	cases := []struct {
		name string
		x    *tensor.Tensor
		o    GridOptions
		want string
	}{
		{"no axis of channels", tensor.New(4, 28, 28), GridOptions{}, "pictures of shape [4 28 28], want (n, height, width, channels)"},
		{"two channels", tensor.New(1, 2, 2, 2), GridOptions{}, "pictures of shape [1 2 2 2] have 2 channels, want 1 for grey or 3"},
		{"four channels", tensor.New(1, 2, 2, 4), GridOptions{}, "have 4 channels, want 1"},
		{"no pictures", tensor.New(0, 2, 2, 1), GridOptions{}, "pictures of shape [0 2 2 1] have no values"},
		{"pictures without height", tensor.New(3, 0, 2, 1), GridOptions{}, "have no values"},
		{"columns below zero", one, GridOptions{Columns: -1}, "-1 columns, want at least 1"},
		{"a scale below zero", one, GridOptions{Scale: -2}, "scale -2, want 1 to 256"},
		{"a scale past the limit", one, GridOptions{Scale: math.MaxInt}, "want 1 to 256"},
		{"a gap past the limit", one, GridOptions{Gap: 257}, "gap of 257 pixels, want at most 256"},
		{"more pixels than the limit", tensor.New(1, 100, 100, 1), GridOptions{Scale: 256}, "a picture of 25604×25604 pixels, want at most 268435456 in all"},
	}
	for _, c := range cases {
		for prefix, draw := range map[string]func() (image.Image, error){
			"render: grid: ":  func() (image.Image, error) { return Grid(c.x, c.o) },
			"render: pairs: ": func() (image.Image, error) { return Pairs(c.x, c.x, c.o) },
		} {
			_, err := draw()
			if err == nil || !strings.HasPrefix(err.Error(), prefix) {
				t.Errorf("%s: got %v, want %s…", c.name, err, prefix)
			} else if prefix == "render: grid: " && !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: got %v, want %s", c.name, err, c.want)
			}
		}
	}
	_, err := Pairs(one, tensor.New(2, 2, 2, 1), GridOptions{})
	if want := "render: pairs: originals of shape [1 2 2 1] and reconstructions of shape [2 2 2 1], want the same"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
