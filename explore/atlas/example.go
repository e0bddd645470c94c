package atlas

import (
	"context"
	"fmt"
	"math"
	"path"

	"latentspace/data"
	"latentspace/explore"
	"latentspace/tensor"
	"latentspace/trained"
)

// Example is one of the points.
type Example struct {
	Name  string `json:"name"`
	Label any    `json:"label"` // the word of its class; null where it has none
	// Values are words of classes and numbers, by attribute; null where they are not known.
	Values         map[string]any `json:"values"`
	Original       *View          `json:"original"` // null of a draw
	Reconstruction *View          `json:"reconstruction"`
	File           string         `json:"file,omitempty"` // the name of its file, without a folder
}

// Example returns a point: of draws, what it is decoded to as its reconstruction.
func (a *Atlas) Example(ctx context.Context, i int) (Example, error) {
	if i < 0 || i >= a.Space.N {
		return Example{}, fmt.Errorf("point %d, want one from 0 to %d", i, a.Space.N-1)
	}
	if a.examples == nil {
		e := Example{Name: fmt.Sprintf("draw %d", i), Values: map[string]any{}}
		if a.drawn != nil {
			v := a.view(a.drawnRow(i))
			e.Reconstruction = &v
		}
		return e, nil
	}
	x, err := a.m.Read(a.examples, i, 1)
	if err != nil {
		return Example{}, err
	}
	original := a.view(x.X.Data)
	e := Example{Original: &original, Values: map[string]any{}}
	a.name(&e, i)
	for _, k := range a.known {
		e.Values[k.Name] = valueOf(k.Values[i], k.Classes)
	}
	if c, ok := data.ClassField(a.examples); ok {
		e.Label = e.Values[c.Name]
	}
	return e, a.reconstruct(ctx, &e, x)
}

// name says what an example is called.
func (a *Atlas) name(e *Example, i int) {
	whole, _ := a.m.Split(context.Background(), a.o.Split) // which is open
	e.Name = explore.NameOf(whole, a.index[i])
	if e.Name != fmt.Sprint(a.index[i]) {
		e.File = path.Base(e.Name)
		e.Name = e.File
		return
	}
	e.Name = fmt.Sprintf("%s example %d", a.o.Split, a.index[i])
}

// reconstruct adds what the model makes of an example.
func (a *Atlas) reconstruct(ctx context.Context, e *Example, x trained.Examples) error {
	if a.Space.Lacks["reconstruction"] != "" {
		return nil
	}
	y, err := a.m.Reconstruct(ctx, x)
	if err != nil {
		return err
	}
	v := a.view(y.Data)
	e.Reconstruction = &v
	return finite(y, "a value of a reconstruction")
}

// valueOf is a value as a word of a class or as a number, nil where it is not known.
func valueOf(v float64, words []string) any {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return nil
	case words == nil:
		return v
	case int(v) < 0 || int(v) >= len(words):
		return nil
	}
	return words[int(v)]
}

// drawnRow is what a draw is decoded to.
func (a *Atlas) drawnRow(i int) []float32 {
	size := tensor.Size(a.m.Shape)
	return a.drawn.Data[i*size : (i+1)*size]
}
