package data

import "latentspace/example"

// Repeated returns a data set with its examples over and over, as often as makes at least least of
// them; the set itself if it has as many. Where the set is [Anew], an example is another one each
// time that it comes in an epoch. The result is [Described] where the set is.
func Repeated(ds Dataset, least int) Dataset {
	n := ds.Len()
	if n == 0 || n >= least {
		return ds
	}
	r := repeated{ds: ds, times: (least + n - 1) / n}
	if known, ok := ds.(Described); ok {
		return describedRepeated{r, known}
	}
	return r
}

type repeated struct {
	ds    Dataset
	times int
}

// Len implements [Dataset].
func (r repeated) Len() int { return r.times * r.ds.Len() }

// Schema implements [Dataset].
func (r repeated) Schema() example.Schema { return r.ds.Schema() }

// Read implements [Dataset].
func (r repeated) Read(i int, dst []float32) error {
	if err := checkIndex(i, r.Len()); err != nil {
		return err
	}
	return r.ds.Read(i%r.ds.Len(), dst)
}

// ReadEpoch implements [Anew]: time t that an example comes in an epoch it is that of epoch
// epoch·times + t.
func (r repeated) ReadEpoch(epoch, i int, dst []float32) error {
	if err := checkIndex(i, r.Len()); err != nil {
		return err
	}
	n := r.ds.Len()
	if anew, ok := r.ds.(Anew); ok {
		return anew.ReadEpoch(epoch*r.times+i/n, i%n, dst)
	}
	return r.ds.Read(i%n, dst)
}

// describedRepeated is a repeated set that is [Described].
type describedRepeated struct {
	repeated
	known Described
}

// About implements [Described].
func (r describedRepeated) About() example.Schema { return r.known.About() }

// ReadAbout implements [Described].
func (r describedRepeated) ReadAbout(i int, dst []float32) error {
	if err := checkIndex(i, r.Len()); err != nil {
		return err
	}
	return r.known.ReadAbout(i%r.ds.Len(), dst)
}
