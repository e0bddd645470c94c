package render

import (
	"bytes"
	"image"
	"image/color"
	"strings"
	"testing"

	"latentspace/tensor"
)

// inked counts the dark pixels of a part of an image.
func inked(img image.Image, r image.Rectangle) (n int) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y < 128 {
				n++
			}
		}
	}
	return n
}

// White pictures of 28×28 at twice their size: only words are dark.
func TestLabelsStandBesideTheirRowsAndColumns(t *testing.T) {
	for _, channels := range []int{1, 3} {
		x := tensor.New(4, 28, 28, channels)
		for i := range x.Data {
			x.Data[i] = 1
		}
		labels := Labels{Rows: []string{"z7", ""}, Columns: []string{"", "+1.5"}}
		img, err := Grid(x, GridOptions{Columns: 2, Labels: labels})
		if err != nil {
			t.Fatal(err)
		}
		left, top := width("z7")+2*labelGap, labelLine
		if got, want := img.Bounds().Size(), image.Pt(118+left, 118+top); got != want {
			t.Fatalf("%d channels: got %v pixels, want %v", channels, got, want)
		}
		if _, ok := img.(*image.Gray); ok != (channels == 1) {
			t.Errorf("%d channels: a %T", channels, img)
		}
		first := inked(img, image.Rect(0, top, left, top+58))
		second := inked(img, image.Rect(left+60, 0, left+118, top))
		if first == 0 || second == 0 {
			t.Errorf("%d channels: no words beside the first row or above the second column", channels)
		}
		if all := inked(img, img.Bounds()); all != first+second {
			t.Errorf("%d channels: %d dark pixels, %d of them in their places", channels, all, first+second)
		}
	}
}

func TestLabelsAreCutToTheirPlace(t *testing.T) {
	for _, most := range []int{30, 60, 260} {
		if got := cut(strings.Repeat("Ankle boot ", 20), most); width(got) > most || !strings.HasSuffix(got, "…") {
			t.Errorf("%d pixels: %q has %d", most, got, width(got))
		}
	}
	if got := cut(" two\nlines ", 200); got != "two lines" {
		t.Errorf("got %q, want one line", got)
	}
}

func TestLabelledStripsRepeatTheirBytes(t *testing.T) {
	rows := []*tensor.Tensor{tensor.New(3, 28, 28, 1), tensor.New(3, 28, 28, 1)}
	var files [2]bytes.Buffer
	for i := range files {
		img, err := Strip(rows, StripOptions{Labels: Labels{Rows: []string{"a", "b"}, Columns: []string{"−1", "0", "1"}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := WritePNG(&files[i], img); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
		t.Error("two strips of the same rows differ")
	}
}

func TestLabelErrors(t *testing.T) {
	x := tensor.New(4, 2, 2, 1)
	_, err := Grid(x, GridOptions{Columns: 2, Labels: Labels{Rows: []string{"a"}}})
	if want := "render: grid: 1 labels of rows, want 2 as there are rows"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = Strip([]*tensor.Tensor{x}, StripOptions{Labels: Labels{Columns: []string{"a"}}})
	if want := "render: strip: 1 labels of columns, want 4 as there are columns"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
