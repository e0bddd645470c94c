package npy

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"latentspace/internal/untrusted"
)

// Archive is a .npz file that is open for reading: a zip file with a .npy file for
// each array.
type Archive struct {
	names []string
	files map[string]*zip.File
	o     Limits
}

// Limits are what an archive may have.
type Limits struct {
	Entries int // 0 for [untrusted.ArchiveEntries]
	// Ratio is how many times larger an array may be than what it is compressed to;
	// 0 for [untrusted.ArchiveRatio]. Deflate reaches 1,032, with zeros.
	Ratio int
}

// slack is a size up to which the ratio of an array does not matter.
const slack = 1 << 16

// OpenArchive reads the directory of a .npz file. Its entries are checked before any
// is opened: each has a plain name of its own, and is stored or deflated without
// encryption, in a part of the file that no other uses, and within the limits.
func OpenArchive(r io.ReaderAt, size int64, o Limits) (*Archive, error) {
	if o.Entries == 0 {
		o.Entries = int(untrusted.ArchiveEntries.Value())
	}
	if o.Ratio == 0 {
		o.Ratio = int(untrusted.ArchiveRatio.Value())
	}
	if head := untrusted.Head(r); len(head) > 0 && !bytes.HasPrefix(head, []byte("PK")) {
		if what, _ := untrusted.Recognise(head); what != "" {
			return nil, fmt.Errorf("npy: %w", untrusted.NotA("a NumPy archive (.npz)", head))
		}
	}
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("npy: %w", err)
	}
	if len(z.File) > o.Entries {
		return nil, fmt.Errorf("npy: %d entries, want at most %d", len(z.File), o.Entries)
	}
	a := &Archive{files: make(map[string]*zip.File, len(z.File)), o: o}
	var parts []part
	for _, f := range z.File {
		name := strings.TrimSuffix(f.Name, ".npy")
		if err := a.check(f, name); err != nil {
			return nil, fmt.Errorf("npy: %.100q: %w", f.Name, err)
		}
		at, err := f.DataOffset()
		if err != nil {
			return nil, fmt.Errorf("npy: %.100q: %w", f.Name, err)
		}
		if f.CompressedSize64 > uint64(size-min(at, size)) {
			return nil, fmt.Errorf("npy: %.100q: %d bytes from byte %d on, want them within the file's %d", f.Name, f.CompressedSize64, at, size)
		}
		parts = append(parts, part{f.Name, at, at + int64(f.CompressedSize64)})
		a.names = append(a.names, name)
		a.files[name] = f
	}
	slices.SortFunc(parts, func(p, q part) int { return cmp.Compare(p.from, q.from) })
	for i := range parts[min(1, len(parts)):] {
		if p, q := parts[i], parts[i+1]; q.from < p.to {
			return nil, fmt.Errorf("npy: %.100q: from byte %d on, within %.100q, which ends at %d", q.name, q.from, p.name, p.to)
		}
	}
	return a, nil
}

// part is where an entry is in the file.
type part struct {
	name     string
	from, to int64
}

func (a *Archive) check(f *zip.File, name string) error {
	switch {
	case !plain(name):
		return errors.New("not a plain name")
	case a.files[name] != nil:
		return errors.New("a second entry of this name")
	case f.Flags&1 != 0:
		return errors.New("encrypted")
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return fmt.Errorf("compressed by method %d, want 0 or 8: numpy's savez or savez_compressed", f.Method)
	case f.Method == zip.Store && f.CompressedSize64 != f.UncompressedSize64:
		return fmt.Errorf("%d bytes stored in %d, want as many", f.UncompressedSize64, f.CompressedSize64)
	case f.UncompressedSize64 > slack && f.UncompressedSize64/uint64(a.o.Ratio) > f.CompressedSize64:
		return fmt.Errorf("%d bytes compressed to %d, want at most %d to one", f.UncompressedSize64, f.CompressedSize64, a.o.Ratio)
	}
	return nil
}

// plain reports whether a name is that of an array and stays in its folder.
func plain(name string) bool {
	return name != "" && !strings.ContainsAny(name, "\\\x00") && !strings.HasPrefix(name, "/") && !strings.Contains("/"+name+"/", "/../")
}

// Names are those of the arrays, in the file's order.
func (a *Archive) Names() []string { return a.names }

// Open starts to read an array. Its shape is compared with the size of its entry,
// which deflate cannot exceed by more than the archive's Ratio. Several can be read
// at a time.
func (a *Archive) Open(name string) (*Array, error) {
	f, ok := a.files[name]
	if !ok {
		return nil, fmt.Errorf("npy: no array %q, want one of %.1000q", name, a.names)
	}
	x, err := open(f, name)
	if err != nil {
		return nil, fmt.Errorf("npy: %s: %w", name, err)
	}
	return x, nil
}

// Within is how many bytes an array may have that is packed as it is, so that a reader may set them aside
// at once: all of one that is only stored, and as many as gzip may make of a file.
func (a *Archive) Within(name string) int64 {
	f, ok := a.files[name]
	switch {
	case !ok:
		return 0
	case f.Method == zip.Store:
		return int64(f.CompressedSize64) // which is within the file
	}
	return int64(f.CompressedSize64) * min(untrusted.Gzip.Value(), int64(a.o.Ratio))
}

func open(f *zip.File, name string) (*Array, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	h, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	if got := h.size + h.bytes(); uint64(got) != f.UncompressedSize64 {
		return nil, fmt.Errorf("shape %v of %s and its header make %d bytes, want the %d of the entry", h.shape, h.typ, got, f.UncompressedSize64)
	}
	return newArray(r, name, h), nil
}
