package checkpoints

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file of another program is named, not measured as a header.
func TestFilesOfOtherProgramsAreNamed(t *testing.T) {
	for name, c := range map[string]struct{ bytes, want string }{
		"model.pt":   {"PK\x03\x04\x00\x00\x08\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x0e\x00\x00\x00model/data.pkl\x80\x02", "a PyTorch file, want a checkpoint, the .safetensors file of a run; models of other programs are not read"},
		"model.pkl":  {"\x80\x04\x95\x0b\x00\x00\x00\x00", "a pickle of Python, want a checkpoint"},
		"model.h5":   {"\x89HDF\r\n\x1a\n\x00\x00", "an HDF5 file, want a checkpoint"},
		"codes.npy":  {"\x93NUMPY\x01\x00v\x00", "an array of NumPy, want a checkpoint"},
		"page.html":  {"<!doctype html><html>", "an HTML page"},
		"config.yml": {"name: vae\nseed: 1\n", `a text that begins with "name: vae\nseed: 1\n", want a checkpoint`},
	} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(c.bytes), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(file); err == nil || !strings.Contains(err.Error(), file+": "+c.want) {
			t.Errorf("%s: got error %v, want %s", name, err, c.want)
		}
	}
}
