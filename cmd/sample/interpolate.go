package main

import (
	"flag"
	"time"

	"latentspace/explore"
	"latentspace/explore/show"
)

var interpolate = verb{
	about: "rows of pictures from one code to another, as a strip and as a GIF",
	n:     8,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := explore.Interpolate{}
		flags.StringVar(&v.Method, "method", "slerp", "lerp, along a line, or slerp, along an arc")
		flags.IntVar(&v.Steps, "steps", 10, "pictures in a row, both ends among them")
		flags.IntVar(&v.From, "from", -1, "`index` in the split of the example where the first row begins; the next follow it; -1 for random draws")
		flags.IntVar(&v.To, "to", -1, "`index` of the example where the first row ends")
		delay := flags.Duration("delay", 80*time.Millisecond, "time between the frames of the GIF")
		prior := priorFlags(flags, fitFlag(flags, "the prior"), false)
		told := conditionFlags(flags, oneClass+"; those of both ends, such as 3,8, for rows that change it half way")
		return func(o explore.Options, to show.Output) action {
			v.Options, v.Prior, to.Delay = told(o), prior(), *delay
			return bound(show.Interpolate, v, to)
		}
	},
}
