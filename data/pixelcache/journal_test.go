package pixelcache

import (
	"os"
	"path/filepath"
	"testing"

	"latentspace/data/picture"
)

func FuzzJournal(f *testing.F) {
	dir := f.TempDir()
	b, err := newBuilder(dir, "id", small, os.O_RDWR|os.O_CREATE)
	if err != nil {
		f.Fatal(err)
	}
	b.load()
	r := record{name: "a.png", size: 3, stamp: 4, row: 0, info: picture.Info{Format: picture.PNG, Mode: picture.Grey, Width: 1, Height: 2, Turned: true}}
	bad := record{name: "b.png", why: "damaged"}
	b.pixels.WriteAt(make([]byte, small.Size()), 0)
	b.journal.append(bad.append(r.append(nil)))
	b.sealed()
	seed, err := os.ReadFile(filepath.Join(dir, journalName))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add(seed[:len(seed)/2])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, journal []byte) {
		put(t, filepath.Join(dir, journalName), journal)
		b, err := newBuilder(dir, "id", small, os.O_RDWR|os.O_CREATE)
		if err != nil {
			t.Fatal(err)
		}
		defer b.pixels.Close()
		defer b.journal.f.Close()
		if err := b.load(); err != nil {
			t.Fatal(err)
		}
		for name, r := range b.records {
			again, err := (&parser{b: r.append(nil)}).record()
			if err != nil || again != *r || name != r.name {
				t.Fatalf("%+v is read back as %+v, %v", *r, again, err)
			}
		}
	})
}
