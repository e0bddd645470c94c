package ops

import "fmt"

// Attr is a constant of an operation, by its name: an int, a bool, a float32, a []float32
// or a string. The name of an operation, its attributes and the shapes of its inputs
// and its output say what it computes.
type Attr struct {
	Name  string
	Value any
}

// String is the attribute as name=value.
func (a Attr) String() string { return fmt.Sprintf("%s=%v", a.Name, a.Value) }

// Sizes that follow from the shapes are not among the attributes.

func (d unary) Attrs() []Attr          { return d.attrs }
func (d gradient) Attrs() []Attr       { return d.attrs }
func (d constant) Attrs() []Attr       { return []Attr{{"c", d.c}} }
func (elementPair) Attrs() []Attr      { return nil }
func (step) Attrs() []Attr             { return nil }
func (pair) Attrs() []Attr             { return nil }
func (spread) Attrs() []Attr           { return nil }
func (reduction) Attrs() []Attr        { return nil }
func (moments) Attrs() []Attr          { return nil }
func (normalise) Attrs() []Attr        { return nil }
func (centredSums) Attrs() []Attr      { return nil }
func (softmax) Attrs() []Attr          { return nil }
func (bernoulliNLL) Attrs() []Attr     { return nil }
func (bernoulliNLLGrad) Attrs() []Attr { return nil }
func (reshape) Attrs() []Attr          { return nil }

func (d slice) Attrs() []Attr { return []Attr{{"axis", d.axis}, {"lo", d.lo}, {"hi", d.hi}} }
func (d pad) Attrs() []Attr   { return []Attr{{"axis", d.axis}, {"lo", d.lo}} }

func (d matMul) Attrs() []Attr {
	return []Attr{{"transpose a", d.transA}, {"transpose b", d.transB}}
}

func (d conv) Attrs() []Attr       { return []Attr{{"stride", d.c.Stride}, {"pad", d.c.Pad}} }
func (d convData) Attrs() []Attr   { return conv(d).Attrs() }
func (d convWeight) Attrs() []Attr { return conv(d).Attrs() }

func (d avgPool) Attrs() []Attr        { return []Attr{{"size", d.p.Size}, {"stride", d.p.Stride}} }
func (d avgPoolAdjoint) Attrs() []Attr { return avgPool(d).Attrs() }
func (d maxPool) Attrs() []Attr        { return avgPool(d).Attrs() }
func (d maxPoolScatter) Attrs() []Attr { return avgPool(d).Attrs() }
func (d maxPoolGather) Attrs() []Attr  { return avgPool(d).Attrs() }

func (d upsample) Attrs() []Attr        { return []Attr{{"factor", d.factor}} }
func (d upsampleAdjoint) Attrs() []Attr { return upsample(d).Attrs() }
