package files

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// some are the files of a tree, with one in each way hidden.
var some = map[string]string{
	"cats/a.png": "A", "cats/deep/b.png": "BB", "dogs/c.png": "CCC", "top.png": "",
	".DS_Store": "x", "cats/._a.png": "x", "__MACOSX/cats/a.png": "x", ".git/config": "x",
}

var time0 = time.Unix(1_700_000_000, 0)

func put(t testing.TB, path string, b []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func zipOf(t testing.TB, files map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, files[name])
	}
	z.Close()
	return b.Bytes()
}

func tarOf(t testing.TB, files map[string]string) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	names := slices.Sorted(maps.Keys(files))
	slices.Reverse(names) // archives have any order
	for _, name := range names {
		h := &tar.Header{Name: "./" + name, Mode: 0o644, Size: int64(len(files[name])), ModTime: time0}
		if strings.HasPrefix(name, "/") || strings.HasPrefix(name, "..") {
			h.Name = name
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, files[name])
	}
	w.Close()
	return b.Bytes()
}

func gzipped(b []byte) []byte {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(b)
	w.Close()
	return z.Bytes()
}

// contents reads all of a tree.
func contents(t *testing.T, tree *Tree) map[string]string {
	t.Helper()
	got := map[string]string{}
	err := tree.Each(t.Context(), func(int) bool { return true }, func(i int, b []byte, err error) error {
		if err != nil {
			t.Errorf("%s: %v", tree.Entries[i].Name, err)
		}
		got[tree.Entries[i].Name] = string(b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAFolderAndItsArchivesHaveTheSameFiles(t *testing.T) {
	dir := t.TempDir()
	for name, content := range some {
		put(t, filepath.Join(dir, "tree", name), []byte(content))
	}
	for path, what := range map[string]string{
		filepath.Join(dir, "tree"):                                   "a folder",
		put(t, filepath.Join(dir, "a.zip"), zipOf(t, some)):          "a zip archive",
		put(t, filepath.Join(dir, "a.tar"), tarOf(t, some)):          "a tar archive",
		put(t, filepath.Join(dir, "a.tgz"), gzipped(tarOf(t, some))): "a tar.gz archive",
	} {
		tree, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		var names []string
		for _, e := range tree.Entries {
			names = append(names, e.Name)
		}
		if want := "cats/a.png cats/deep/b.png dogs/c.png top.png"; strings.Join(names, " ") != want || tree.What != what || tree.Skipped["hidden"] != 4 {
			t.Errorf("%s: %v in %s, skipped %v, want %s in %s and 4 hidden", path, names, tree.What, tree.Skipped, want, what)
		}
		for name, content := range contents(t, tree) {
			if content != some[name] {
				t.Errorf("%s: %s has %q, want %q", path, name, content, some[name])
			}
		}
		var read []string
		tree.Each(t.Context(), func(i int) bool { return i == 2 }, func(i int, b []byte, err error) error {
			read = append(read, string(b))
			return err
		})
		if !slices.Equal(read, []string{"CCC"}) {
			t.Errorf("%s: one file: got %q", path, read)
		}
		stop := fmt.Errorf("stop")
		if err := tree.Each(t.Context(), func(int) bool { return true }, func(int, []byte, error) error { return stop }); err != stop {
			t.Errorf("%s: stopped by %v", path, err)
		}
	}
}

func TestLinksAreNotFollowedOutside(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege")
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "secret.png"), []byte("secret"))
	tree := filepath.Join(dir, "tree")
	put(t, filepath.Join(tree, "in", "a.png"), []byte("A"))
	for name, to := range map[string]string{"abs.png": filepath.Join(dir, "secret.png"), "up.png": "../secret.png", "out": "..", "same.png": "in/a.png", "loop": "in", "none.png": "nowhere"} {
		if err := os.Symlink(to, filepath.Join(tree, name)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Open(t.Context(), tree)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if c := contents(t, got); !maps.Equal(c, map[string]string{"in/a.png": "A", "same.png": "A"}) {
		t.Errorf("got %v", c)
	}
	if want := map[string]int{"links that lead outside or nowhere": 4, "links to folders": 1}; !maps.Equal(got.Skipped, want) {
		t.Errorf("skipped %v, want %v", got.Skipped, want)
	}
}

func TestArchivesThatAreDamagedOrHostileAreRefused(t *testing.T) {
	whole, archive := zipOf(t, some), tarOf(t, some)
	bomb := zipOf(t, map[string]string{"a.bmp": strings.Repeat("\x00", 40<<20)})
	twice := slices.Concat(archive[:len(archive)-1024], archive)
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"a zip that leads out", zipOf(t, map[string]string{"../a.png": ""}), `an entry is called "../a.png", want a name within the archive`},
		{"a zip with an absolute name", zipOf(t, map[string]string{"/etc/a.png": ""}), `an entry is called "/etc/a.png"`},
		{"a zip with a drive", zipOf(t, map[string]string{"c:/a.png": ""}), `an entry is called "c:/a.png"`},
		{"a zip with backslashes", zipOf(t, map[string]string{`..\a.png`: ""}), `an entry is called`},
		{"a tar that leads out", tarOf(t, map[string]string{"../a.png": ""}), `an entry is called "../a.png"`},
		{"a tar with an absolute name", gzipped(tarOf(t, map[string]string{"/a.png": ""})), `an entry is called "/a.png"`},
		{"a zip bomb", bomb, "41943040 bytes in an archive of "},
		{"a gzip bomb", gzipped(tarOf(t, map[string]string{"a.bmp": strings.Repeat("\x00", 40<<20)})), "bytes to one, want at most 100"},
		{"a cut zip", whole[:len(whole)/2], "zip: not a valid zip file"},
		{"a cut tar", tarOf(t, map[string]string{"a.png": strings.Repeat("A", 3000)})[:2000], "the archive is cut off"},
		{"a cut tar.gz", gzipped(archive)[:100], "the archive is cut off"},
		{"a tar with a file twice", twice, `is there twice`},
		{"a gzip file of something else", gzipped([]byte(strings.Repeat("text", 500))), "a gzip file, want a folder, or a zip, tar or tar.gz archive"},
		{"a text", []byte("hello"), `a text that begins with "hello", want a folder, or a zip, tar or tar.gz archive`},
		{"a picture", []byte("\x89PNG\r\n\x1a\n"), "a PNG picture, want a folder, or a zip, tar or tar.gz archive"},
		{"an archive of another kind", []byte("Rar!\x1a\x07"), "a RAR archive, want a folder, or a zip, tar or tar.gz archive; unpack it"},
	} {
		path := put(t, filepath.Join(t.TempDir(), "a"), c.file)
		tree, err := Open(t.Context(), path)
		if err == nil {
			tree.Close()
		}
		if err == nil || !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := Open(t.Context(), filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "there is no such file, want a folder") {
		t.Errorf("nothing there: %v", err)
	}
}

func TestAFileThatCannotBeReadIsItsOwnError(t *testing.T) {
	b := zipOf(t, map[string]string{"a.png": strings.Repeat("A", 100), "b.png": "BB"})
	b[40] ^= 0xff // within the first
	tree, err := Open(t.Context(), put(t, filepath.Join(t.TempDir(), "a.zip"), b))
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	var errs []string
	err = tree.Each(t.Context(), func(int) bool { return true }, func(i int, b []byte, err error) error {
		errs = append(errs, fmt.Sprint(string(b), " ", err))
		return nil
	})
	if err != nil || len(errs) != 2 || errs[1] != "BB <nil>" || !strings.Contains(errs[0], "zip: ") && !strings.Contains(errs[0], "flate: ") {
		t.Errorf("got %q, %v", errs, err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(io.ErrClosedPipe)
	if err := tree.Each(ctx, func(int) bool { return true }, func(int, []byte, error) error { return nil }); err != io.ErrClosedPipe {
		t.Errorf("after a cancel: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(zipOf(f, some))
	f.Add(tarOf(f, some))
	f.Add(gzipped(tarOf(f, some)))
	path := filepath.Join(f.TempDir(), "a")
	f.Fuzz(func(t *testing.T, b []byte) {
		put(t, path, b)
		tree, err := Open(t.Context(), path)
		if err != nil {
			return
		}
		defer tree.Close()
		n := 0
		err = tree.Each(t.Context(), func(int) bool { return true }, func(i int, b []byte, err error) error {
			n++
			if err == nil && int64(len(b)) != tree.Entries[i].Size {
				t.Errorf("%d bytes of %d", len(b), tree.Entries[i].Size)
			}
			return nil
		})
		if err == nil && n != len(tree.Entries) {
			t.Errorf("%d of %d files", n, len(tree.Entries))
		}
	})
}
