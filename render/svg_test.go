package render

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image/png"
	"strings"
	"testing"

	"latentspace/tensor"
)

// element is a part of an SVG document.
type element struct {
	XMLName  xml.Name
	Href     string    `xml:"href,attr"`
	Style    string    `xml:"style,attr"`
	Text     string    `xml:",chardata"`
	Children []element `xml:",any"`
}

// count returns how many elements of a name there are for which is holds.
func (e element) count(name string, is func(element) bool) int {
	n := 0
	if e.XMLName.Local == name && is(e) {
		n++
	}
	for _, c := range e.Children {
		n += c.count(name, is)
	}
	return n
}

func svg(t *testing.T, points *tensor.Tensor, labels []int, o ScatterOptions) (element, []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := WriteScatterSVG(&b, points, labels, o); err != nil {
		t.Fatal(err)
	}
	var root element
	if err := xml.Unmarshal(b.Bytes(), &root); err != nil {
		t.Fatalf("%v\n%s", err, &b)
	}
	return root, b.Bytes()
}

func TestSVGHasEveryPointAndName(t *testing.T) {
	points := from(t, []float32{0, 0, 1, 1, 2, 1, 3, 3}, 4, 2)
	o := ScatterOptions{Title: "a < b", Names: []string{"cat", "dog & fox"}}
	root, b := svg(t, points, []int{0, 1, 0, 0}, o)
	for i := range 2 { // the marks of the legend
		fill := fmt.Sprintf("fill:#%02X%02X%02X", hue(i).R, hue(i).G, hue(i).B)
		if got := root.count("path", func(e element) bool { return e.Style == fill }); got != 1 {
			t.Errorf("%d marks of label %d, want 1", got, i)
		}
	}
	if got := root.count("path", func(e element) bool { return strings.Contains(e.Style, "fill-opacity") }); got != 4 {
		t.Errorf("%d points, want 4", got)
	}
	for _, word := range []string{"a < b", "cat", "dog & fox"} {
		if root.count("text", func(e element) bool { return e.Text == word && strings.Contains(e.Style, "sans-serif") }) != 1 {
			t.Errorf("no text %q", word)
		}
	}
	if _, again := svg(t, points, []int{0, 1, 0, 0}, o); !bytes.Equal(b, again) {
		t.Error("a second chart of the same points has other bytes")
	}
}

func TestSVGHasThumbnails(t *testing.T) {
	points := from(t, []float32{0, 0, 1, 1}, 2, 2)
	o := ScatterOptions{Thumbnails: &Thumbnails{Shape: []int{28, 28, 1}, Read: func(int, []float32) error { return nil }}}
	root, _ := svg(t, points, nil, o)
	n := root.count("image", func(e element) bool {
		data, ok := strings.CutPrefix(e.Href, "data:image/png;base64,")
		b, err := base64.StdEncoding.DecodeString(data)
		if !ok || err != nil {
			return false
		}
		img, err := png.Decode(bytes.NewReader(b))
		return err == nil && img.Bounds().Dx() == 28
	})
	if n != 2 {
		t.Errorf("%d pictures, want 2", n)
	}
}
