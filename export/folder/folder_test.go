package folder

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A folder is written whole or not at all, and nothing else of it goes.
func TestAFolderIsWrittenWholeOrNotAtAll(t *testing.T) {
	parent := t.TempDir()
	dir, names := filepath.Join(parent, "onnx"), []string{"encoder.onnx", "decoder.onnx", "generator.onnx"}
	content := func() (all []string) {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			b, _ := os.ReadFile(filepath.Join(dir, e.Name()))
			all = append(all, e.Name()+" "+string(b))
		}
		return all
	}
	write := func(ctx context.Context, want string, files ...File) {
		t.Helper()
		err := Write(ctx, dir, names, files)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	write(t.Context(), "", File{Name: "encoder.onnx", Content: []byte("a")}, File{Name: "decoder.onnx", Content: []byte("b")})
	write(t.Context(), "", File{Name: "generator.onnx", Content: []byte("c")})
	over, cancel := context.WithCancel(t.Context())
	cancel()
	write(over, "context canceled", File{Name: "decoder.onnx"})
	write(t.Context(), "no such file", File{Name: "decoder.onnx"}, File{Name: "no/folder"})
	if got := content(); !slices.Equal(got, []string{"generator.onnx c"}) {
		t.Errorf("the folder has %q", got)
	}
	if err := os.WriteFile(filepath.Join(dir, "notes"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	write(t.Context(), "has notes, want one that is new, empty or has an export alone", File{Name: "decoder.onnx"})
	if got := content(); !slices.Equal(got, []string{"generator.onnx c", "notes mine"}) {
		t.Errorf("the folder has %q", got)
	}
	if entries, err := os.ReadDir(parent); err != nil || len(entries) != 1 {
		t.Errorf("%v beside the folder, %v", entries, err)
	}
	for name, want := range map[string]string{filepath.Join(dir, "notes"): "want the name of a folder", filepath.Join(parent, "no", "folder"): "there is no folder"} {
		if err := Writable(name, names); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

// What a killed export has left beside its folder goes with the next, but nothing else does: what
// another export is writing, what has other files, what is of another folder.
func TestWhatAKilledExportHasLeftGoes(t *testing.T) {
	parent := t.TempDir()
	put := func(dir, file string, old bool) {
		t.Helper()
		dir = filepath.Join(parent, dir)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if past := time.Unix(0, 0); old {
			if err := os.Chtimes(dir, past, past); err != nil {
				t.Fatal(err)
			}
		}
	}
	put(".onnx-1.tmp", "a.onnx", true)
	put(".onnx-1.tmp.old", "a.onnx", true)
	put(".onnx-2.tmp.old", "a.onnx", true)
	stay := []string{".mine-8.tmp", ".onnx-3.tmp", ".onnx-3.tmp.old", ".onnx-4.tmp", ".onnx-5-6.tmp", ".onnx-7.tmp.new", "onnx"}
	put(".onnx-3.tmp", "a.onnx", false)
	put(".onnx-3.tmp.old", "a.onnx", true)
	put(".onnx-4.tmp", "mine", true)
	put(".onnx-5-6.tmp", "a.onnx", true)
	put(".onnx-7.tmp.new", "a.onnx", true)
	put(".mine-8.tmp", "a.onnx", true)
	if err := Write(t.Context(), filepath.Join(parent, "onnx"), []string{"a.onnx"}, []File{{Name: "a.onnx"}}); err != nil {
		t.Fatal(err)
	}
	var names []string
	entries, err := os.ReadDir(parent)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if err != nil || !slices.Equal(names, stay) {
		t.Errorf("%q stay, %v, want %q", names, err, stay)
	}
}
