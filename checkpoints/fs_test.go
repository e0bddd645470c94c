package checkpoints

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"latentspace/tensor"
)

func TestTheNewestSoundFileOfAFileSystemIsRead(t *testing.T) {
	file := func(value float32) *fstest.MapFile {
		x := tensor.New(1)
		x.Data[0] = value
		var b bytes.Buffer
		if err := Encode(&b, &Checkpoint{Tensors: map[string]*tensor.Tensor{"x": x}}); err != nil {
			t.Fatal(err)
		}
		return &fstest.MapFile{Data: b.Bytes()}
	}
	pipe := &fstest.MapFile{Mode: fs.ModeNamedPipe}
	files := fstest.MapFS{
		"run/step-00000001.safetensors": file(1), "run/step-00000002.safetensors": file(2),
		"run/step-00000003.safetensors": {Data: []byte("damaged")}, "run/step-00000004.safetensors": pipe,
		"run/step-5.safetensors": file(5), "none/run.json": {}, "all/step-00000007.safetensors": pipe,
	}
	c, name, err := LatestFS(files, "run")
	if err != nil || name != "run/step-00000002.safetensors" || c.Tensors["x"].Data[0] != 2 {
		t.Errorf("got %s, %v, want step 2", name, err)
	}
	files["run/step-00000006.safetensors"] = &fstest.MapFile{Data: seal(`{"__metadata__":{"checksum":"SUM","k":"`+strings.Repeat("x", 32<<20)+`"}}`, nil)}
	if _, _, err := LatestFS(files, "run"); err == nil || !strings.Contains(err.Error(), "step-00000006.safetensors: header: ") {
		t.Errorf("a file beyond a limit: got %v, want no older one in its place", err)
	}
	if _, _, err := LatestFS(files, "none"); !errors.Is(err, ErrNone) {
		t.Errorf("no checkpoint: got %v, want ErrNone", err)
	}
	if _, _, err := LatestFS(files, "all"); err == nil || !strings.Contains(err.Error(), "all/step-00000007.safetensors: mode p") {
		t.Errorf("a pipe: got %v, want its mode", err)
	}
}
