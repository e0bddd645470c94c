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
		flags.StringVar(&v.Method, "method", "", "pca, tsne, umap, or plain for two dimensions as they are (default plain for two, pca for more)")
		flags.StringVar(&v.Space, "space", "", "what is placed: codes or data (default codes where the model encodes)")
		perplexity := flags.Float64("perplexity", 30, "of t-SNE: how many neighbours count, at most a third of the examples, which it is for few")
		iterations := flags.Int("iterations", 1000, "of t-SNE (default of more than 100000 examples 350)")
		tsne, umap := tsneFlags(flags), umapFlags(flags)
		flags.BoolVar(&files.Thumbnails, "thumbnails", false, "draw the pictures themselves in place of dots, as many as have room")
		flags.BoolVar(&v.Manifold, "manifold", false, "insist on the grid of what the decoder makes of the plane, which a latent space of two dimensions gets")
		flags.StringVar(&files.Save, "save", "", "write the map to this `file`, by pca unless -method says tsne or umap")
		flags.StringVar(&v.Load, "load", "", "place the examples, and those of -i, on the map in this `file`")
		flags.Func("i", "a `file` of new examples, which are placed on the map of the split; may be repeated", func(path string) error {
			v.Files = append(v.Files, path)
			return nil
		})
		told := conditionFlags(flags, oneClass)
		return func(o explore.Options, to show.Output) action {
			added := v.Files
			v.Options, files.Output = told(o), to
			v.Files = added
			v.Perplexity, v.Iterations = givenOf(flags, "perplexity", perplexity), givenOf(flags, "iterations", iterations)
			v.TSNE, v.UMAP = tsne(), umap()
			return sparing(to.File, v.Files, bound(show.Map, v, files))
		}
	},
}

// tsneFlags are those of a map by t-SNE.
func tsneFlags(flags *flag.FlagSet) func() explore.TSNE {
	v := explore.TSNE{}
	flags.StringVar(&v.Affinities, "affinities", "", "of t-SNE: gaussian, by the perplexity, or uniform, the same for the nearest -neighbours, which is quicker (default gaussian)")
	flags.StringVar(&v.Search, "search", "", "of t-SNE: how neighbours are found, exact or clustered, which finds most of them in a fraction of the time (default exact for up to 100000 examples)")
	probes := flags.Int("probes", 12, "of t-SNE with a clustered search: in how many cells it looks; more find more")
	exaggeration := flags.Float64("exaggeration", 12, "of t-SNE: what attraction is multiplied by at first")
	early := flags.Int("early", 250, "of t-SNE: how many iterations exaggerate (default of more than 100000 examples 50)")
	late := flags.Float64("late", 1, "of t-SNE: what attraction is multiplied by later; more sets clusters apart")
	rate := flags.Float64("rate", 0, "of t-SNE: the rate of learning, as openTSNE counts it (default the number of examples over -exaggeration, of more than 100000 examples four times that)")
	momentum := flags.Float64("momentum", 0.8, "of t-SNE: the share of its step that a point makes again, after the early iterations (default of more than 100000 examples 0.9)")
	return func() explore.TSNE {
		v.Momentum = givenOf(flags, "momentum", momentum)
		v.Probes, v.Exaggeration = givenOf(flags, "probes", probes), givenOf(flags, "exaggeration", exaggeration)
		v.Early, v.Late, v.Rate = givenOf(flags, "early", early), givenOf(flags, "late", late), givenOf(flags, "rate", rate)
		return v
	}
}

// umapFlags are those of a map by UMAP.
func umapFlags(flags *flag.FlagSet) func() explore.UMAP {
	neighbours := flags.Int("neighbours", 15, "of umap: how many examples are the neighbourhood of one, itself among them; more show the whole, fewer the detail; of t-SNE, with -affinities uniform: how many nearest ones count")
	minDist := flags.Float64("min-dist", 0.1, "of umap: how near to each other examples may lie, up to -spread (default a tenth of it)")
	spread := flags.Float64("spread", 1, "of umap: the scale of the map")
	mix := flags.Float64("mix", 1, "of umap: 1 joins two examples if one is a neighbour of the other, 0 if each is")
	epochs := flags.Int("epochs", 0, "of umap (default 500 for up to 10,000 examples, 200 for more)")
	negative := flags.Float64("negative", 5, "of umap: how strongly examples repel each other")
	start := flags.String("start", "", "of umap: pca or random; of t-SNE: pca, or the .csv of a map of the same examples, which goes on as it is with -early 0 (default pca)")
	dims := flags.Int("dims", 2, "of umap: 2, or 3 for a map in space, whose coordinates are in the .csv and whose chart shows the first two")
	return func() explore.UMAP {
		return explore.UMAP{
			Neighbours: givenOf(flags, "neighbours", neighbours), MinDist: givenOf(flags, "min-dist", minDist),
			Spread: givenOf(flags, "spread", spread), Mix: givenOf(flags, "mix", mix),
			Epochs: givenOf(flags, "epochs", epochs), Negative: givenOf(flags, "negative", negative), Start: *start,
			Dims: givenOf(flags, "dims", dims),
		}
	}
}

// givenOf is the value of a flag that was given, nil of one that was not.
func givenOf[T any](flags *flag.FlagSet, name string, v *T) *T {
	if !given(flags, name) {
		return nil
	}
	return v
}
