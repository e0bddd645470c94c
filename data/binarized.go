package data

import (
	"latentspace/data/keyed"
	"latentspace/example"
)

// Anew is a Dataset whose examples change from epoch to epoch of training. Read returns fixed
// examples, for evaluation.
type Anew interface {
	Dataset
	// ReadEpoch writes example i of an epoch to dst. It is a function of the epoch, i and a seed of
	// the data set.
	ReadEpoch(epoch, i int, dst []float32) error
}

// Binarized returns a data set with each value replaced by a draw: 1 with the value as
// probability, 0 otherwise. Read draws once and for all, a function of (seed, i); ReadEpoch
// draws anew in every epoch, a function of (seed, epoch, i). It is [Described] where the set
// is.
func Binarized(ds Dataset, seed uint64) Dataset {
	b := binarized{ds, seed}
	if known, ok := ds.(Described); ok {
		return describedBinarized{b, known}
	}
	return b
}

type binarized struct {
	ds   Dataset
	seed uint64
}

// Len implements [Dataset].
func (b binarized) Len() int { return b.ds.Len() }

// Schema implements [Dataset]: values in [0, 1] become binary.
func (b binarized) Schema() example.Schema {
	of := b.ds.Schema()
	fields := make([]example.Field, len(of.Fields))
	for k, f := range of.Fields {
		if f.Kind == example.Unit {
			f.Kind = example.Binary
		}
		fields[k] = f
	}
	return example.Schema{Fields: fields}
}

// Read implements [Dataset].
func (b binarized) Read(i int, dst []float32) error {
	if err := b.ds.Read(i, dst); err != nil {
		return err
	}
	d := keyed.New(b.seed, "binarize.fixed", uint64(i))
	binarize(&d, dst)
	return nil
}

// ReadEpoch implements [Anew].
func (b binarized) ReadEpoch(epoch, i int, dst []float32) error {
	read := b.ds.Read
	if anew, ok := b.ds.(Anew); ok {
		read = func(i int, dst []float32) error { return anew.ReadEpoch(epoch, i, dst) }
	}
	if err := read(i, dst); err != nil {
		return err
	}
	d := keyed.New(b.seed, "binarize.epoch", uint64(epoch), uint64(i))
	binarize(&d, dst)
	return nil
}

// binarize replaces each probability by a draw, 1 or 0. 1 stays 1 and 0 stays 0;
// between them the chance is the value rounded up to a multiple of 2⁻³².
func binarize(d *keyed.Draws, x []float32) {
	var u uint64
	for k, p := range x {
		if k%2 == 0 {
			u = d.Uint64()
		} else {
			u >>= 32
		}
		x[k] = 0
		if float64(uint32(u)) < float64(p)*(1<<32) {
			x[k] = 1
		}
	}
}

// describedBinarized is a binarized set that is [Described].
type describedBinarized struct {
	binarized
	known Described
}

// About implements [Described].
func (b describedBinarized) About() example.Schema { return b.known.About() }

func (b describedBinarized) readExact(i int, dst []float64) error { return readExact(b.known, i, dst) }

// ReadAbout implements [Described].
func (b describedBinarized) ReadAbout(i int, dst []float32) error { return b.known.ReadAbout(i, dst) }
