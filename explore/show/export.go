package show

import (
	"context"
	"fmt"
	"strings"
	"time"

	"latentspace/explore"
	"latentspace/export/onnx"
	"latentspace/training"
)

// ExportOptions are those of [Export].
type ExportOptions struct {
	Format string // of the files: onnx
}

// Exported is what [Export] reports.
type Exported struct {
	Format string         `json:"format"`
	Files  []ExportedFile `json:"files"`
}

// ExportedFile is a file with its inputs and outputs.
type ExportedFile struct {
	Name    string   `json:"name"`
	Bytes   int      `json:"bytes"`
	Inputs  []string `json:"inputs"`
	Outputs []string `json:"outputs"`
}

func (e Exported) String() string {
	var b strings.Builder
	for _, f := range e.Files {
		fmt.Fprintf(&b, "  %-14s %12d bytes  %s to %s\n", f.Name, f.Bytes, strings.Join(f.Inputs, ", "), strings.Join(f.Outputs, ", "))
	}
	return b.String()
}

// Export writes the encoder and the decoder of a model, or its generator, to a folder: all files or
// none.
func Export(ctx context.Context, m *training.Trained, v ExportOptions, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := explore.OneOf("-format", v.Format, []string{"onnx"}); err != nil {
		return nil, err
	}
	dir := to.path(m, v.Format)
	if err := onnx.Writable(dir); err != nil {
		return nil, err
	}
	files, err := onnx.Of(m.Model, map[string]string{
		"experiment": m.Config.Name, "data": m.Config.DataKind(), "step": fmt.Sprint(m.Step),
	})
	if err != nil {
		return nil, err
	}
	if err := onnx.Write(ctx, dir, files); err != nil {
		return nil, err
	}
	e := Exported{Format: v.Format}
	for _, f := range files {
		e.Files = append(e.Files, ExportedFile{f.Name, len(f.Content), f.Inputs, f.Outputs})
	}
	return Report{written(m, start, len(files), dir), e}, nil
}
