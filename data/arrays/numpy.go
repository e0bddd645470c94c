package arrays

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"latentspace/data/npy"
	"latentspace/internal/untrusted"
)

// ratio is how many times larger an array may be than in its archive: white drawings on black
// compress by 180 to one.
const ratio = 256

// readArray reads a .npy file of size bytes.
func readArray(ctx context.Context, r io.Reader, size int64) (*raw, error) {
	t, err := loadFile(ctx, r, size)
	if err != nil {
		return nil, err
	}
	return &raw{examples: [roles]*tensor{train: t}}, nil
}

// loadFile reads the array of a .npy file of size bytes.
func loadFile(ctx context.Context, r io.Reader, size int64) (*tensor, error) {
	a, err := npy.Open(r, "array")
	if err != nil {
		return nil, err
	}
	if a.Left() > size {
		return nil, fmt.Errorf("shape %v, which is more than the %d bytes of the file", a.Shape, size)
	}
	return load(ctx, "the array", a, size)
}

// readArchive reads the arrays of a .npz file that have the examples and what is known of them.
func readArchive(ctx context.Context, r io.ReaderAt, size int64, o Options) (*raw, error) {
	archive, err := npy.OpenArchive(r, size, npy.Limits{Ratio: max(ratio, int(untrusted.ArchiveRatio.Value()))})
	if err != nil {
		return nil, err
	}
	names := archive.Names()
	of, err := choose(archive, o)
	if err != nil {
		return nil, err
	}
	out := &raw{}
	used := map[string]bool{}
	open := func(name string) (*tensor, error) {
		used[name] = true
		a, err := archive.Open(name)
		if err != nil {
			return nil, err
		}
		return load(ctx, name, a, archive.Within(name))
	}
	for role := range roles {
		if of.examples[role] == "" {
			continue
		}
		if out.examples[role], err = open(of.examples[role]); err != nil {
			return nil, err
		}
		if of.labels[role] == "" {
			continue
		}
		t, err := open(of.labels[role])
		if err != nil {
			return nil, fmt.Errorf("%w; classes as words become numbers by np.unique(y, return_inverse=True)", err)
		}
		if out.labels[role], err = labelsOf(t, out.examples[role].rows(), baseOf(of.labels[role])); err != nil {
			return nil, err
		}
	}
	var unread []string
	for _, name := range names {
		if !used[name] {
			unread = append(unread, name)
		}
	}
	if len(names) > 1 {
		out.note("the examples are the array %s", of.said())
	}
	if len(unread) > 0 {
		out.note("not read: %s", strings.Join(unread[:min(8, len(unread))], ", "))
	}
	return out, nil
}

// beside looks for a file of labels beside one of examples, such as kmnist-train-labels.npz beside
// kmnist-train-imgs.npz, where the examples have no labels of their own.
func (r *raw) beside(ctx context.Context, path string) error {
	if r.labels[train] != nil || r.examples[train] == nil || r.examples[valid] != nil || r.examples[test] != nil {
		return nil
	}
	for _, name := range labelFiles(filepath.Base(path)) {
		other := filepath.Join(filepath.Dir(path), name)
		if _, err := os.Stat(other); err != nil {
			continue
		}
		t, err := labelTensor(ctx, other)
		if err != nil {
			return fmt.Errorf("the labels beside it: %s: %w", name, err)
		}
		if r.labels[train], err = labelsOf(t, r.examples[train].rows(), "class"); err != nil {
			return fmt.Errorf("the labels beside it: %s: %w", name, err)
		}
		r.note("the classes are those of %s beside it", name)
		return nil
	}
	return nil
}

// labelTensor reads a file that has one array, of labels.
func labelTensor(ctx context.Context, path string) (*tensor, error) {
	f, size, err := untrusted.Open(path)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close()
	head := untrusted.Head(f)
	switch {
	case strings.HasPrefix(string(head), "\x93NUMPY"):
		return loadFile(ctx, f, size)
	case strings.HasPrefix(string(head), "PK"):
		archive, err := npy.OpenArchive(f, size, npy.Limits{Ratio: max(ratio, int(untrusted.ArchiveRatio.Value()))})
		if err != nil {
			return nil, err
		}
		names := archive.Names()
		if len(names) != 1 {
			return nil, fmt.Errorf("arrays %.400q, want one", names)
		}
		a, err := archive.Open(names[0])
		if err != nil {
			return nil, err
		}
		return load(ctx, names[0], a, archive.Within(names[0]))
	}
	r, err := readIDX(f, head)
	if err != nil {
		return nil, err
	}
	return r.examples[train], nil
}

var errNoArrays = errors.New("no arrays, want one of examples")

// distinct reports whether no string is twice in a list.
func distinct(list []string) bool {
	sorted := slices.Sorted(slices.Values(list))
	return len(slices.Compact(sorted)) == len(list)
}
