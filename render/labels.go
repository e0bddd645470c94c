package render

import (
	"fmt"
	"image"
	"image/draw"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Labels are words beside a table of pictures.
type Labels struct {
	Rows    []string // left of each row, nil for none
	Columns []string // above each column, nil for none
}

const (
	labelSize = 13  // pixels, of the font
	labelLine = 18  // pixels, of a line
	labelGap  = 6   // pixels, from a row's label to the row and to the edge
	labelMost = 260 // pixels, of a row's label, which is cut beyond
)

// check reports a number of labels that is not the table's.
func (l Labels) check(rows, columns int) error {
	if l.Rows != nil && len(l.Rows) != rows {
		return fmt.Errorf("%d labels of rows, want %d as there are rows", len(l.Rows), rows)
	}
	if l.Columns != nil && len(l.Columns) != columns {
		return fmt.Errorf("%d labels of columns, want %d as there are columns", len(l.Columns), columns)
	}
	return nil
}

// around returns an image of a mosaic with the labels beside it: the image itself
// if there are none, else one of its kind.
func (l Labels) around(img image.Image, m *mosaic) image.Image {
	if l.Rows == nil && l.Columns == nil {
		return img
	}
	left, top := 0, 0
	if l.Rows != nil {
		for _, words := range l.Rows {
			left = max(left, width(words))
		}
		left = min(left, labelMost) + 2*labelGap
	}
	if l.Columns != nil {
		top = labelLine
	}
	size := img.Bounds().Size().Add(image.Pt(left, top))
	var page draw.Image = image.NewRGBA(image.Rectangle{Max: size})
	if _, ok := img.(*image.Gray); ok {
		page = image.NewGray(image.Rectangle{Max: size})
	}
	draw.Draw(page, page.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(page, image.Rectangle{image.Pt(left, top), size}, img, img.Bounds().Min, draw.Src)

	y := top
	for k, above := range m.above {
		y += above
		if k < len(l.Rows) {
			words := cut(l.Rows[k], labelMost)
			write(page, words, left-labelGap-width(words), y+m.height*m.scale/2)
		}
		y += m.height * m.scale
	}
	x := left
	for k, gap := range m.left {
		x += gap
		cell := m.width * m.scale
		if k < len(l.Columns) {
			words := cut(l.Columns[k], cell+gap)
			write(page, words, x+(cell-width(words))/2, top/2+1)
		}
		x += cell
	}
	return page
}

// face is the font of labels. Its glyphs are cached, so that it is for one goroutine
// at a time: hold the mutex.
var face struct {
	sync.Mutex
	font.Face
}

// withFace calls f with the font.
func withFace(f func(font.Face)) {
	face.Lock()
	defer face.Unlock()
	if face.Face == nil {
		parsed, err := opentype.Parse(goregular.TTF)
		if err == nil {
			face.Face, err = opentype.NewFace(parsed, &opentype.FaceOptions{Size: labelSize, DPI: 72, Hinting: font.HintingFull})
		}
		if err != nil {
			panic(fmt.Sprintf("render: font of labels: %v", err)) // it is part of the program
		}
	}
	f(face.Face)
}

// width is that of words in pixels.
func width(words string) (w int) {
	withFace(func(f font.Face) { w = font.MeasureString(f, words).Ceil() })
	return w
}

// cut ends words that are wider than some pixels in an ellipsis.
func cut(words string, most int) string {
	words = strings.Join(strings.Fields(words), " ")
	if width(words) <= most {
		return words
	}
	runes := []rune(words)
	for len(runes) > 0 && width(string(runes)+"…") > most {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// write writes words from x on, with the middle of their capitals at y.
func write(page draw.Image, words string, x, y int) {
	withFace(func(f font.Face) {
		d := font.Drawer{Dst: page, Src: image.Black, Face: f, Dot: fixed.P(x, y+f.Metrics().CapHeight.Ceil()/2)}
		d.DrawString(words)
	})
}
