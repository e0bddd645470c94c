package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"latentspace/experiments"
	"latentspace/explore"
	"latentspace/training"
)

// inputFlag adds the flag for files of new examples. The function that it returns sets them in the
// options, once they are parsed.
func inputFlag(flags *flag.FlagSet) func(explore.Options) (explore.Options, error) {
	var files []string
	flags.Func("i", "a `file` of new examples of the kind that the model was trained on, in place of a split: a picture or a folder of them, a table, a file of text or the text itself, .npy, .npz, IDX or CIFAR's; may be repeated", func(path string) error {
		files = append(files, path)
		return nil
	})
	return func(o explore.Options) (explore.Options, error) {
		if len(files) > 0 && given(flags, "split") {
			return o, experiments.Usagef("-split and -i: the examples are those of a split or of files, not both")
		}
		if err := apart(flags.Lookup("o").Value.String(), files); err != nil {
			return o, err
		}
		o.Files = files
		return o, nil
	}
}

// apart reports a file to write that is one of those to read.
func apart(output string, files []string) error {
	to, err := os.Stat(output)
	if err != nil {
		return nil // there is none to write over
	}
	for _, file := range files {
		if from, err := os.Stat(file); err == nil && os.SameFile(from, to) {
			return experiments.Usagef("-o %s: a file of new examples, which would be written over, want another file", output)
		}
	}
	return nil
}

// sparing is an action that does not write over files that it reads.
func sparing(output string, files []string, do action) action {
	return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
		if err := apart(output, files); err != nil {
			return nil, err
		}
		return do(ctx, m)
	}
}

// inputFlags are [inputFlag] with the conditions that the model is told of new examples, for verbs
// that have no other use for them.
func inputFlags(flags *flag.FlagSet) func(explore.Options) (explore.Options, error) {
	input, told := inputFlag(flags), conditionFlags(flags, oneClass+", of all examples of -i")
	return func(o explore.Options) (explore.Options, error) {
		o, err := input(told(o))
		if err == nil && len(o.Files) == 0 && len(o.Conditions) > 0 {
			err = experiments.Usagef("-given and -class say of new examples what the data say of a split: they go with -i")
		}
		return o, err
	}
}
