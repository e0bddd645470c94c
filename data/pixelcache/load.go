package pixelcache

import (
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"latentspace/data/picture"
)

// seal is the frame that ends a journal when all is on the disk.
var seal = []byte("sealed")

// builder adds to a cache.
type builder struct {
	o        picture.Options
	identity string
	dir      string
	journal  journal
	pixels   *os.File
	rows     int // of pixels
	changed  bool

	records map[string]*record   // the newest of each name
	content map[[16]byte]*record // of files that were read, by their content
}

// newBuilder opens the files of a cache, to be read alone or to be added to.
func newBuilder(dir, identity string, o picture.Options, how int) (*builder, error) {
	j, err := os.OpenFile(filepath.Join(dir, journalName), how, 0o644)
	if err != nil {
		return nil, err
	}
	p, err := os.OpenFile(filepath.Join(dir, pixelsName), how, 0o644)
	if err != nil {
		j.Close()
		return nil, err
	}
	return &builder{o: o, identity: identity, dir: dir, journal: journal{f: j}, pixels: p}, nil
}

// load reads the journal, as far as it is whole. Pixels that it does not know, or that have changed,
// are forgotten.
func (b *builder) load() error {
	b.records, b.content, b.rows = map[string]*record{}, map[[16]byte]*record{}, 0
	first, err := b.journal.next(nil)
	if errors.Is(err, io.EOF) || err == nil && !bytes.Equal(first, []byte(b.identity)) {
		return b.reset()
	}
	if err != nil {
		return err
	}
	var frame []byte
	whole := false // the last frame says that all before it is on the disk
	for {
		end := b.journal.end
		if frame, err = b.journal.next(frame); errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if whole = bytes.Equal(frame, seal); whole {
			continue
		}
		for p := (parser{b: frame}); len(p.b) > 0; {
			r, err := p.record()
			if err != nil { // another program wrote it
				b.journal.end = end
				return b.reset()
			}
			b.add(&r)
		}
	}
	return b.verify(whole)
}

// reset begins the cache anew.
func (b *builder) reset() error {
	b.records, b.content, b.rows, b.journal.end, b.changed = map[string]*record{}, map[[16]byte]*record{}, 0, 0, true
	for _, f := range []*os.File{b.journal.f, b.pixels} {
		if err := f.Truncate(0); err != nil {
			return err
		}
	}
	return b.journal.append([]byte(b.identity))
}

// add makes a record the newest of its name.
func (b *builder) add(r *record) {
	b.records[r.name] = r
	if r.why == "" {
		b.content[r.content] = r
		b.rows = max(b.rows, r.row+1)
	}
}

// verify compares pixels with their checksums. If the journal is whole and the pixels are no newer,
// they are as they were written, and it does nothing.
func (b *builder) verify(whole bool) error {
	pixels, err := b.pixels.Stat()
	if err != nil {
		return err
	}
	journal, err := b.journal.f.Stat()
	if err != nil {
		return err
	}
	size := int64(b.o.Size())
	if whole && journal.Size() == b.journal.end && pixels.Size() == int64(b.rows)*size && !pixels.ModTime().After(journal.ModTime()) {
		return nil
	}
	b.changed = true
	var all []*record
	for _, r := range b.records {
		if r.why == "" {
			all = append(all, r)
		}
	}
	bad := make([]bool, len(all))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			row := make([]byte, size)
			for i := int(next.Add(1)) - 1; i < len(all); i = int(next.Add(1)) - 1 {
				_, err := b.pixels.ReadAt(row, int64(all[i].row)*size)
				bad[i] = err != nil || crc32.Checksum(row, castagnoli) != all[i].crc
			}
		})
	}
	wait.Wait()
	b.rows = 0
	for i, r := range all {
		if bad[i] {
			delete(b.records, r.name)
			delete(b.content, r.content)
		} else {
			b.rows = max(b.rows, r.row+1)
		}
	}
	if err := b.journal.f.Truncate(b.journal.end); err != nil { // a block that was being written
		return err
	}
	return b.pixels.Truncate(int64(b.rows) * size)
}

// sealed makes what was written durable, and the journal no older than the pixels.
func (b *builder) sealed() error {
	if b.changed {
		if err := b.pixels.Sync(); err != nil {
			return err
		}
		if err := b.journal.append(seal); err != nil {
			return err
		}
		if err := b.journal.f.Sync(); err != nil {
			return err
		}
	}
	now := time.Now() // when the cache was last used, too
	if info, err := b.pixels.Stat(); err == nil && info.ModTime().After(now) {
		now = info.ModTime()
	}
	return os.Chtimes(b.journal.f.Name(), now, now)
}
