package experiments

import (
	"context"
	"fmt"
	"image"
	"io"
	"math"
	"path/filepath"
	"strings"
	"time"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/latent"
	"latentspace/nn/tensor"
	"latentspace/render"
)

// mostExamples bounds -n: a mistake should not take the machine's memory.
const mostExamples = 1_000_000

// Sample says what to draw from a trained model and where to write it.
type Sample struct {
	N    int    // examples, or rows
	Seed uint64 // of the draws
	File string // to write; next to the checkpoint if empty
}

// Drawn is what a verb of the sampler wrote.
type Drawn struct {
	File         string   `json:"file"`
	Animation    string   `json:"animation,omitempty"`
	N            int      `json:"n"`
	Seconds      float64  `json:"seconds"`
	Checkpoint   string   `json:"checkpoint"`
	SquaredError *float64 `json:"squared_error,omitempty"` // per example, summed over values
}

func (s Sample) check() error {
	if ext := strings.ToLower(filepath.Ext(s.File)); s.File != "" && ext != ".png" && ext != ".csv" {
		return usage("-o %s: ending %q, want .png or .csv", s.File, ext)
	}
	if s.N < 1 || s.N > mostExamples {
		return usage("-n %d, want it from 1 to %d", s.N, mostExamples)
	}
	return nil
}

// file returns the file to write, by default name beside the checkpoint.
func (s Sample) file(checkpoint, name, extension string) string {
	if s.File != "" {
		return s.File
	}
	return filepath.Join(filepath.Dir(checkpoint), name+extension)
}

// DrawSamples draws N examples from the model's prior and writes them.
func DrawSamples(ctx context.Context, t *Trained, checkpoint string, s Sample) (*Drawn, error) {
	start := time.Now()
	if err := s.check(); err != nil {
		return nil, err
	}
	z, err := t.Draw(s.N, s.Seed)
	if err != nil {
		return nil, err
	}
	x, err := t.Decode(ctx, z)
	if err != nil {
		return nil, err
	}
	file := s.file(checkpoint, "sample", defaultExtension(t.Shape))
	if err := writeExamples(file, x); err != nil {
		return nil, err
	}
	return &Drawn{File: file, N: s.N, Seconds: time.Since(start).Seconds(), Checkpoint: checkpoint}, nil
}

// Interpolation says how to go from one code to another.
type Interpolation struct {
	Sample
	Method string // lerp or slerp
	Steps  int    // pictures in a row, both ends among them
	Split  string // of From and To
	// From and To are indices of examples whose codes are the ends of the first
	// row, those after them the ends of the next; negative for random draws.
	From, To int
	Delay    time.Duration // between the frames of the animation
}

// Interpolate writes N rows of decoded codes between two ends, as a strip and, if
// the examples are pictures, an animation beside it.
func Interpolate(ctx context.Context, t *Trained, checkpoint string, o Interpolation) (*Drawn, error) {
	start := time.Now()
	if err := o.check(); err != nil {
		return nil, err
	}
	method, ok := latent.Interpolations[o.Method]
	if !ok {
		return nil, usage("-method %q, want %s", o.Method, strings.Join(sortedKeys(latent.Interpolations), " or "))
	}
	if o.Steps < 2 || o.Steps > 1000 {
		return nil, usage("-steps %d, want it from 2 to 1000", o.Steps)
	}
	if o.N*o.Steps > mostExamples {
		return nil, usage("-n %d rows of -steps %d are %d examples, want at most %d", o.N, o.Steps, o.N*o.Steps, mostExamples)
	}
	if o.From < -1 || o.To < -1 {
		return nil, usage("-from %d -to %d, want indices of examples", o.From, o.To)
	}
	from, to, err := o.ends(ctx, t)
	if err != nil {
		return nil, err
	}
	dim := from.Shape[1]
	rows := make([]*tensor.Tensor, o.N)
	for i := range rows {
		path, err := latent.Path(method, from.Data[i*dim:(i+1)*dim], to.Data[i*dim:(i+1)*dim], o.Steps)
		if err != nil {
			return nil, fmt.Errorf("experiments: %w", err)
		}
		z := tensor.New(o.Steps, dim)
		for j, p := range path {
			copy(z.Data[j*dim:], p)
		}
		if rows[i], err = t.Decode(ctx, z); err != nil {
			return nil, err
		}
	}
	file := o.file(checkpoint, "interpolate", defaultExtension(t.Shape))
	d := &Drawn{File: file, N: o.N, Checkpoint: checkpoint}
	if !isPicture(t.Shape) || strings.EqualFold(filepath.Ext(file), ".csv") {
		err = writeExamples(file, joined(rows))
	} else {
		d.Animation, err = o.pictures(file, rows)
	}
	if err != nil {
		return nil, err
	}
	d.Seconds = time.Since(start).Seconds()
	return d, nil
}

// ends returns the codes (n, dim) where the rows begin and end.
func (o Interpolation) ends(ctx context.Context, t *Trained) (from, to *tensor.Tensor, err error) {
	if o.From < 0 && o.To < 0 {
		z, err := t.Draw(2*o.N, o.Seed)
		if err != nil {
			return nil, nil, err
		}
		half := len(z.Data) / 2
		from, _ = tensor.From(z.Data[:half], o.N, z.Shape[1])
		to, _ = tensor.From(z.Data[half:], o.N, z.Shape[1])
		return from, to, nil
	}
	if o.From < 0 || o.To < 0 {
		return nil, nil, usage("-from %d -to %d: want both, or neither for random draws", o.From, o.To)
	}
	ds, _, err := t.split(ctx, o.Split)
	if err != nil {
		return nil, nil, err
	}
	ends := make([]*tensor.Tensor, 2)
	for i, first := range []int{o.From, o.To} {
		x, err := t.read(ds, first, o.N)
		if err != nil {
			return nil, nil, err
		}
		if ends[i], err = t.Encode(ctx, x); err != nil {
			return nil, nil, err
		}
	}
	return ends[0], ends[1], nil
}

// pictures writes the strip and its animation, whose name it returns.
func (o Interpolation) pictures(file string, rows []*tensor.Tensor) (string, error) {
	if ext := strings.ToLower(filepath.Ext(file)); ext != ".png" {
		return "", fmt.Errorf("experiments: %s: ending %q, want .png or .csv", file, ext)
	}
	strip, err := render.Strip(rows, render.StripOptions{Ends: o.From >= 0})
	if err != nil {
		return "", err
	}
	if err := writePNG(file, strip); err != nil {
		return "", err
	}
	frames := make([]image.Image, o.Steps)
	size := tensor.Size(rows[0].Shape[1:])
	for j := range frames {
		x := tensor.New(append([]int{len(rows)}, rows[0].Shape[1:]...)...)
		for i, r := range rows {
			copy(x.Data[i*size:(i+1)*size], r.Data[j*size:])
		}
		if frames[j], err = render.Grid(x, render.GridOptions{}); err != nil {
			return "", err
		}
	}
	g, err := render.Animate(frames, o.Delay, true)
	if err != nil {
		return "", err
	}
	animation := strings.TrimSuffix(file, filepath.Ext(file)) + ".gif"
	return animation, checkpoints.WriteFile(checkpoints.OS{}, animation, func(w io.Writer) error { return render.WriteGIF(w, g) })
}

// joined is the examples of all rows, one after another.
func joined(rows []*tensor.Tensor) *tensor.Tensor {
	shape := append([]int{len(rows) * rows[0].Shape[0]}, rows[0].Shape[1:]...)
	x := tensor.New(shape...)
	for i, r := range rows {
		copy(x.Data[i*len(r.Data):], r.Data)
	}
	return x
}

// Reconstruct encodes and decodes the first N examples of a split and writes
// originals and reconstructions, in pairs of rows or, for vectors, one after
// another.
func Reconstruct(ctx context.Context, t *Trained, checkpoint, split string, s Sample) (*Drawn, error) {
	start := time.Now()
	if err := s.check(); err != nil {
		return nil, err
	}
	if !t.CanEncode() {
		return nil, t.lacks("encoder")
	}
	ds, _, err := t.split(ctx, split)
	if err != nil {
		return nil, err
	}
	x, err := t.read(ds, 0, s.N)
	if err != nil {
		return nil, err
	}
	y, err := t.reconstruct(ctx, x)
	if err != nil {
		return nil, err
	}
	file := s.file(checkpoint, "reconstruct", defaultExtension(t.Shape))
	if isPicture(t.Shape) && strings.EqualFold(filepath.Ext(file), ".png") {
		img, err := render.Pairs(x, y, render.GridOptions{})
		if err != nil {
			return nil, err
		}
		err = writePNG(file, img)
		if err != nil {
			return nil, err
		}
	} else if err := writeExamples(file, joined([]*tensor.Tensor{x, y})); err != nil {
		return nil, err
	}
	sum := 0.0
	for i, v := range x.Data {
		sum += math.Pow(float64(v)-float64(y.Data[i]), 2)
	}
	sum /= float64(s.N)
	return &Drawn{File: file, N: s.N, Seconds: time.Since(start).Seconds(), Checkpoint: checkpoint, SquaredError: &sum}, nil
}

// reconstruct decodes the codes of examples.
func (t *Trained) reconstruct(ctx context.Context, x *tensor.Tensor) (*tensor.Tensor, error) {
	z, err := t.Encode(ctx, x)
	if err != nil {
		return nil, err
	}
	return t.Decode(ctx, z)
}

// split opens one split of the data that the model was trained on.
func (t *Trained) split(ctx context.Context, name string) (data.Dataset, *data.Splits, error) {
	splits, err := t.Config.Data.Open(ctx)
	if err != nil {
		return nil, nil, err
	}
	switch name {
	case "train":
		return splits.Train, splits, nil
	case "valid":
		return splits.Valid, splits, nil
	case "test":
		return splits.Test, splits, nil
	}
	return nil, nil, usage("-split %q, want train, valid or test", name)
}

// read returns examples first to first+n−1 (n, shape…) of a data set.
func (t *Trained) read(ds data.Dataset, first, n int) (*tensor.Tensor, error) {
	if first < 0 || first+n > ds.Len() {
		return nil, fmt.Errorf("experiments: examples %d to %d, want them from 0 to %d", first, first+n-1, ds.Len()-1)
	}
	x := tensor.New(append([]int{n}, t.Shape...)...)
	size := tensor.Size(t.Shape)
	for i := range n {
		if err := ds.Read(first+i, x.Data[i*size:(i+1)*size]); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// String is the result for a person: what was written, from which checkpoint.
func (d *Drawn) String() string {
	s := d.File
	if d.Animation != "" {
		s += " and " + d.Animation
	}
	s = fmt.Sprintf("wrote %s from %s\n", s, d.Checkpoint)
	if d.SquaredError != nil {
		s += fmt.Sprintf("squared error %.4g per example\n", *d.SquaredError)
	}
	return s
}
