package main

import (
	"context"
	"flag"
	"fmt"

	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/training"
)

var exporter = verb{
	about:  "the encoder and the decoder, or the generator, as files that run without this program",
	folder: "one named after the format",
	setup: func(flags *flag.FlagSet) func(explore.Options, show.Output) action {
		v := show.ExportOptions{}
		flags.StringVar(&v.Format, "format", "onnx", "of the files: onnx")
		return func(_ explore.Options, to show.Output) action {
			return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
				if err := idle(flags, "export", append(decodingNames, "n", "seed", "split", "data")...); err != nil {
					return nil, err
				}
				return show.Export(ctx, m, v, to)
			}
		}
	},
}
