package soundset

import (
	"context"
	"fmt"

	"latentspace/data/about"
	"latentspace/example"
	"latentspace/internal/untrusted"
	"latentspace/kernel"
	"latentspace/sound"
)

// Recipe is sounds that the program makes.
type Recipe struct {
	Reading
	N      int
	Schema example.Schema // of the spectrograms
	About  example.Schema // of what is known
	// Sound fills in the samples of sound i, as many as an example has, and what is known of it, and
	// returns its name. It is called for several at a time.
	Sound func(i int, samples, about []float32) (name string)
}

// Make makes sounds, on all processors.
func Make(ctx context.Context, r Recipe) (*Set, error) {
	f, width := r.Schema.Fields[0], r.Schema.Width()
	if err := untrusted.Values.Check(2 * int64(r.N) * int64(width)); err != nil {
		return nil, fmt.Errorf("%d sounds of %d values take %w", r.N, width, err)
	}
	s := &Set{
		schema: r.Schema, levels: make([]uint16, r.N*width), names: make([]string, r.N),
		known: about.Known{Schema: r.About, Values: make([]float32, r.N*r.About.Width())},
	}
	const block, grain = 1024, 8
	t := sound.New(f)
	for at := 0; at < r.N; at += block {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		kernel.For(min(block, r.N-at), grain, func(lo, hi int) {
			x, levels := make([]float32, f.Sound.Samples(f.Shape[1])), make([]float32, width)
			for i := at + lo; i < at+hi; i++ {
				s.names[i] = r.Sound(i, x, s.known.Values[i*r.About.Width():(i+1)*r.About.Width()])
				t.Levels(r.prepare(x, f.Sound.Rate), levels)
				s.keep(i, levels)
			}
		})
	}
	return s, nil
}
