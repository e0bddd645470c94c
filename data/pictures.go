package data

import (
	"io"

	"latentspace/data/compact"
	"latentspace/data/division"
	"latentspace/example"
)

// Pictures are the options that every set of pictures has.
type Pictures struct {
	// Valid is how many examples of the training set are held out to choose by: with
	// auto an eighth, at most 5,000.
	Valid division.Count `yaml:"valid"`

	// Binarize draws each pixel, 1 with its grey as probability: anew in each
	// epoch of training, once and for all in evaluation.
	//
	// Salakhutdinov and Murray, On the Quantitative Analysis of Deep Belief
	// Networks, ICML 2008, section 5.
	Binarize bool `yaml:"binarize" run:"fixed"`

	Labels   `yaml:",inline"`
	Outliers `yaml:",inline"`
}

// check reports a held-out part that leaves none of n examples.
func (p Pictures) check(report report, n int) {
	p.Labels.check(report, n)
	p.Outliers.check(report)
	switch {
	case p.Valid == division.Auto:
	case p.Valid < 0:
		report("valid", "%d, want at least 0", p.Valid)
	case int(p.Valid) >= n:
		report("valid", "%d, want less than the %d examples of the training set", p.Valid, n)
	}
}

// pictures is a set of pictures with classes, held as bytes. The labels of [unlabeled] pictures are
// nil.
type pictures struct {
	height, width int
	pixels        *compact.Rows // of pictures, row by row in each
	at            []int         // of each picture among pixels; nil for all in their order
	labels        []byte
	classes       []string
	index         []int // of a label among classes; nil where it is the label itself
	binary        bool  // every pixel is 0 or 255
}

// Len implements [Dataset].
func (p *pictures) Len() int {
	if p.at != nil {
		return len(p.at)
	}
	return p.pixels.Len()
}

// row is where the pixels of a picture are.
func (p *pictures) row(i int) int {
	if p.at != nil {
		return p.at[i]
	}
	return i
}

// Schema implements [Dataset].
func (p *pictures) Schema() example.Schema {
	s := example.Pictures(p.height, p.width, 1)
	if p.binary {
		s.Fields[0].Kind = example.Binary
	}
	return s
}

// About implements [Described].
func (p *pictures) About() example.Schema { return example.Of(example.Class(p.classes)) }

// ReadAbout implements [Described].
func (p *pictures) ReadAbout(i int, dst []float32) error {
	if err := checkRead(i, p.Len(), dst, 1); err != nil {
		return err
	}
	dst[0] = float32(p.label(i))
	return nil
}

// label returns the class of a picture.
func (p *pictures) label(i int) int {
	if p.index != nil {
		return p.index[p.labels[i]]
	}
	return int(p.labels[i])
}

// Read implements [Dataset]: a byte b is the value b/255.
func (p *pictures) Read(i int, dst []float32) error {
	if err := checkRead(i, p.Len(), dst, p.height*p.width); err != nil {
		return err
	}
	p.pixels.Floats(p.row(i), dst, 255)
	return nil
}

// slice returns the pictures lo … hi−1.
func (p *pictures) slice(lo, hi int) *pictures {
	index := make([]int, hi-lo)
	for k := range index {
		index[k] = lo + k
	}
	return p.part(index)
}

// part returns some pictures. Their pixels stay where they are.
func (p *pictures) part(index []int) *pictures {
	q := *p
	q.at, q.labels = make([]int, len(index)), nil
	if p.labels != nil {
		q.labels = make([]byte, len(index))
	}
	for k, i := range index {
		q.at[k] = p.row(i)
		if p.labels != nil {
			q.labels[k] = p.labels[i]
		}
	}
	return &q
}

// transpose turns rows of pictures into columns.
func (p *pictures) transpose() {
	turned := make([]byte, p.height*p.width)
	p.pixels.Change(func(picture []byte) {
		for y := range p.height {
			for x := range p.width {
				turned[x*p.height+y] = picture[y*p.width+x]
			}
		}
		copy(picture, turned)
	})
	p.height, p.width = p.width, p.height
}

// stored returns the set, as unlabeled if it has no labels.
func (p *pictures) stored() stored {
	if p.labels == nil {
		return unlabeled{p}
	}
	return p
}

// unlabeled is pictures that have no classes.
type unlabeled struct{ p *pictures }

// Len implements [Dataset].
func (u unlabeled) Len() int { return u.p.Len() }

// Schema implements [Dataset].
func (u unlabeled) Schema() example.Schema { return u.p.Schema() }

// Read implements [Dataset].
func (u unlabeled) Read(i int, dst []float32) error { return u.p.Read(i, dst) }

func (u unlabeled) digest(w io.Writer) { u.p.digest(w) }

func (p *pictures) digest(w io.Writer) {
	room := make([]byte, p.height*p.width)
	for i := range p.Len() {
		w.Write(p.pixels.Row(p.row(i), room)) // writing to a hash never fails
	}
	w.Write(p.labels)
}

// occurring reduces the classes of sets of pictures to those that occur in one of them, with the
// names of the set that has most names. The cost of figures and tables grows with the number of
// classes. The labels themselves stay, and so does their digest.
func occurring(sets ...*pictures) {
	var names []string
	var there [256]bool
	for _, s := range sets {
		if len(s.classes) > len(names) {
			names = s.classes
		}
		for _, label := range s.labels {
			there[label] = true
		}
	}
	var classes []string
	index := make([]int, len(names))
	for label, name := range names {
		if there[label] {
			index[label] = len(classes)
			classes = append(classes, name)
		}
	}
	for _, s := range sets {
		s.classes, s.index = classes, index
	}
}
