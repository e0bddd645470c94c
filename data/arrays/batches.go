package arrays

import (
	"archive/tar"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"latentspace/data/compact"
	"latentspace/data/locate"
	"latentspace/data/npy"
	"latentspace/data/pickle"
	"latentspace/internal/untrusted"
)

// batchName is how the files of CIFAR are called, as bytes (.bin) and as batches of Python.
var batchName = regexp.MustCompile(`^(?:data_batch_([0-9]{1,3})|train|test|test_batch)(?:\.bin)?$`)

// namesName is how the files with the names of classes are called.
var namesName = regexp.MustCompile(`^(?:batches\.meta|meta|batches\.meta\.txt|fine_label_names\.txt|coarse_label_names\.txt)$`)

// batches are the files of CIFAR-10 or CIFAR-100.
//
// Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.
type batches struct {
	parts [roles][]batch
	fine  []string // names of classes
	rough []string // and of their superclasses
}

// batch is the pictures of a file, (3, 32, 32) each, and their classes.
type batch struct {
	file        string
	number      int
	pixels      []byte
	fine, rough []byte // rough is nil in CIFAR-10
}

const (
	cifarSide   = 32
	cifarPixels = 3 * cifarSide * cifarSide
)

// openBatches reads a folder.
func openBatches(ctx context.Context, dir string) (*raw, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, reason(err)
	}
	var all batches
	for _, e := range entries {
		if name := e.Name(); all.wants(name) && e.Type().IsRegular() {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			b, err := untrusted.ReadFile(filepath.Join(dir, name), untrusted.Pickle)
			if err != nil {
				return nil, err
			}
			if err := all.add(name, b); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	r, err := all.raw()
	if errors.Is(err, errNoBatches) {
		return nil, fmt.Errorf("%w: it has %s", err, locate.Contents(dir))
	}
	return r, err
}

// readTar reads an archive, plain or in gzip. Nothing is unpacked to the disk.
func readTar(ctx context.Context, file io.Reader) (*raw, error) {
	plain, err := untrusted.Gunzip(file, untrusted.Slack)
	if err != nil {
		return nil, err
	}
	var all batches
	for r := tar.NewReader(plain); ; {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		h, err := r.Next()
		if err == io.EOF {
			return all.raw()
		}
		if err != nil {
			return nil, err
		}
		name := path.Base(h.Name)
		if h.Typeflag != tar.TypeReg || !all.wants(name) {
			continue
		}
		if err := untrusted.Pickle.Check(h.Size); err != nil {
			return nil, fmt.Errorf("%.100q: %w", h.Name, err)
		}
		b, err := io.ReadAll(r)
		if err == nil {
			err = all.add(name, b)
		}
		if err != nil {
			return nil, fmt.Errorf("%.100q: %w", h.Name, err)
		}
	}
}

// isBatch reports whether a file is one of CIFAR, by its name and its first bytes.
func isBatch(name string, head []byte) bool {
	return pickle.Is(head) || strings.HasSuffix(name, ".bin")
}

// readBatch reads a single file.
func readBatch(name string, r io.Reader, size int64) (*raw, error) {
	if err := untrusted.Pickle.Check(size); err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(r, size))
	if err != nil {
		return nil, err
	}
	one, err := parseBatch(name, b)
	if err != nil {
		return nil, err
	}
	return (&batches{parts: [roles][]batch{train: {one}}}).raw()
}

func (all *batches) wants(name string) bool {
	return batchName.MatchString(name) || namesName.MatchString(name)
}

// add reads a file by its name.
func (all *batches) add(name string, b []byte) error {
	if namesName.MatchString(name) {
		return all.names(name, b)
	}
	one, err := parseBatch(name, b)
	if err != nil {
		return err
	}
	role := train
	if strings.HasPrefix(name, "test") {
		role = test
	}
	if slices.ContainsFunc(all.parts[role], func(other batch) bool { return other.number == one.number }) {
		return errors.New("a second file of the same batch")
	}
	all.parts[role] = append(all.parts[role], one)
	return nil
}

var errNoBatches = errors.New("no batches of CIFAR, want data_batch_1 …, or train and test, with or without .bin")

// raw joins the batches.
func (all *batches) raw() (*raw, error) {
	if len(all.parts[train]) == 0 {
		return nil, errNoBatches
	}
	r := &raw{}
	for role, list := range all.parts {
		if len(list) == 0 {
			continue
		}
		slices.SortFunc(list, func(a, b batch) int { return cmp.Compare(a.number, b.number) })
		t := &tensor{name: "the pictures", typ: npy.Uint8}
		pixels := compact.New(cifarPixels)
		fine, rough := labels{name: "class", words: all.classes()}, labels{name: "superclass", words: all.rough}
		for _, b := range list {
			if (b.rough == nil) != (list[0].rough == nil) {
				return nil, fmt.Errorf("%s is of CIFAR-100 and %s of CIFAR-10, or the reverse", b.file, list[0].file)
			}
			pixels.Write(b.pixels) // never fails
			for k := range b.fine {
				fine.values = append(fine.values, float32(b.fine[k]))
				if b.rough != nil {
					rough.values = append(rough.values, float32(b.rough[k]))
				}
			}
		}
		t.bytes = pixels.Rows()
		t.shape = []int{t.bytes.Len(), 3, cifarSide, cifarSide}
		r.examples[role], r.labels[role] = t, []labels{fine}
		if rough.values != nil {
			r.labels[role] = append(r.labels[role], rough)
		}
	}
	return r, nil
}

// classes are the names of the classes: those of the files, or else the published ones of CIFAR-10.
func (all *batches) classes() []string {
	if all.fine != nil || all.parts[train][0].rough != nil {
		return all.fine
	}
	return []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}
}
