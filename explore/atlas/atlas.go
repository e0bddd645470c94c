// Package atlas computes what a page shows of a trained model: codes and where they are in the plane,
// what is known of the examples, decoded codes, draws and directions. It returns values, writes no
// file and knows no page.
package atlas

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/example"
	"latentspace/explore"
	"latentspace/explore/attributes"
	"latentspace/rundir"
	"latentspace/tensor"
	"latentspace/training"
)

// Options say what an atlas is of.
type Options struct {
	N     int    // points at most
	Split string // of the data, whose examples the points are
	Seed  uint64 // chooses them
	Like  *Atlas // an earlier one of a run in training: axes stay as they were, and less is measured; nil for none
}

// Atlas is what a page shows of a model. It is safe for concurrent use.
type Atlas struct {
	Space Space

	m *training.Trained
	o Options

	examples data.Dataset   // that the points are of; nil of draws
	index    []int          // of each in the split
	codes    *tensor.Tensor // (n, dim) of the points, nil for none
	logvar   *tensor.Tensor // of the codes of examples, until the dimensions are described; nil of points
	about    *tensor.Tensor // what the model is told of each draw
	drawn    *tensor.Tensor // (n, shape…), what the draws are decoded to; nil of examples
	axes     [][]float32    // of the map by principal components, nil for none
	known    []attributes.Attribute

	mu         sync.Mutex
	places     map[string]*tensor.Tensor    // by the method of the map
	priors     map[string]*training.Trained // that draw from one, by its kind
	directions map[string]Direction
}

// New computes the atlas of a model. What the model or its data lack is no error: the atlas says so.
func New(ctx context.Context, m *training.Trained, o Options) (*Atlas, error) {
	a := &Atlas{
		m: m, o: o, places: map[string]*tensor.Tensor{}, priors: map[string]*training.Trained{}, directions: map[string]Direction{},
		Space: Space{
			Version: Version, Name: m.Config.Name, Kind: m.Kind, Step: m.Step, Weights: checkpoints.Hash(m.Weights()),
			View: viewOf(m.Schema), Shape: m.Shape, Split: o.Split, Codes: Codes{Bits: 32},
			Encodes: m.HasEncoder(), Posterior: m.HasPosterior(), Lacks: map[string]string{},
			Conditions: conditionsOf(m), Attributes: []Known{}, Directions: []string{}, Maps: []Map{}, Dimensions: []Dimension{}, Priors: []string{},
		},
	}
	a.ofRun(filepath.Dir(m.File), m.Step)
	if a.Space.View != sounds {
		a.lacks("The examples are no sounds.", "sound")
	}
	a.Space.Columns = columnsOf(m.Schema, a.Space.View)
	dim, err := m.Dim()
	if err != nil {
		a.lacks(Sentence(err), everything...)
		a.thumbnails()
		return a, nil
	}
	a.Space.Dim = dim
	if !m.CanDecode() {
		a.lacks(Sentence(m.Lacks("decoder, so that no code can be seen")), "decode", "reconstruction", "directions")
	}
	for _, part := range []func(context.Context) error{a.points, a.attributes, a.maps, a.dimensions, a.density} {
		if err := part(ctx); err != nil {
			return nil, err
		}
	}
	a.thumbnails()
	a.sources()
	a.o.Like = nil // which is not held any longer
	return a, nil
}

// Without is the atlas of a run of which there is no model, and why.
func Without(dir string, why error) *Atlas {
	a := &Atlas{Space: Space{
		Version: Version, View: vector, Shape: []int{}, Points: "draws", Codes: Codes{Bits: 32}, Lacks: map[string]string{},
		Conditions: []Known{}, Attributes: []Known{}, Directions: []string{}, Maps: []Map{}, Dimensions: []Dimension{}, Priors: []string{},
	}}
	a.ofRun(dir, 0)
	a.lacks(Sentence(why), everything...)
	a.lacks(Sentence(why), "thumbnails", "sound")
	return a
}

// everything is the features that a model without codes lacks.
var everything = []string{"codes", "map", "map.tsne", "map.umap", "decode", "dimensions", "example", "reconstruction", "attributes", "directions", "draws", "draws.fitted", "nearest"}

// LendData gives a model the data that are open here, if it was trained on the same.
func (a *Atlas) LendData(m *training.Trained) {
	if a.m != nil {
		m.DataOf(a.m)
	}
}

// ofRun says what the manifest in the folder of the run knows, if there is one.
func (a *Atlas) ofRun(dir string, step int) {
	a.Space.Run = filepath.Base(dir)
	r, err := rundir.ReadManifest(dir)
	if err != nil || r == nil {
		a.lacks("There is no record of the training beside the checkpoint.", "training")
		return
	}
	if a.Space.Name == "" {
		a.Space.Name, a.Space.Kind = r.Name, r.Model
	}
	if r.Step >= step {
		a.Space.Epoch = r.Epoch
	}
}

// lacks says why features are not there. The first reason of a feature stays.
func (a *Atlas) lacks(why string, features ...string) {
	for _, f := range features {
		if a.Space.Lacks[f] == "" {
			a.Space.Lacks[f] = why
		}
	}
}

// Sentence is an error as a sentence, or one for each of its lines, without the packages that it came
// through.
func Sentence(err error) string {
	var all []string
	for line := range strings.Lines(err.Error()) {
		if s := strings.Join(strings.Fields(line), " "); s != "" {
			all = append(all, sentence(s))
		}
	}
	return strings.Join(all, " ")
}

// sentence is a line of an error as a sentence.
func sentence(s string) string {
	for {
		head, rest, ok := strings.Cut(s, ": ")
		if !ok || strings.ContainsAny(head, " /") || head == "" {
			break
		}
		s = rest
	}
	if word, _, _ := strings.Cut(s, " "); word != "" && !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }) {
		first, size := utf8.DecodeRuneInString(s)
		s = string(unicode.ToUpper(first)) + s[size:] // a word, not a name
	}
	return strings.TrimSuffix(s, ".") + "."
}

// The ways in which a page shows an example.
const (
	picture = "picture"
	sounds  = "sound"
	text    = "text"
	row     = "row"
	points  = "points"
	vector  = "vector"
)

// viewOf is how an example of a schema is shown.
func viewOf(s example.Schema) string {
	switch {
	case s.IsSound():
		return sounds
	case s.IsPicture():
		return picture
	case s.IsText():
		return text
	case s.IsTable():
		return row
	case len(s.Fields) == 1 && s.Fields[0].View == example.Point && s.Width() == 2:
		return points
	}
	return vector
}

// points finds the points of the map: examples of the split with their codes or, where the model has
// no encoder or the data are not there, draws of the prior.
func (a *Atlas) points(ctx context.Context) error {
	err := a.encoded(ctx)
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	why := Sentence(err)
	a.lacks(why, "example", "reconstruction", "attributes", "examples")
	if err := a.draws(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		a.Space.N, a.codes, a.drawn = 0, nil, nil
		a.lacks(why+" "+Sentence(err), "map", "nearest")
	}
	return nil
}

// encoded takes examples of the split and their codes.
func (a *Atlas) encoded(ctx context.Context) error {
	a.Space.Points = "examples"
	if !a.m.HasEncoder() {
		return a.m.Lacks("encoder, so that the points of the map are draws of its prior")
	}
	ds, err := a.m.Split(ctx, a.o.Split)
	if err != nil {
		return fmt.Errorf("the data cannot be read, and the points of the map are draws of the prior. %s", Sentence(err))
	}
	if ds.Len() == 0 {
		return fmt.Errorf("the %s split has no examples", a.o.Split)
	}
	a.index = data.Some(ds.Len(), a.o.N, a.o.Seed, "explore")
	a.examples = data.Subset(ds, a.index)
	if a.m.HasPosterior() {
		a.codes, a.logvar, err = a.m.Posteriors(ctx, a.examples, len(a.index))
	} else {
		a.codes, err = a.m.Codes(ctx, a.examples, len(a.index))
	}
	if err == nil {
		err = finite(a.codes, "a code")
	}
	if err != nil {
		a.examples, a.index, a.codes, a.logvar = nil, nil, nil, nil
		return err
	}
	a.Space.N = len(a.index)
	return nil
}

// Draws are decoded for the map, and kept: there are not too many.
const (
	mostDrawn       = 2000
	mostDrawnValues = 16 << 20
)

// draws takes draws of the prior, and decodes them.
func (a *Atlas) draws(ctx context.Context) (err error) {
	a.Space.Points = "draws"
	n := max(2, min(a.o.N, mostDrawn, mostDrawnValues/tensor.Size(a.m.Shape)))
	if a.codes, err = a.m.Draw(n, a.o.Seed); err != nil {
		return err
	}
	if err := finite(a.codes, "a draw"); err != nil {
		return err
	}
	a.Space.N = n
	if !a.m.CanDecode() {
		return nil
	}
	if a.about, err = a.told(n, nil); err != nil {
		return err
	}
	if a.drawn, err = a.m.Decode(ctx, a.codes, a.about); err != nil {
		return err
	}
	return finite(a.drawn, "a decoded draw")
}

// told is what the model is told of n draws.
func (a *Atlas) told(n int, conditions map[string]string) (*tensor.Tensor, error) {
	return explore.Options{Seed: a.o.Seed, Conditions: conditions}.Told(a.m, n)
}
