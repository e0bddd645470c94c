package files

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
)

// zip lists a zip archive.
func (t *Tree) zip(ctx context.Context, f *os.File, size int64) error {
	z, err := zip.NewReader(f, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	t.source = &zipped{f: f, files: z.File}
	total := uint64(0)
	for k, file := range z.File {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		name, err := inside(file.Name)
		if err != nil {
			return err
		}
		if total += min(file.UncompressedSize64, 1<<40); total > 1<<50 {
			total = 1 << 50
		}
		if err := exceeds(int64(total), size); err != nil {
			return err
		}
		switch mode := file.Mode(); {
		case mode.IsDir():
			continue
		case !mode.IsRegular():
			t.Skipped["links and other files that are not regular"]++
			continue
		}
		stamp := int64(file.CRC32)<<32 ^ file.Modified.Unix()
		if err := t.add(Entry{Name: name, Size: int64(file.UncompressedSize64), Stamp: stamp, at: int64(k)}); err != nil {
			return err
		}
	}
	return nil
}

type zipped struct {
	f     *os.File
	files []*zip.File
}

func (s *zipped) each(_ context.Context, entries []Entry, wanted func(i int) bool, f func(i int, content []byte, err error) error) error {
	// In the order in which the archive has them, so that the disk is read forwards.
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(entries[a].at, entries[b].at) })
	var content []byte
	for _, i := range order {
		if !wanted(i) {
			continue
		}
		var err error
		content, err = s.read(s.files[entries[i].at], content)
		if err := f(i, content, err); err != nil {
			return err
		}
	}
	return nil
}

func (s *zipped) read(file *zip.File, into []byte) ([]byte, error) {
	if file.Flags&1 != 0 {
		return into[:0], errors.New("encrypted")
	}
	if err := exceeds(int64(file.UncompressedSize64), int64(file.CompressedSize64)); err != nil {
		return into[:0], err
	}
	r, err := file.Open()
	if err != nil {
		return into[:0], fmt.Errorf("zip: %w", err)
	}
	defer r.Close()
	into, err = filled(into, int64(file.UncompressedSize64), r)
	if err == nil { // the checksum is compared at the end
		if n, end := r.Read(make([]byte, 1)); n > 0 || end != nil && end.Error() != "EOF" {
			err = fmt.Errorf("zip: more than %d bytes, or %w", file.UncompressedSize64, end)
		}
	}
	return into, err
}

func (s *zipped) close() error { return s.f.Close() }
