package projector

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"strconv"
	"strings"

	"latentspace/explore/attributes"
	"latentspace/internal/safejson"
	"latentspace/tensor"
)

// newSheet is a white image, grey for pictures of one channel.
func newSheet(width, height, channels int) draw.Image {
	var img draw.Image = image.NewRGBA(image.Rect(0, 0, width, height))
	if channels == 1 {
		img = image.NewGray(image.Rect(0, 0, width, height))
	}
	draw.Draw(img, img.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	return img
}

// tensors has a line for each code, with values in the shortest form that reads back to the same bits.
func tensors(codes *tensor.Tensor) []byte {
	var b []byte
	dim := codes.Shape[1]
	for i, v := range codes.Data {
		b = strconv.AppendFloat(b, float64(v), 'g', -1, 32)
		if mark := byte('\t'); (i+1)%dim != 0 {
			b = append(b, mark)
		} else {
			b = append(b, '\n')
		}
	}
	return b
}

// column is what is told of each point.
type column struct {
	name  string
	cells []string
}

// columns are the text, the class, the index, other attributes and the error of the reconstruction,
// those that there are. The Projector names points by the first that has words.
func (p Points) columns(known []attributes.Attribute, made computed) []column {
	var first, rest []column
	for i, a := range known {
		c := column{a.Name, cells(a)}
		if i == 0 && a.Classes != nil {
			first = append(first, c)
		} else {
			rest = append(rest, c)
		}
	}
	if made.texts != nil {
		first = append([]column{{"text", made.texts}}, first...)
	}
	index := column{name: "index"}
	for _, i := range p.Index {
		index.cells = append(index.cells, strconv.Itoa(i))
	}
	all := append(append(first, index), rest...)
	if made.errors != nil {
		all = append(all, column{"squared_error", cells(attributes.Attribute{Values: made.errors})})
	}
	return all
}

// cells are the values of an attribute, "" where one is not known.
func cells(a attributes.Attribute) []string {
	all := make([]string, len(a.Values))
	for i, v := range a.Values {
		switch {
		case math.IsNaN(v):
		case a.Classes != nil:
			all[i] = a.Classes[int(v)]
		default:
			all[i] = strconv.FormatFloat(v, 'g', 7, 64)
		}
	}
	return all
}

// metadata has a line for each point. The Projector takes the first line for a header if, and only if,
// there are two columns or more.
func metadata(columns []column) []byte {
	var b strings.Builder
	row := make([]string, len(columns))
	if len(columns) > 1 {
		taken := map[string]bool{}
		for k, c := range columns {
			name := clean(c.name)
			for taken[name] {
				name += "_"
			}
			taken[name], row[k] = true, name
		}
		b.WriteString(strings.Join(row, "\t") + "\n")
	}
	for i := range columns[0].cells {
		for k, c := range columns {
			row[k] = clean(c.cells[i])
		}
		b.WriteString(strings.Join(row, "\t") + "\n")
	}
	return []byte(b.String())
}

// nothing is the cell of what is not known: the Projector cuts off empty cells at the ends of a line,
// and moves the others.
const nothing = "(none)"

// clean is a text as a cell: marks between cells and lines, and other controls, are spaces.
func clean(cell string) string {
	cell = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(cell, "\uFFFD"))
	if cell = strings.TrimSpace(cell); cell == "" {
		return nothing
	}
	return cell
}

// plain is a name of letters and digits of ASCII, for which no file needs marks of its own.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r) {
			return r
		}
		return '_'
	}, name)
}

// embedding says where the files of some codes are, as the page reads it.
type embedding struct {
	Name     string  `json:"tensorName"`
	Shape    []int   `json:"tensorShape"`
	Tensor   string  `json:"tensorPath"`
	Metadata string  `json:"metadataPath"`
	Sprite   *sprite `json:"sprite,omitempty"`
}

type sprite struct {
	Path string `json:"imagePath"`
	Side [2]int `json:"singleImageDim"` // width and height
}

// page is the configuration of the Projector's own page.
func (e embedding) page() ([]byte, error) {
	var b bytes.Buffer
	err := safejson.WriteIndented(&b, struct {
		Embeddings []embedding `json:"embeddings"`
	}{[]embedding{e}})
	return b.Bytes(), err
}

// board is the configuration that TensorBoard reads, a ProjectorConfig as text.
func (e embedding) board() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "embeddings {\n  tensor_name: %q\n", e.Name)
	for _, n := range e.Shape {
		fmt.Fprintf(&b, "  tensor_shape: %d\n", n)
	}
	fmt.Fprintf(&b, "  tensor_path: %q\n  metadata_path: %q\n", e.Tensor, e.Metadata)
	if s := e.Sprite; s != nil {
		fmt.Fprintf(&b, "  sprite {\n    image_path: %q\n    single_image_dim: %d\n    single_image_dim: %d\n  }\n", s.Path, s.Side[0], s.Side[1])
	}
	b.WriteString("}\n")
	return []byte(b.String())
}
