package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"

	"latentspace/data"
	"latentspace/evaluation"
	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/internal/completion"
	"latentspace/training"
)

// command is a verb with its flags, those that all verbs have and its own.
type command struct {
	flags *flag.FlagSet

	run, checkpoint string
	best, invert    bool
	n               *int
	seed            *uint64
	data, split     *string
	out, shell      *string
	threads         *int
	asJSON          *bool

	writing func(*training.Trained) error // says how texts are written; nil of a verb that takes several runs

	do     func(explore.Options, show.Output) action
	doRuns func(explore.Options, show.Output, show.Runs) comparison // of a verb that takes several runs

	doServe func(context.Context, *command, explore.Options) (fmt.Stringer, error) // of a verb that opens runs itself
}

// newCommand makes the flags of a verb.
func newCommand(name string, v verb) *command {
	flags := flag.NewFlagSet("sample "+name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // mistakes are reported by who parses
	c := &command{flags: flags}
	if v.runs != nil {
		c.doRuns = v.runs(flags)
	} else {
		flags.StringVar(&c.run, "run", "", "the run's `folder` (default the newest under runs/)")
		flags.StringVar(&c.checkpoint, "checkpoint", "", "a checkpoint `file`, instead of a run")
		flags.BoolVar(&c.best, "best", false, "the run's best checkpoint, by what train.best names, instead of the newest")
		c.writing = decodingFlags(flags)
		if v.codes {
			flags.BoolVar(&c.invert, "invert", false, "find the codes of examples by descent through the decoder, for a model without an encoder; that is slow, so that without -n there are at most 1000")
		}
		if v.serve != nil {
			c.doServe = v.serve(flags)
		} else {
			c.do = v.setup(flags)
		}
	}
	many := "how many examples, or rows"
	if v.n == 0 {
		many = "examples at most (default what each part takes)"
	}
	c.n = flags.Int("n", v.n, many)
	c.seed = flags.Uint64("seed", 1, "seed of the draws")
	c.data = flags.String("data", "", "the `folder` that the data are in now, if they were moved")
	split := "test"
	if v.serve != nil {
		split = "train"
	}
	c.split = flags.String("split", split, "the split of the data: train, valid, test, or outliers where data.outliers sets some apart")
	out := "the `file` to write; its ending says how, see the verb (default beside the checkpoint)"
	if v.serve != nil {
		out = "write the page as one `file` of HTML that works without this program, and serve nothing"
	}
	if v.folder != "" {
		out = "the `folder` to write, which may not have other files (default " + v.folder + " beside the checkpoint)"
	}
	c.out = flags.String("o", "", out)
	c.asJSON = flags.Bool("json", false, "print the result as one JSON object on stdout")
	c.threads = flags.Int("threads", 0, "use at most `N` processors (default all)")
	c.shell = flags.String("completion", "", "print a script that completes this command in a `shell`: bash, zsh or fish")
	return c
}

// words are what a shell completes the values of flags by.
var words = completion.Words{
	"split": data.SplitNames, "among": data.SplitNames, "prior": {"model", "flow", "gaussian", "gmm", "kde", "aggregate"},
	"metrics": evaluation.Known(), "x": evaluation.Known(), "y": evaluation.Known(), "completion": completion.Shells(),
	"along": {"ganspace", "sefa"}, "format": {"huggingface", "onnx", "projector"},
}

// completed is the program with all of its verbs, for a script that completes them.
func completed() completion.Command {
	c := completion.Command{Name: "sample", Flags: completion.Flags(newCommand("draw", verbs["draw"]).flags, words)}
	for _, name := range slices.Sorted(maps.Keys(verbs)) {
		v := verbs[name]
		c.Verbs = append(c.Verbs, completion.Verb{
			Name: name, About: v.about, Files: v.runs != nil,
			Flags: completion.Flags(newCommand(name, v).flags, words),
		})
	}
	return c
}
