package show

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"latentspace/explore"
	"latentspace/export/folder"
	"latentspace/export/huggingface"
	"latentspace/export/onnx"
	"latentspace/export/projector"
	"latentspace/training"
)

// ExportOptions are those of [Export].
type ExportOptions struct {
	explore.Options        // of the examples whose codes projector has; N is 0 for [mostPoints]
	Format          string // of the files: huggingface, onnx or projector
}

// mostPoints is the number of points that projector has if no other is asked for: the Projector's page
// computes t-SNE of no more.
const mostPoints = 10_000

// Exported is what [Export] reports.
type Exported struct {
	Format string         `json:"format"`
	Files  []ExportedFile `json:"files"`
}

// ExportedFile is a file, with the inputs and outputs of one of ONNX.
type ExportedFile struct {
	Name    string   `json:"name"`
	Bytes   int      `json:"bytes"`
	Inputs  []string `json:"inputs,omitempty"`
	Outputs []string `json:"outputs,omitempty"`
}

func (e Exported) String() string {
	var b strings.Builder
	for _, f := range e.Files {
		fmt.Fprintf(&b, "  %-18s %12d bytes", f.Name, f.Bytes)
		if len(f.Inputs) > 0 {
			fmt.Fprintf(&b, "  %s to %s", strings.Join(f.Inputs, ", "), strings.Join(f.Outputs, ", "))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// format is a way in which a model leaves this program.
type format struct {
	names []string // of all the files that it may have
	files func(context.Context, *training.Trained, explore.Options) ([]exportedFile, error)
}

// formats are those of [ExportOptions], by name.
var formats = map[string]format{
	"huggingface": {huggingface.Names(), exportHuggingFace},
	"onnx":        {onnx.Names(), exportONNX},
	"projector":   {projector.Names(), exportProjector},
}

// exportedFile is a file that is to be written.
type exportedFile struct {
	ExportedFile
	content []byte
}

// Export writes a model to a folder: all files or none.
func Export(ctx context.Context, m *training.Trained, v ExportOptions, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := explore.OneOf("-format", v.Format, slices.Sorted(maps.Keys(formats))); err != nil {
		return nil, err
	}
	f := formats[v.Format]
	dir := to.path(m, v.Format)
	if err := folder.Writable(dir, f.names); err != nil {
		return nil, err
	}
	all, err := f.files(ctx, m, v.Options)
	if err != nil {
		return nil, err
	}
	e := Exported{Format: v.Format}
	var files []folder.File
	for _, f := range all {
		f.Bytes = len(f.content)
		e.Files = append(e.Files, f.ExportedFile)
		files = append(files, folder.File{Name: f.Name, Content: f.content})
	}
	if err := folder.Write(ctx, dir, f.names, files); err != nil {
		return nil, err
	}
	return Report{written(m, start, len(files), dir), e}, nil
}

// exportONNX are the encoder and the decoder of a model, or its generator.
func exportONNX(_ context.Context, m *training.Trained, _ explore.Options) ([]exportedFile, error) {
	files, err := graphs(m)
	if err != nil {
		return nil, err
	}
	var all []exportedFile
	for _, f := range files {
		all = append(all, exportedFile{ExportedFile{Name: f.Name, Inputs: f.Inputs, Outputs: f.Outputs}, f.Content})
	}
	return all, nil
}

// exportProjector are the codes of examples, as the Embedding Projector shows them.
func exportProjector(ctx context.Context, m *training.Trained, o explore.Options) ([]exportedFile, error) {
	if o.N == 0 {
		o.N = mostPoints
	}
	ds, index, err := o.Take(ctx, m)
	if err != nil {
		return nil, err
	}
	files, err := projector.Points{Name: m.Config.Name, Model: m.Model, Set: ds, Index: index}.Files(ctx)
	if err != nil {
		return nil, err
	}
	var all []exportedFile
	for _, f := range files {
		all = append(all, exportedFile{ExportedFile{Name: f.Name}, f.Content})
	}
	return all, nil
}

// graphs are the files of ONNX of a model.
func graphs(m *training.Trained) ([]onnx.File, error) {
	return onnx.Of(m.Model, map[string]string{
		"experiment": m.Config.Name, "data": m.Config.DataKind(), "step": fmt.Sprint(m.Step),
	})
}
