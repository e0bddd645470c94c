package pixelcache

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"latentspace/data/files"
	"latentspace/data/locate"
	"latentspace/data/picture"
	"latentspace/internal/untrusted"
)

var small = picture.Options{Height: 4, Width: 4}

func put(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// paint is a PNG file of a colour with the number i.
func paint(t testing.TB, i int) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 5, 5))
	for k := range 25 {
		m.Set(k%5, k/5, color.NRGBA{uint8(i), uint8(i >> 8), 7, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// album is a folder of n pictures, some of them damaged, and other files.
func album(t testing.TB, n int) string {
	dir := t.TempDir()
	for i := range n {
		b := paint(t, i)
		if i%50 == 3 {
			b = b[:40]
		}
		put(t, filepath.Join(dir, fmt.Sprintf("%04d.png", i)), b)
	}
	put(t, filepath.Join(dir, "README"), []byte("text"))
	put(t, filepath.Join(dir, "notes.txt"), []byte("text"))
	return dir
}

// home makes an empty folder for caches.
func home(t testing.TB) {
	for _, key := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData", "home"} {
		t.Setenv(key, t.TempDir())
	}
}

// opened opens a folder, and returns how many files had to be read.
func opened(t testing.TB, dir string) (*Cache, int) {
	t.Helper()
	tree, err := files.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	read := 0
	c, err := Open(t.Context(), tree, small, func(_, total int) { read = total })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, read
}

// Where nothing may be written, a cache is read as it is, and one that is not there or lacks a file is an
// error that leaves no trace.
func TestACacheThatIsOnlyRead(t *testing.T) {
	home(t)
	dir := album(t, 30)
	look := func() (*Cache, error) {
		tree, err := files.Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		return Open(locate.ReadOnly(t.Context()), tree, small, nil)
	}
	if _, err := look(); err == nil || !strings.Contains(err.Error(), "nothing is written here") {
		t.Errorf("without a cache: %v", err)
	}
	root, err := root()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(root); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder for caches was made: %v", err)
	}
	want, _ := opened(t, dir)
	pixels, journal := bytesOf(t, dir)
	c, err := look()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	check(t, c, 30)
	if !slices.Equal(c.Pictures, want.Pictures) {
		t.Error("other pictures than those of the cache")
	}
	put(t, filepath.Join(dir, "0031.png"), paint(t, 31))
	if _, err := look(); err == nil || !strings.Contains(err.Error(), "not all in the cache") {
		t.Errorf("a file that the cache lacks: %v", err)
	}
	p, j := bytesOf(t, dir)
	if !bytes.Equal(p, pixels) || !bytes.Equal(j, journal) {
		t.Error("the cache was changed")
	}
	at, err := Folder(dir, small)
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(at, journalName), journal[:len(journal)-5])
	if _, err := look(); err == nil {
		t.Error("half a journal is read")
	}
	if _, j := bytesOf(t, dir); !bytes.Equal(j, journal[:len(journal)-5]) {
		t.Error("half a journal was changed")
	}
}

// check compares every picture with its file.
func check(t *testing.T, c *Cache, n int) {
	t.Helper()
	if c.Len()+len(c.Damaged) != n {
		t.Fatalf("%d pictures and %d damaged ones, want %d", c.Len(), len(c.Damaged), n)
	}
	b := make([]byte, small.Size())
	for i, p := range c.Pictures {
		var number int
		fmt.Sscanf(p.Name, "%d.png", &number)
		if err := c.Read(i, b); err != nil || b[0] != byte(number) || b[1] != byte(number>>8) || b[47] != 7 || sha256.Sum256(b) != p.Sum {
			t.Fatalf("%s begins with %v, %v", p.Name, b[:3], err)
		}
	}
}

// bytesOf are the two files of the cache of a folder.
func bytesOf(t *testing.T, dir string) (pixels, journal []byte) {
	t.Helper()
	at, err := Folder(dir, small)
	if err != nil {
		t.Fatal(err)
	}
	pixels, err = os.ReadFile(filepath.Join(at, pixelsName))
	if err != nil {
		t.Fatal(err)
	}
	journal, err = os.ReadFile(filepath.Join(at, journalName))
	if err != nil {
		t.Fatal(err)
	}
	return pixels, journal
}

func TestPicturesAreKept(t *testing.T) {
	home(t)
	dir := album(t, 300)
	c, read := opened(t, dir)
	check(t, c, 300)
	if read != 301 || len(c.Damaged) != 6 || c.Damaged[0].Name != "0003.png" || c.Skipped[".txt files"] != 1 || c.Skipped["files that are no pictures"] != 1 {
		t.Errorf("%d files read, damaged %v, skipped %v", read, c.Damaged, c.Skipped)
	}
	again, read := opened(t, dir)
	check(t, again, 300)
	if read != 0 || !slices.Equal(again.Pictures, c.Pictures) || !slices.Equal(again.Damaged, c.Damaged) {
		t.Errorf("%d files read again, want none", read)
	}
}

func TestTheBytesDoNotDependOnTheNumberOfProcessors(t *testing.T) {
	dir := album(t, 300)
	var want []byte
	for _, n := range []int{1, 3, 8} {
		home(t)
		before := runtime.GOMAXPROCS(n)
		opened(t, dir)
		runtime.GOMAXPROCS(before)
		pixels, journal := bytesOf(t, dir)
		if got := append(pixels, journal...); want == nil {
			want = got
		} else if !bytes.Equal(got, want) {
			t.Errorf("%d processors: other bytes than with 1", n)
		}
	}
}

// A process that is killed leaves any part of what it would have written.
func TestReadingGoesOnAfterAKill(t *testing.T) {
	home(t)
	dir := album(t, 300)
	opened(t, dir)
	pixels, journal := bytesOf(t, dir)
	at, _ := Folder(dir, small)
	for _, c := range []struct {
		name            string
		pixels, journal int
		most            int // files that are read again
	}{
		{"at the beginning", 0, 0, 301},
		{"within the header", 0, 5, 301},
		{"after the first block, within the next", 280 * 48, len(journal) * 9 / 10, 301 - 256},
		{"before the seal", len(pixels), len(journal) - 3, 0},
		{"in a power cut that lost pixels", 200 * 48, len(journal) - 14, 301},
		{"in a power cut that lost all pixels", 0, len(journal), 301},
	} {
		put(t, filepath.Join(at, pixelsName), pixels[:c.pixels])
		put(t, filepath.Join(at, journalName), journal[:c.journal])
		got, read := opened(t, dir)
		check(t, got, 300)
		if read > c.most {
			t.Errorf("killed %s: %d files read again, want at most %d", c.name, read, c.most)
		}
		if _, none := opened(t, dir); none != 0 {
			t.Errorf("killed %s: %d files read a third time", c.name, none)
		}
	}
}

func TestChangedFilesAreReadAnew(t *testing.T) {
	home(t)
	dir := album(t, 20)
	opened(t, dir)
	first := filepath.Join(dir, "0000.png")
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(first, later, later); err != nil { // the same content
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "0001.png"), paint(t, 257))
	if err := os.Rename(filepath.Join(dir, "0001.png"), filepath.Join(dir, "0257.png")); err != nil {
		t.Fatal(err)
	}
	pixels, _ := bytesOf(t, dir)
	c, read := opened(t, dir)
	check(t, c, 20)
	more, _ := bytesOf(t, dir)
	if read != 2 || len(more) != len(pixels)+48 {
		t.Errorf("%d files read and %d bytes more, want 2 and those of the new content", read, len(more)-len(pixels))
	}
}

func TestAChangedCacheIsNoticed(t *testing.T) {
	home(t)
	dir := album(t, 20)
	c, _ := opened(t, dir)
	at, _ := Folder(dir, small)
	path := filepath.Join(at, pixelsName)
	b, _ := bytesOf(t, dir)
	b[48*5+7] ^= 1
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(b, 0); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Second)
	os.Chtimes(path, later, later) // clocks of file systems may be coarse
	bad := 0
	for i := range c.Len() {
		if err := c.Read(i, make([]byte, 48)); err != nil {
			bad++
			if want := path + ": the pixels have another checksum; remove it, and the pictures are read anew"; err.Error() != want {
				t.Errorf("got error %v, want %s", err, want)
			}
		}
	}
	if bad != 1 {
		t.Errorf("%d pictures have another checksum, want 1", bad)
	}
	anew, read := opened(t, dir)
	check(t, anew, 20)
	if read != 1 {
		t.Errorf("%d files read again, want 1", read)
	}
	if err := os.Truncate(path, 100); err != nil {
		t.Fatal(err)
	}
	if err := anew.Read(anew.Len()-1, make([]byte, 48)); err == nil || !strings.Contains(err.Error(), "the file is cut off") {
		t.Errorf("got error %v, want one of a cut file", err)
	}
	whole, _ := opened(t, dir)
	check(t, whole, 20)
}

func TestOtherOptionsAreAnotherCache(t *testing.T) {
	home(t)
	dir := album(t, 1)
	one, _ := Folder(dir, small)
	for name, o := range map[string]picture.Options{
		"size": {Height: 5, Width: 4}, "grey": {Height: 4, Width: 4, Grey: true}, "pad": {Height: 4, Width: 4, Pad: true},
		"background": {Height: 4, Width: 4, Background: picture.Colour{1}},
	} {
		if other, err := Folder(dir, o); err != nil || other == one {
			t.Errorf("%s: the same folder, %v", name, err)
		}
	}
}

func TestOldCachesAreRemoved(t *testing.T) {
	home(t)
	old, fresh := album(t, 2), album(t, 3)
	opened(t, old)
	at, _ := Folder(old, small)
	long := time.Now().Add(-unused - time.Hour)
	if err := os.Chtimes(filepath.Join(at, journalName), long, long); err != nil {
		t.Fatal(err)
	}
	opened(t, fresh)
	if _, err := os.Stat(at); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the old cache is still there: %v", err)
	}
	if _, read := opened(t, fresh); read != 0 {
		t.Error("the new cache is gone, too")
	}
}

func TestFilesThatMayBeReadNowAreTriedAgain(t *testing.T) {
	read := [16]byte{1}
	for name, c := range map[string]struct {
		r    record
		want bool
	}{
		"a picture":                   {record{size: 5, stamp: 7, content: read}, true},
		"a picture of another size":   {record{size: 6, stamp: 7, content: read}, false},
		"a picture of another time":   {record{size: 5, stamp: 8, content: read}, false},
		"a damaged one":               {record{size: 5, stamp: 7, content: read, why: "PNG: the file is cut off"}, true},
		"a file that was not allowed": {record{size: 5, stamp: 7, why: "permission denied"}, false},
		"a picture beyond a limit":    {record{size: 5, stamp: 7, content: read, why: untrusted.Pixels.Check(1 << 40).Error()}, false},
	} {
		if got := c.r.current(files.Entry{Size: 5, Stamp: 7}); got != c.want {
			t.Errorf("%s is as it was: got %v, want %v", name, got, c.want)
		}
	}
}
