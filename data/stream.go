package data

import (
	"context"
	"errors"
	"fmt"

	"latentspace/data/compact"
	"latentspace/data/keyed"
	"latentspace/tensor"
)

// StreamOptions says which batches a Stream gives.
type StreamOptions struct {
	Batch int    // examples in a batch
	Seed  uint64 // of the order
	Start int    // number of the first batch

	// Of Parts equal parts of each batch, only Part is read, and the examples of the others are zero. 0
	// parts are one.
	Part, Parts int
}

// Batch is some examples of a data set. It is valid until the following Next.
type Batch struct {
	Number int            // counted from zero over all epochs
	Epoch  int            // Number / batches of an epoch
	Index  []int          // of the examples in the data set
	X      *tensor.Tensor // (batch, shape…)
	About  *tensor.Tensor // (batch, values of About) for a [Described] set, else nil
}

// Stream returns the batches of a data set in random order, without end. In an epoch
// every example comes once, except those that do not fill a last batch. The order is a
// function of (Seed, epoch), so a Stream that starts at a later batch returns the same
// batches as one from the beginning.
//
// Examples of an [Anew] set are those of the epoch of the batch.
//
// The next batch is read while the last one is in use. A Stream is for one goroutine
// and must be closed.
type Stream struct {
	ds       Dataset
	anew     Anew      // nil if the set is not one
	known    Described // likewise
	o        StreamOptions
	perEpoch int

	free chan *Batch   // to be filled
	full chan delivery // in order
	quit chan struct{} // closed by Close
	done chan struct{} // closed when produce has ended

	held *Batch // the batch that Next returned last
	next int    // number of the next batch
	err  error  // ends the stream
}

type delivery struct {
	batch *Batch
	err   error
}

// NewStream starts a stream. A batch that is empty or larger than the data set is an
// error, and so is a start below zero.
func NewStream(ds Dataset, o StreamOptions) (*Stream, error) {
	if o.Batch < 1 || o.Batch > ds.Len() {
		return nil, fmt.Errorf("data: batch of %d examples, want 1 to the %d of the data set", o.Batch, ds.Len())
	}
	if o.Start < 0 {
		return nil, fmt.Errorf("data: first batch %d, want at least 0", o.Start)
	}
	if n := max(1, o.Parts); o.Part < 0 || o.Part >= n || o.Batch%n != 0 {
		return nil, fmt.Errorf("data: part %d of %d of a batch of %d examples, want equal parts, counted from 0", o.Part, n, o.Batch)
	}
	const buffers = 2 // one in use, one on its way
	s := &Stream{
		ds: ds, o: o, perEpoch: ds.Len() / o.Batch, next: o.Start,
		free: make(chan *Batch, buffers), full: make(chan delivery, buffers),
		quit: make(chan struct{}), done: make(chan struct{}),
	}
	s.anew, _ = ds.(Anew)
	s.known, _ = ds.(Described)
	shape := append([]int{o.Batch}, ds.Schema().Shape()...)
	for range buffers {
		b := &Batch{Index: make([]int, o.Batch), X: tensor.New(shape...)}
		if s.known != nil {
			b.About = tensor.New(o.Batch, s.known.About().Width())
		}
		s.free <- b
	}
	go s.produce()
	return s, nil
}

// PerEpoch returns the number of batches in an epoch.
func (s *Stream) PerEpoch() int { return s.perEpoch }

// Next returns the next batch and reuses the one before. The error is that of reading
// an example, which includes panics of Read, or the end of ctx. After the latter the
// stream can go on.
func (s *Stream) Next(ctx context.Context) (*Batch, error) {
	if s.err != nil {
		return nil, s.err
	}
	if s.held != nil {
		s.free <- s.held
		s.held = nil
	}
	if ctx.Err() == nil {
		select {
		case d := <-s.full:
			if d.err != nil {
				s.err = fmt.Errorf("data: batch %d: %w", s.next, d.err)
				return nil, s.err
			}
			s.held = d.batch
			s.next++
			return d.batch, nil
		case <-ctx.Done():
		}
	}
	return nil, fmt.Errorf("data: batch %d: %w", s.next, context.Cause(ctx))
}

// Close ends the stream and waits until the data set is no longer read.
func (s *Stream) Close() {
	if s.err != errClosed {
		s.err = errClosed
		close(s.quit)
	}
	<-s.done
}

var errClosed = errors.New("data: the stream is closed")

// produce fills the free batches. It allocates only before the first.
func (s *Stream) produce() {
	defer close(s.done)
	order, epoch := make([]int, s.ds.Len()), -1
	for number := s.o.Start; ; number++ {
		var b *Batch
		select {
		case b = <-s.free:
		case <-s.quit:
			return
		}
		if b.Number, b.Epoch = number, number/s.perEpoch; b.Epoch != epoch {
			epoch = b.Epoch
			d := keyed.New(s.o.Seed, "order", uint64(epoch))
			d.Permute(order)
		}
		at := number % s.perEpoch * s.o.Batch
		copy(b.Index, order[at:])
		err := s.fill(b)
		s.full <- delivery{b, err} // has room for every batch there is
		if err != nil {
			return
		}
	}
}

func (s *Stream) fill(b *Batch) error {
	size := len(b.X.Data) / len(b.Index)
	lo, hi := s.part()
	for _, i := range b.Index[lo:hi] {
		fetch(s.ds, i, (*compact.Rows).FetchPlace)
	}
	for _, i := range b.Index[lo:min(lo+fetchedAhead, hi)] {
		fetch(s.ds, i, (*compact.Rows).Fetch)
	}
	for k := lo; k < hi; k++ {
		i := b.Index[k]
		if next := k + fetchedAhead; next < hi {
			fetch(s.ds, b.Index[next], (*compact.Rows).Fetch)
		}
		x := b.X.Data[k*size : (k+1)*size]
		var err error
		if s.anew != nil {
			err = readEpoch(s.anew, b.Epoch, i, x)
		} else {
			err = read(s.ds, i, x)
		}
		if err == nil && s.known != nil {
			width := b.About.Shape[1]
			err = readAbout(s.known, i, b.About.Data[k*width:(k+1)*width])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// part returns where the part of a batch that is read begins and ends.
func (s *Stream) part() (lo, hi int) {
	size := s.o.Batch / max(1, s.o.Parts)
	return s.o.Part * size, (s.o.Part + 1) * size
}

// fetchedAhead is how many examples of a batch are fetched before the first is read. They lie
// anywhere in memory.
const fetchedAhead = 8

// fetch calls f with what Read reads of an example, if that is bytes, for it to start to bring them to
// the processor's cache.
func fetch(ds Dataset, i int, f func(rows *compact.Rows, i int)) {
	switch s := ds.(type) {
	case *pictures:
		f(s.pixels, s.row(i))
	case unlabeled:
		fetch(s.p, i, f)
	case arraySet:
		if s.part.Bytes != nil {
			f(s.part.Bytes, s.index[i])
		}
	case describedArray:
		fetch(s.arraySet, i, f)
	case *partlyLabelled:
		fetch(s.Described, s.place(i), f)
	case binarized:
		fetch(s.ds, i, f)
	case describedBinarized:
		fetch(s.ds, i, f)
	case repeated:
		fetch(s.ds, i%s.ds.Len(), f)
	case describedRepeated:
		fetch(s.ds, i%s.ds.Len(), f)
	}
}
