package main

import (
	"flag"
	"strconv"
	"time"

	"latentspace/explore"
	"latentspace/explore/show"
)

var interpolate = verb{
	codes: true,
	about: "rows of pictures from one code to another, as a strip and as a GIF",
	n:     8,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := explore.Interpolate{}
		flags.StringVar(&v.Method, "method", "slerp", "lerp, along a line, or slerp, along an arc")
		flags.IntVar(&v.Steps, "steps", 10, "pictures in a row, both ends among them")
		endFlag(flags, "from", &v.From, &v.FromFile, "where the first row begins: the index of an `example` in the split, -1 for random draws, or a file of new examples; the next follow it")
		endFlag(flags, "to", &v.To, &v.ToFile, "where the first row ends: the index of an `example`, or a file")
		delay := flags.Duration("delay", 80*time.Millisecond, "time between the frames of the GIF")
		prior := priorFlags(flags, fitFlag(flags, "the prior"), false)
		told := conditionFlags(flags, oneClass+"; those of both ends, such as 3,8, for rows that change it half way")
		return func(o explore.Options, to show.Output) action {
			v.Options, v.Prior, to.Delay = told(o), prior(), *delay
			return sparing(to.File, []string{v.FromFile, v.ToFile}, bound(show.Interpolate, v, to))
		}
	},
}

// endFlag adds a flag for an end of a row: the index of an example, or a file.
func endFlag(flags *flag.FlagSet, name string, index *int, file *string, usage string) {
	*index = -1
	flags.Func(name, usage, func(v string) error {
		k, err := strconv.Atoi(v)
		if *index, *file = k, ""; err != nil {
			*index, *file = -1, v
		}
		return nil
	})
}
