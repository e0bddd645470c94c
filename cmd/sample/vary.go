package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/training"
)

var vary = verb{
	codes: true,
	long:  true,
	about: "codes moved along the direction of an attribute, with a check of what else moves, or code arithmetic",
	n:     8,
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := explore.Vary{}
		var expression string
		flags.StringVar(&expression, "expr", "", "code arithmetic in place of an attribute, as in \"class:3 - class:8 + 16\": `expression` of means of classes and of examples by index, with scales, 0.5*12, and brackets; -n N shows also the rows of the N-1 next examples")
		flags.StringVar(&v.Attribute, "attribute", "", "`name` of a number that the data know of their examples, or name:class, such as class:3")
		flags.StringVar(&v.Direction, "direction", "", "a direction in place of an attribute, `METHOD:NUMBER` such as sefa:2, of those that traverse -along ganspace or sefa shows; nothing is fitted or checked")
		flags.StringVar(&v.Table, "attributes", "", "`file` with a table of attributes, in place of what the data know: a header, a row for each example of the training split, or of -split if it is given, or a column index that names the examples; numbers, or the words of classes; missing cells are left out; one row in five, chosen by the seed, is for the check")
		dialectFlag(flags, &v.Dialect)
		flags.StringVar(&v.Method, "method", "means", "how the direction is found: means of the codes, least-squares regression, or logistic regression for classes")
		flags.Func("against", "`attributes`, with commas, whose influence is removed from the direction", func(s string) error {
			for name := range strings.SplitSeq(s, ",") {
				v.Against = append(v.Against, strings.TrimSpace(name))
			}
			return nil
		})
		flags.BoolVar(&v.Conditional, "conditional", false, "remove the influence of all other attributes")
		flags.Func("strengths", "the strengths, as `numbers` with commas, in place of -steps and -range", func(s string) error {
			for number := range strings.SplitSeq(s, ",") {
				x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
				if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
					return fmt.Errorf("%q is not a number", number)
				}
				v.Strengths = append(v.Strengths, x)
			}
			return nil
		})
		flags.IntVar(&v.Steps, "steps", 9, "strengths in a row")
		flags.Float64Var(&v.Range, "range", 2, "strengths go from minus this to this")
		flags.IntVar(&v.From, "from", -1, "`index` in the split of the first example, the next follow; -1 for examples drawn by the seed")
		flags.BoolVar(&v.Draws, "draws", false, "vary random draws in place of examples")
		flags.IntVar(&v.Check, "check", 500, "how many held-out examples are checked")
		flags.Func("i", "a `file` of new examples that are varied, in place of examples of the split, on which the direction is still checked; may be repeated", func(path string) error {
			v.Files = append(v.Files, path)
			return nil
		})
		delay := flags.Duration("delay", 120*time.Millisecond, "time between the frames of the GIF")
		fit := fitFlag(flags, "the direction, the means and the prior")
		prior := priorFlags(flags, fit, false)
		told := conditionFlags(flags, oneClass)
		return func(o explore.Options, to show.Output) action {
			o = told(o)
			if expression != "" {
				if !given(flags, "n") {
					o.N = 1
				}
				e := explore.Expression{Options: o, Text: expression, Fit: *fit}
				return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
					if err := idle(flags, "-expr, which is arithmetic of codes", "attribute", "attributes", "dialect", "method", "against", "conditional", "strengths", "steps", "range",
						"from", "draws", "i", "check", "delay", "prior", "components", "direction"); err != nil {
						return nil, err
					}
					return show.Expression(ctx, m, e, to)
				}
			}
			if v.Direction != "" {
				o.Files = v.Files
				v.Options, v.Prior, v.Fit, to.Delay = o, prior(), *fit, *delay
				return sparing(to.File, v.Files, func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
					if err := idle(flags, "-direction, which needs no attribute", "attribute", "attributes", "dialect", "method", "against", "conditional", "check"); err != nil {
						return nil, err
					}
					return show.Walk(ctx, m, v, to)
				})
			}
			if v.Table != "" && !given(flags, "split") {
				o.Split = "train"
			}
			o.Files = v.Files
			v.Options, v.Prior, v.Fit, to.Delay = o, prior(), *fit, *delay
			return sparing(to.File, v.Files, bound(show.Vary, v, to))
		}
	},
}
