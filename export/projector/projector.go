// Package projector makes the files by which TensorFlow's Embedding Projector shows codes: in
// TensorBoard, and on a page of its own.
package projector

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"math"

	"latentspace/data"
	"latentspace/explore/attributes"
	"latentspace/export/folder"
	"latentspace/render"
	"latentspace/tensor"
	"latentspace/trained"
)

// The files of an export.
const (
	tensorsName  = "tensors.tsv"
	metadataName = "metadata.tsv"
	spriteName   = "sprite.png"
	boardName    = "projector_config.pbtxt" // that TensorBoard looks for
	pageName     = "projector.json"
)

// Names are those of all the files that an export may have.
func Names() []string {
	return []string{tensorsName, metadataName, spriteName, boardName, pageName}
}

// readBatch is the number of examples that are encoded at once.
const readBatch = 512

// Points are examples whose codes are shown.
type Points struct {
	Name  string // of the codes, on the page
	Model *trained.Model
	Set   data.Dataset // the examples
	Index []int        // of each in its split
}

// Files encodes the examples. The same points give the same bytes.
func (p Points) Files(ctx context.Context) ([]folder.File, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	known, err := attributes.Of(p.Set, p.Set.Len())
	if err != nil {
		return nil, err
	}
	codes, made, err := p.codes(ctx)
	if err != nil {
		return nil, err
	}
	e := embedding{Name: plain(p.Name), Shape: codes.Shape, Tensor: tensorsName, Metadata: metadataName}
	files := []folder.File{
		{Name: tensorsName, Content: tensors(codes)},
		{Name: metadataName, Content: metadata(p.columns(known, made))},
	}
	if p.Model.Schema.IsPicture() {
		img, side, err := p.sprite(ctx)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := render.WritePNG(&b, img); err != nil {
			return nil, err
		}
		e.Sprite = &sprite{spriteName, side}
		files = append(files, folder.File{Name: spriteName, Content: b.Bytes()})
	}
	page, err := e.page()
	if err != nil {
		return nil, err
	}
	return append(files, folder.File{Name: boardName, Content: e.board()}, folder.File{Name: pageName, Content: page}), nil
}

// check reports what the Projector cannot show.
func (p Points) check() error {
	if !p.Model.CanEncode() {
		return fmt.Errorf("projector: %w, and the Projector shows codes of examples", p.Model.Lacks("encoder"))
	}
	dim, err := p.Model.Dim()
	if err != nil {
		return err
	}
	if dim < 2 {
		return fmt.Errorf("projector: codes of %d dimension, want at least 2: the Projector reads no fewer", dim)
	}
	return nil
}

// computed is what the model makes of each example.
type computed struct {
	errors []float64 // squared, of each reconstruction; nil where there is none
	texts  []string  // nil of other data
}

// codes returns the codes (n, dim), which are means of posteriors where the model has those, and what
// else is computed of the examples.
func (p Points) codes(ctx context.Context) (*tensor.Tensor, computed, error) {
	dim, err := p.Model.Dim()
	if err != nil {
		return nil, computed{}, err
	}
	var made computed
	codes := tensor.New(p.Set.Len(), dim)
	for first := 0; first < p.Set.Len(); first += readBatch {
		if err := ctx.Err(); err != nil {
			return nil, computed{}, err
		}
		x, err := p.Model.Read(p.Set, first, min(readBatch, p.Set.Len()-first))
		if err != nil {
			return nil, computed{}, err
		}
		z, err := p.Model.Encode(ctx, x)
		if err != nil {
			return nil, computed{}, err
		}
		if err := p.finite(first, z); err != nil {
			return nil, computed{}, err
		}
		copy(codes.Data[first*dim:], z.Data)
		if err := made.add(ctx, p.Model, x, z); err != nil {
			return nil, computed{}, err
		}
	}
	return codes, made, nil
}

// finite reports the first value of codes that the Projector cannot place.
func (p Points) finite(first int, z *tensor.Tensor) error {
	dim := z.Len() / z.Shape[0]
	for i, v := range z.Data {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return fmt.Errorf("projector: the code of example %d: value %d is %v, want a number", p.Index[first+i/dim], i%dim, v)
		}
	}
	return nil
}

// add computes what is shown of some examples with their codes.
func (c *computed) add(ctx context.Context, m *trained.Model, x trained.Examples, z *tensor.Tensor) error {
	size := tensor.Size(m.Shape)
	if m.Schema.IsText() {
		for i := range x.Len() {
			c.texts = append(c.texts, m.Schema.Fields[0].Spell(x.X.Data[i*size:(i+1)*size]))
		}
		return nil
	}
	if !m.CanDecode() {
		return nil
	}
	y, err := m.Decode(ctx, z, x.About)
	if err != nil {
		return err
	}
	for i := range x.Len() {
		sum := 0.0
		for j := i * size; j < (i+1)*size; j++ {
			d := float64(x.X.Data[j]) - float64(y.Data[j])
			sum += float64(d * d)
		}
		c.errors = append(c.errors, sum)
	}
	return nil
}

// mostSide is the number of pixels that a sprite may have on a side.
const mostSide = 8192

// sprite draws the pictures row by row in a square of cells, and returns the width and the height of
// a cell. Every k-th pixel of a picture is drawn, where all of them would be too many.
func (p Points) sprite(ctx context.Context) (image.Image, [2]int, error) {
	height, width, channels := p.Model.Shape[0], p.Model.Shape[1], p.Model.Shape[2]
	n := p.Set.Len()
	side := int(math.Ceil(math.Sqrt(float64(n))))
	every, err := thinned(side, max(height, width))
	if err != nil {
		return nil, [2]int{}, err
	}
	cell := [2]int{(width + every - 1) / every, (height + every - 1) / every}
	whole := newSheet(side*cell[0], side*cell[1], channels)
	for row := 0; row*side < n; row++ {
		if err := ctx.Err(); err != nil {
			return nil, cell, err
		}
		x, err := p.Model.Values(p.Set, row*side, min(side, n-row*side))
		if err != nil {
			return nil, cell, err
		}
		img, err := render.Grid(x, render.GridOptions{Columns: side, Scale: 1, Gap: -1})
		if err != nil {
			return nil, cell, err
		}
		for i := range x.Shape[0] {
			for v := range cell[1] {
				for u := range cell[0] {
					whole.Set(i*cell[0]+u, row*cell[1]+v, img.At(i*width+u*every, v*every))
				}
			}
		}
	}
	return whole, cell, nil
}

// thinned is the k for which every k-th pixel of pictures of a longer side is drawn, in a square of
// as many pictures on a side.
func thinned(side, longer int) (int, error) {
	if side > mostSide {
		return 0, fmt.Errorf("projector: %d pictures on a side, want at most %d", side, mostSide)
	}
	most := mostSide / side
	return (longer + most - 1) / most, nil
}
