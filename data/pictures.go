package data

import (
	"io"
	"slices"
)

// Pictures are the options that every set of pictures has.
type Pictures struct {
	// Valid is how many examples at the end of the training set are held out to
	// choose by.
	Valid int `yaml:"valid"`

	// Binarize draws each pixel, 1 with its grey as probability: anew in each
	// epoch of training, once and for all in evaluation.
	//
	// Salakhutdinov and Murray, On the Quantitative Analysis of Deep Belief
	// Networks, ICML 2008, section 5.
	Binarize bool `yaml:"binarize"`
}

// check reports a held-out part that leaves nothing of n examples.
func (p Pictures) check(report report, n int) {
	if p.Valid < 0 {
		report("valid", "%d, want at least 0", p.Valid)
	} else if p.Valid >= n {
		report("valid", "%d, want less than the %d examples of the training set", p.Valid, n)
	}
}

// pictures is a set of labeled pictures, held as bytes.
type pictures struct {
	height, width int
	pixels        []byte // row by row, picture by picture
	labels        []byte
	classes       []string
}

// grey is the value of a byte in a picture.
var grey = func() (g [256]float32) {
	for b := range g {
		g[b] = float32(b) / 255
	}
	return g
}()

func (p *pictures) Len() int          { return len(p.labels) }
func (p *pictures) Shape() []int      { return []int{p.height, p.width, 1} }
func (p *pictures) Label(i int) int   { return int(p.labels[i]) }
func (p *pictures) Classes() []string { return slices.Clone(p.classes) }

// Read implements [Dataset]: a byte b is the value b/255.
func (p *pictures) Read(i int, dst []float32) error {
	size := p.height * p.width
	if err := checkRead(i, p.Len(), dst, size); err != nil {
		return err
	}
	for k, b := range p.pixels[i*size : (i+1)*size] {
		dst[k] = grey[b]
	}
	return nil
}

// slice returns the pictures lo … hi−1, without a copy.
func (p *pictures) slice(lo, hi int) *pictures {
	q, size := *p, p.height*p.width
	q.pixels, q.labels = p.pixels[lo*size:hi*size], p.labels[lo:hi]
	return &q
}

func (p *pictures) digest(w io.Writer) {
	w.Write(p.pixels) // a hash returns no error
	w.Write(p.labels)
}
