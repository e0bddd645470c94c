package main

import (
	"context"
	"flag"
	"fmt"
	"slices"

	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/training"
)

var exporter = verb{
	about:  "the encoder and the decoder, or the generator, as files that run without this program, or codes for the Embedding Projector",
	folder: "one named after the format",
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := show.ExportOptions{}
		flags.StringVar(&v.Format, "format", "onnx", "of the files: huggingface, onnx, or projector for codes of examples")
		return func(o explore.Options, to show.Output) action {
			v.Options = o
			return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
				without := slices.Clone(decodingNames)
				if v.Format != "projector" {
					without = append(without, "n", "seed", "split")
				}
				if v.Format == "onnx" { // the others have examples
					without = append(without, "data")
				}
				if err := idle(flags, "export", without...); err != nil {
					return nil, err
				}
				return show.Export(ctx, m, v, to)
			}
		}
	},
}
