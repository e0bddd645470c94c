package pixelcache

import (
	"context"
	"crypto/sha256"
	"hash/crc32"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"latentspace/data/files"
	"latentspace/data/picture"
	"latentspace/data/progress"
)

// A block is read, decoded and written together: so many files, or fewer large ones. What is lost
// when the process is killed is one block.
const (
	blockFiles = 256
	blockBytes = 32 << 20
)

// task is a file of a block.
type task struct {
	record
	from, to int   // of the content in the block's bytes
	err      error // why it could not be read
	row      []byte
	again    *record // a record of a file with the same content
}

// block is files that were read and wait to be decoded.
type block struct {
	tasks   []task
	content []byte
	pixels  []byte
}

// build reads the files that the cache lacks. Files are read by one goroutine, block by block, while
// the block before is decoded by all processors: what is written does not depend on their number.
func (b *builder) build(ctx context.Context, t *files.Tree, report progress.Func) error {
	lacks := make([]bool, len(t.Entries))
	if total := b.lacking(t, lacks); total > 0 {
		b.changed = true
		if err := b.readAll(ctx, t, lacks, total, report); err != nil {
			return err
		}
	}
	return b.sealed()
}

// lacking finds the files that the cache lacks, and returns how many they are.
func (b *builder) lacking(t *files.Tree, lacks []bool) int {
	total := 0
	for i, e := range t.Entries {
		if _, skip := passedOver(e.Name); skip {
			continue
		}
		if r := b.records[e.Name]; r == nil || !r.current(e) {
			lacks[i] = true
			total++
		}
	}
	return total
}

func (b *builder) readAll(ctx context.Context, t *files.Tree, lacks []bool, total int, report progress.Func) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	full, free := make(chan *block, 1), make(chan *block, 3)
	for range cap(free) {
		free <- &block{}
	}
	var unread error // why reading ended
	go func() {
		defer close(full)
		k := <-free
		send := func() error {
			select {
			case full <- k:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			select {
			case k = <-free:
				k.tasks, k.content = k.tasks[:0], k.content[:0]
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		unread = t.Each(ctx, func(i int) bool { return lacks[i] }, func(i int, content []byte, err error) error {
			e := t.Entries[i]
			from := len(k.content)
			k.content = append(k.content, content...)
			k.tasks = append(k.tasks, task{record: record{name: e.Name, size: e.Size, stamp: e.Stamp}, from: from, to: len(k.content), err: err})
			if len(k.tasks) < blockFiles && len(k.content) < blockBytes {
				return nil
			}
			return send()
		})
		if unread == nil && len(k.tasks) > 0 {
			unread = send()
		}
	}()
	// Decoders allocate every picture anew. Where the program collects garbage early, as train does,
	// that would take a fifth of the time; the blocks bound the memory.
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	readers := make([]picture.Reader, runtime.GOMAXPROCS(0))
	done := 0
	for k := range full {
		b.decode(k, readers)
		if err := b.write(k); err != nil {
			cancel(err)
			for range full { // until the reader has stopped
			}
			return err
		}
		done += len(k.tasks)
		report(done, total)
		free <- k
	}
	return unread
}

// decode decodes the files of a block.
func (b *builder) decode(k *block, readers []picture.Reader) {
	size := b.o.Size()
	if need := len(k.tasks) * size; cap(k.pixels) < need {
		k.pixels = make([]byte, need)
	}
	k.pixels = k.pixels[:len(k.tasks)*size]
	var next atomic.Int64
	var wait sync.WaitGroup
	for w := range readers {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(k.tasks); i = int(next.Add(1)) - 1 {
				b.decodeOne(&readers[w], &k.tasks[i], k.content[k.tasks[i].from:k.tasks[i].to], k.pixels[i*size:(i+1)*size])
			}
		})
	}
	wait.Wait()
}

func (b *builder) decodeOne(r *picture.Reader, t *task, file, row []byte) {
	if t.err != nil {
		t.why = t.err.Error()
		return
	}
	hash := sha256.Sum256(file)
	copy(t.content[:], hash[:])
	if t.again = b.content[t.content]; t.again != nil {
		return
	}
	if _, ok := picture.Recognise(file[:min(len(file), picture.HeadSize)]); !ok && !picture.Named(t.name) {
		t.why, t.foreign = "files that are no pictures", true
		return
	}
	info, err := r.Read(file, row, b.o)
	if err != nil {
		t.why = err.Error()
		return
	}
	t.row, t.info = row, info
	t.crc, t.sum = crc32.Checksum(row, castagnoli), sha256.Sum256(row)
}

// write writes the pixels of a block, one after another, and then its frame.
func (b *builder) write(k *block) error {
	size := b.o.Size()
	first := b.rows
	pixels := k.pixels[:0]
	var frame []byte
	for i := range k.tasks {
		t := &k.tasks[i]
		r := t.record
		if t.again != nil {
			r.row, r.crc, r.sum, r.info = t.again.row, t.again.crc, t.again.sum, t.again.info
		} else if r.why == "" {
			r.row = first + len(pixels)/size
			pixels = append(pixels, t.row...) // to the left in the same memory, or where it is
		}
		frame = r.append(frame)
		b.add(&r)
	}
	if _, err := b.pixels.WriteAt(pixels, int64(first)*int64(size)); err != nil {
		return err
	}
	return b.journal.append(frame)
}
