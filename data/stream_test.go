package data

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"latentspace/data/arrays"
	"latentspace/data/compact"
	"latentspace/example"
)

// ramp is a data set whose example i is filled with i/n.
type ramp struct{ n, size int }

func (r ramp) Len() int               { return r.n }
func (r ramp) Schema() example.Schema { return example.Points(r.size) }
func (r ramp) Read(i int, dst []float32) error {
	for k := range dst {
		dst[k] = float32(i) / float32(r.n)
	}
	return nil
}

// take returns the next n batches of a stream, copied.
func take(t *testing.T, ds Dataset, o StreamOptions, n int) []Batch {
	t.Helper()
	s, err := NewStream(ds, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var batches []Batch
	for range n {
		b, err := s.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		copied := Batch{Number: b.Number, Epoch: b.Epoch, Index: slices.Clone(b.Index), X: b.X.Clone()}
		if b.About != nil {
			copied.About = b.About.Clone()
		}
		batches = append(batches, copied)
	}
	return batches
}

func equal(a, b Batch) bool {
	return a.Number == b.Number && a.Epoch == b.Epoch && slices.Equal(a.Index, b.Index) && a.X.Equal(b.X)
}

func TestStreamGivesEveryExampleOnceInAnEpoch(t *testing.T) {
	const n, batch, perEpoch = 23, 5, 4
	var orders [][]int
	for epoch, rest := 0, take(t, ramp{n, 2}, StreamOptions{Batch: batch, Seed: 1}, 3*perEpoch); epoch < 3; epoch++ {
		var order []int
		for k, b := range rest[epoch*perEpoch : (epoch+1)*perEpoch] {
			if b.Number != epoch*perEpoch+k || b.Epoch != epoch {
				t.Errorf("got batch %d of epoch %d, want %d of %d", b.Number, b.Epoch, epoch*perEpoch+k, epoch)
			}
			if !slices.Equal(b.X.Shape, []int{batch, 2}) {
				t.Errorf("batch %d: shape %v, want [5 2]", b.Number, b.X.Shape)
			}
			for k, i := range b.Index {
				if got, want := b.X.Data[2*k], float32(i)/n; got != want {
					t.Errorf("batch %d, example %d: got %v, want %v", b.Number, i, got, want)
				}
			}
			order = append(order, b.Index...)
		}
		orders = append(orders, slices.Clone(order))
		slices.Sort(order)
		if len(slices.Compact(order)) != batch*perEpoch {
			t.Errorf("epoch %d repeats an example: %v", epoch, order)
		}
	}
	if slices.Equal(orders[0], orders[1]) {
		t.Errorf("two epochs have the same order %v", orders[0])
	}
}

func TestStreamStartsAnywhere(t *testing.T) {
	for _, binarize := range []bool{false, true} {
		o := StreamOptions{Batch: 4, Seed: 3}
		var ds Dataset = ramp{14, 9}
		if binarize {
			ds = Binarized(ds, 3)
		}
		whole := take(t, ds, o, 10)
		for start := range whole {
			o.Start = start
			for k, got := range take(t, ds, o, len(whole)-start) {
				if want := whole[start+k]; !equal(got, want) {
					t.Fatalf("started at %d, binarize %v: got batch %v, want %v", start, binarize, got, want)
				}
			}
		}
	}
}

func TestStreamHasWhatIsKnownBesideTheExamples(t *testing.T) {
	ds := open(t, fewGlyphs).Train
	known := ds.(Described)
	width := known.About().Width()
	row := make([]float32, width)
	for _, of := range []Dataset{ds, Binarized(ds, 1), Subset(ds, Some(ds.Len(), 30, 1, "test"))} {
		for _, b := range take(t, of, StreamOptions{Batch: 7, Seed: 1}, 5) {
			if b.About == nil || !slices.Equal(b.About.Shape, []int{7, width}) {
				t.Fatalf("batch %d has %v, want (7, %d)", b.Number, b.About, width)
			}
			for k, i := range b.Index {
				if err := of.(Described).ReadAbout(i, row); err != nil {
					t.Fatal(err)
				}
				if got := b.About.Data[k*width : (k+1)*width]; !slices.Equal(got, row) {
					t.Errorf("batch %d, example %d: got %v, want %v", b.Number, i, got, row)
				}
			}
		}
	}
	if b := take(t, ramp{9, 2}, StreamOptions{Batch: 3}, 1)[0]; b.About != nil {
		t.Errorf("of examples of which nothing is known there is %v", b.About)
	}
}

func TestReadBatchHasWhatIsKnown(t *testing.T) {
	ds := open(t, fewGlyphs).Train
	x, about := make([]float32, 3*784), make([]float32, 3*8)
	if err := ReadBatch(ds, 4, 7, x, about); err != nil {
		t.Fatal(err)
	}
	row := make([]float32, 8)
	for i := range 3 {
		if err := ds.(Described).ReadAbout(4+i, row); err != nil || !slices.Equal(row, about[8*i:8*i+8]) {
			t.Errorf("example %d: got %v, want %v, %v", 4+i, about[8*i:8*i+8], row, err)
		}
	}
	for want, err := range map[string]error{
		"data: examples 4 to 7: room for 23 values of what is known, want 24":           ReadBatch(ds, 4, 7, x, about[:23]),
		"data: examples 0 to 1: nothing is known of them, want a set that is described": ReadBatch(ramp{9, 2}, 0, 1, x[:2], about),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got error %v, want %q", err, want)
		}
	}
}

func TestStreamOrderDependsOnTheSeedAlone(t *testing.T) {
	a := take(t, ramp{50, 1}, StreamOptions{Batch: 10, Seed: 1}, 5)
	b := take(t, Binarized(ramp{50, 3}, 1), StreamOptions{Batch: 50, Seed: 1}, 1)
	c := take(t, ramp{50, 1}, StreamOptions{Batch: 50, Seed: 2}, 1)
	var order []int
	for _, x := range a {
		order = append(order, x.Index...)
	}
	if !slices.Equal(order, b[0].Index) {
		t.Errorf("seed 1: got order %v in tens, %v at once", order, b[0].Index)
	}
	if slices.Equal(order, c[0].Index) {
		t.Errorf("seeds 1 and 2 have the same order %v", order)
	}
}

// broken is a data set with one example that cannot be read.
type broken struct {
	ramp
	bad int
	err error // nil to panic
}

func (b broken) Read(i int, dst []float32) error {
	if i == b.bad && b.err == nil {
		panic("out of ink")
	}
	if i == b.bad {
		return b.err
	}
	return b.ramp.Read(i, dst)
}

func TestReadErrorsSurface(t *testing.T) {
	disk := errors.New("the disk is gone")
	for _, c := range []struct {
		name string
		ds   broken
		want string
	}{
		{"an error of Read", broken{ramp{6, 1}, 4, disk}, "example 4 of 6: the disk is gone"},
		{"a panic in Read", broken{ramp{6, 1}, 4, nil}, "example 4 of 6: panic: out of ink"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := NewStream(c.ds, StreamOptions{Batch: 6})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for range 2 { // and again
				if _, err := s.Next(t.Context()); err == nil || err.Error() != "data: batch 0: "+c.want {
					t.Errorf("Next: got error %v, want %q", err, "data: batch 0: "+c.want)
				} else if c.ds.err != nil && !errors.Is(err, disk) {
					t.Errorf("Next: error %v does not wrap %v", err, disk)
				}
			}
			if err := ReadBatch(c.ds, 2, 6, make([]float32, 4), nil); err == nil || err.Error() != "data: "+c.want {
				t.Errorf("ReadBatch: got error %v, want %q", err, "data: "+c.want)
			}
		})
	}
}

func TestWrongUseIsAnError(t *testing.T) {
	next := func(n int, o StreamOptions) error {
		s, err := NewStream(ramp{n, 2}, o)
		if err == nil {
			s.Close()
			_, err = s.Next(t.Context())
		}
		return err
	}
	readBatch := func(lo, hi, room int) error {
		return ReadBatch(ramp{5, 2}, lo, hi, make([]float32, room), nil)
	}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"a batch larger than the data set", next(5, StreamOptions{Batch: 6}), "data: batch of 6 examples, want 1 to the 5 of the data set"},
		{"an empty batch", next(5, StreamOptions{}), "data: batch of 0 examples, want 1 to the 5 of the data set"},
		{"a start before the first batch", next(5, StreamOptions{Batch: 5, Start: -1}), "data: first batch -1, want at least 0"},
		{"a stream that is closed", next(5, StreamOptions{Batch: 5}), "data: the stream is closed"},
		{"a range that ends behind the data set", readBatch(3, 6, 6), "data: examples 3 to 6, want a range within 0 to 5"},
		{"a range that starts below zero", readBatch(-1, 2, 6), "data: examples -1 to 2, want a range within 0 to 5"},
		{"a range that ends before its start", readBatch(3, 2, 0), "data: examples 3 to 2, want a range within 0 to 5"},
		{"room for less than the range", readBatch(0, 2, 3), "data: examples 0 to 2: room for 3 values, want 4"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("%s: got error %v, want %q", c.name, c.err, c.want)
		}
	}
}

func TestStreamStopsWithItsContextAndGoesOnWithAnother(t *testing.T) {
	s, err := NewStream(ramp{10, 1}, StreamOptions{Batch: 5})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("enough"))
	if _, err := s.Next(ctx); err == nil || !strings.Contains(err.Error(), "batch 0: enough") {
		t.Errorf("Next: got error %v, want one with batch 0: enough", err)
	}
	if b, err := s.Next(t.Context()); err != nil || b.Number != 0 {
		t.Errorf("Next: got %v, %v, want batch 0", b, err)
	}
}

func TestStreamDoesNotAllocate(t *testing.T) {
	known := open(t, fewGlyphs).Train
	s, err := NewStream(Binarized(known, 1), StreamOptions{Batch: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx := t.Context()
	if n := testing.AllocsPerRun(50, func() {
		if _, err := s.Next(ctx); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("Next: got %v allocations, want 0", n)
	}
}

func ExampleStream() {
	splits, err := Sources["ring"]().Open(context.Background())
	if err != nil {
		panic(err)
	}
	s, err := NewStream(splits.Train, StreamOptions{Batch: 100, Seed: 1})
	if err != nil {
		panic(err)
	}
	defer s.Close()
	b, err := s.Next(context.Background())
	if err != nil {
		panic(err)
	}
	fmt.Println("batch", b.Number, "of", s.PerEpoch(), "has the shape", b.X.Shape)
	// Output: batch 0 of 500 has the shape [100 2]
}

// BenchmarkStream shows what the goroutine takes off a training step.
func BenchmarkStream(b *testing.B) {
	g, err := drawGlyphs(b.Context(), 1, trainSplit, 1000)
	if err != nil {
		b.Fatal(err)
	}
	for name, ds := range map[string]Dataset{"grey": g, "binarized": Binarized(g, 1)} {
		b.Run(name, func(b *testing.B) {
			s, err := NewStream(ds, StreamOptions{Batch: 100})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			for b.Loop() {
				if _, err := s.Next(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(100*b.N)/b.Elapsed().Seconds(), "examples/s")
		})
	}
}

// Fetching looks only at bytes that there are, in sets of every kind that is fetched.
func TestStreamFetchesExamplesThatThereAre(t *testing.T) {
	pixels := make([]byte, 6*40)
	p := &pictures{height: 2, width: 3, labels: make([]byte, 40), classes: []string{"a", "b"}}
	for i := range pixels {
		pixels[i] = byte(i)
		p.labels[i/6] = byte(i / 6 % 2)
	}
	p.pixels = compact.Of(pixels, 6)
	some, err := PartlyLabelled(p, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	part := &arrays.Part{N: 40, Bytes: p.pixels}
	array := arraySet{p.Schema().Fields[0], part, []int{39, 0, 7}}
	for _, ds := range []Dataset{
		p, p.part([]int{7, 39, 0}), unlabeled{p}, some, array, describedArray{array}, Binarized(p, 1), Binarized(unlabeled{p}, 1), Repeated(p, 90), Repeated(unlabeled{p}, 90),
	} {
		for i := range ds.Len() {
			fetch(ds, i, (*compact.Rows).FetchPlace)
			fetch(ds, i, (*compact.Rows).Fetch)
		}
		want := make([]float32, 6)
		for _, b := range take(t, ds, StreamOptions{Batch: 3, Seed: 1}, ds.Len()/3) {
			for k, i := range b.Index {
				if anew, ok := ds.(Anew); ok {
					err = anew.ReadEpoch(0, i, want)
				} else {
					err = ds.Read(i, want)
				}
				if got := b.X.Data[6*k:][:6]; err != nil || !slices.Equal(got, want) {
					t.Fatalf("%T: example %d: got %v, want %v, %v", ds, i, got, want, err)
				}
			}
		}
	}
}

// A part of a batch is what a stream of whole batches has at its place, and the rest is not read.
func TestAPartOfABatchIsRead(t *testing.T) {
	ds := ramp{50, 3}
	whole, err := NewStream(ds, StreamOptions{Batch: 8, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()
	part, err := NewStream(ds, StreamOptions{Batch: 8, Seed: 3, Part: 2, Parts: 4})
	if err != nil {
		t.Fatal(err)
	}
	defer part.Close()
	for range 5 {
		a, errA := whole.Next(t.Context())
		b, errB := part.Next(t.Context())
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if !slices.Equal(a.Index, b.Index) {
			t.Errorf("batch %d has the examples %v, want %v", b.Number, b.Index, a.Index)
		}
		size := len(a.X.Data) / 8
		for i, v := range b.X.Data {
			want := float32(0)
			if example := i / size; example == 4 || example == 5 {
				want = a.X.Data[i]
			}
			if v != want {
				t.Fatalf("batch %d, value %d: %v, want %v", b.Number, i, v, want)
			}
		}
	}
	for _, wrong := range []StreamOptions{{Batch: 8, Part: 4, Parts: 4}, {Batch: 8, Part: -1}, {Batch: 8, Parts: 3}} {
		if _, err := NewStream(ds, wrong); err == nil || !strings.Contains(err.Error(), "want equal parts") {
			t.Errorf("%+v: got %v, want an error", wrong, err)
		}
	}
}
