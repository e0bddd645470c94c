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
	about:  "the encoder and the decoder, or the generator, as files that run without this program",
	folder: "one named after the format",
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := show.ExportOptions{}
		flags.StringVar(&v.Format, "format", "onnx", "of the files: huggingface or onnx")
		return func(_ explore.Options, to show.Output) action {
			return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
				without := append(slices.Clone(decodingNames), "n", "seed", "split")
				if v.Format != "huggingface" { // which has reconstructions
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
