package main

import (
	"flag"

	"latentspace/explore"
	"latentspace/explore/show"
)

var planeMap = verb{
	codes: true,
	long:  true,
	about: "a split's codes, or the data themselves, in the plane: a chart coloured by class as .png and .svg, and .csv",
	n:     10_000,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v, files := explore.Map{}, show.MapOutput{}
		flags.StringVar(&v.Method, "method", "", "pca, tsne, or plain for two dimensions as they are (default plain for two, pca for more)")
		flags.StringVar(&v.Space, "space", "", "what is placed: codes or data (default codes where the model encodes)")
		perplexity := flags.Float64("perplexity", 30, "of t-SNE: how many neighbours count, at most a third of the examples, which it is for few")
		iterations := flags.Int("iterations", 1000, "of t-SNE")
		flags.BoolVar(&files.Thumbnails, "thumbnails", false, "draw the pictures themselves in place of dots, as many as have room")
		flags.BoolVar(&v.Manifold, "manifold", false, "insist on the grid of what the decoder makes of the plane, which a latent space of two dimensions gets")
		flags.StringVar(&files.Save, "save", "", "write the pca map to this `file`")
		flags.StringVar(&v.Load, "load", "", "place by the pca map of this `file`")
		flags.Func("i", "a `file` of new examples, which are placed on the map of the split; may be repeated", func(path string) error {
			v.Files = append(v.Files, path)
			return nil
		})
		told := conditionFlags(flags, oneClass)
		return func(o explore.Options, to show.Output) action {
			added := v.Files
			v.Options, files.Output = told(o), to
			v.Files = added
			if given(flags, "perplexity") {
				v.Perplexity = perplexity
			}
			if given(flags, "iterations") {
				v.Iterations = iterations
			}
			return sparing(to.File, v.Files, bound(show.Map, v, files))
		}
	},
}
