// Package pixelcache keeps the pixels of pictures in a file, all of one size, so that pictures are
// decoded once and a set of them may be larger than memory.
//
// A cache is a folder with two files that only grow: pixels has the bytes of pictures one after
// another, and journal what became of each file, in blocks with checksums. A process that is killed
// leaves whole blocks, and the next one goes on after them. A file that has changed since is read
// anew, unless its content is known by its SHA-256.
package pixelcache

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"latentspace/checkpoints"
	"latentspace/data/files"
	"latentspace/data/locate"
	"latentspace/data/picture"
	"latentspace/data/progress"
)

// The files of a cache.
const (
	pixelsName  = "pixels"
	journalName = "journal"
)

// Cache is the pictures of a tree as bytes, in the order of their names.
type Cache struct {
	o      picture.Options
	path   string
	pixels interface {
		io.ReaderAt
		io.Closer
	}
	rows []place

	Pictures []Picture
	Damaged  []Damaged      // in the order of their names
	Skipped  map[string]int // how many files were passed over, by the reason
}

// place is where the pixels of a picture are.
type place struct {
	row int
	crc uint32
}

// Picture is what is known of a picture besides its pixels.
type Picture struct {
	Name string // of the file
	Info picture.Info
	Sum  [32]byte // SHA-256 of its pixels
}

// Damaged is a file that could not be read.
type Damaged struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

// Folder returns the folder of the cache of a path: one for each path, options and version of what
// decodes them, within the user's folder for caches.
func Folder(path string, o picture.Options) (string, error) {
	root, err := root()
	if err != nil {
		return "", err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	key := sha256.Sum256([]byte(identity(abs, o)))
	return filepath.Join(root, hex.EncodeToString(key[:8])), nil
}

// root is the folder of all caches.
func root() (string, error) {
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "latentspace", "images"), err
}

// identity is what a cache is of. The decoders are those of Go's release.
func identity(abs string, o picture.Options) string {
	return fmt.Sprintf("version %d with %s of %+v: %s\n", picture.Version, runtime.Version(), o, abs)
}

// Open returns the cache of a tree, and reads what it lacks on all processors. If another process is
// reading the same tree, it waits for it. Caches that were not opened for long are removed. Where nothing
// may be written, a cache that lacks anything is an error: see [locate.ReadOnly].
func Open(ctx context.Context, t *files.Tree, o picture.Options, report progress.Func) (*Cache, error) {
	dir, err := Folder(t.Path, o)
	if err != nil {
		return nil, fmt.Errorf("no folder to keep pictures in: %w; set HOME, or XDG_CACHE_HOME to a folder", err)
	}
	abs, err := filepath.Abs(t.Path)
	if err != nil {
		return nil, err
	}
	if locate.IsReadOnly(ctx) {
		return look(dir, identity(abs, o), t, o)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	prune(filepath.Dir(dir), dir, time.Now())
	release, err := checkpoints.Lock(dir)
	for errors.Is(err, checkpoints.ErrInUse) {
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(100 * time.Millisecond):
			release, err = checkpoints.Lock(dir)
		}
	}
	if err != nil {
		return nil, err
	}
	c, err := openAt(ctx, dir, identity(abs, o), t, o, report)
	if err = errors.Join(err, release()); err != nil {
		return nil, err
	}
	return c, nil
}

// openAt opens the cache in a folder that is locked.
func openAt(ctx context.Context, dir, identity string, t *files.Tree, o picture.Options, report progress.Func) (_ *Cache, err error) {
	b, err := newBuilder(dir, identity, o, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err = errors.Join(err, b.journal.f.Close()); err != nil {
			b.pixels.Close()
		}
	}()
	if err := b.load(); err != nil {
		return nil, err
	}
	if err := b.build(ctx, t, report); err != nil {
		return nil, err
	}
	return b.cache(t), nil
}

// look opens the cache in a folder for reading alone. Files that are open so cannot be written by what
// mends a cache.
func look(dir, identity string, t *files.Tree, o picture.Options) (*Cache, error) {
	b, err := newBuilder(dir, identity, o, os.O_RDONLY)
	if err == nil {
		defer b.journal.f.Close()
		err = b.load()
		if err == nil && !b.changed && b.lacking(t, make([]bool, len(t.Entries))) == 0 {
			return b.cache(t), nil
		}
		b.pixels.Close()
	}
	return nil, fmt.Errorf("the pictures of %s are not all in the cache, and nothing is written here: sample reconstruct reads them into it", t.Path)
}

// cache is what the builder has of a tree.
func (b *builder) cache(t *files.Tree) *Cache {
	c := &Cache{o: b.o, path: b.pixels.Name(), pixels: b.pixels, Skipped: map[string]int{}}
	for why, n := range t.Skipped {
		c.Skipped[why] = n
	}
	for _, e := range t.Entries {
		if why, skip := passedOver(e.Name); skip {
			c.Skipped[why]++
			continue
		}
		switch r := b.records[e.Name]; {
		case r == nil: // it was removed from an archive while it was read
			c.Damaged = append(c.Damaged, Damaged{e.Name, "it is gone"})
		case r.foreign:
			c.Skipped[r.why]++
		case r.why != "":
			c.Damaged = append(c.Damaged, Damaged{e.Name, r.why})
		default:
			c.rows = append(c.rows, place{r.row, r.crc})
			c.Pictures = append(c.Pictures, Picture{e.Name, r.info, r.sum})
		}
	}
	return c
}

// passedOver returns why a file is not looked into, by its name: it is not called as a picture. A
// file whose name has no ending is looked into.
func passedOver(name string) (why string, skip bool) {
	if format, ok := picture.Foreign(name); ok {
		return format + " pictures, which are not read", true
	}
	ending := strings.ToLower(filepath.Ext(name))
	if picture.Named(name) || ending == "" {
		return "", false
	}
	const longest = 12 // of what is still an ending
	if len(ending) > longest {
		return "", false
	}
	return ending + " files", true
}

// Len is how many pictures there are.
func (c *Cache) Len() int { return len(c.rows) }

// Read reads the pixels of picture i. Pixels that have changed since they were written are an error.
func (c *Cache) Read(i int, dst []byte) error {
	p := c.rows[i]
	size := int64(c.o.Size())
	if _, err := c.pixels.ReadAt(dst[:size], int64(p.row)*size); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("the file is cut off")
		}
		return c.changed(err)
	}
	if crc32.Checksum(dst[:size], castagnoli) != p.crc {
		return c.changed(errors.New("the pixels have another checksum"))
	}
	return nil
}

func (c *Cache) changed(err error) error {
	return fmt.Errorf("%s: %w; remove it, and the pictures are read anew", c.path, cmp.Or(errors.Unwrap(err), err))
}

// Close closes the file of pixels.
func (c *Cache) Close() error { return c.pixels.Close() }
