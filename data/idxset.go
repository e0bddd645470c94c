package data

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"latentspace/data/division"
	"latentspace/data/idx"
	"latentspace/data/locate"
	"latentspace/example"
)

// idxSet is a published set of pictures in four IDX files.
type idxSet struct {
	kind    string
	classes []string
	files   idx.Set  // images and labels to train on, images and labels to test on
	mirrors []string // addresses that end in a slash, of the files in gzip
	folders []string // where packages of the system put the files
}

// published is the number of pictures in the training sets here.
const published = 60_000

// check reports options outside their ranges. How many pictures a user's folder has
// is known only when they are read.
func (s *idxSet) check(report report, o Pictures, h division.Holdout, dir string) {
	h.Check(report)
	n := published
	if dir != "" {
		n = math.MaxInt
	}
	o.check(report, n)
}

// open reads the set from dir, or from where it is found if dir is empty.
func (s *idxSet) open(ctx context.Context, o Pictures, h division.Holdout, dir string) (*Splits, error) {
	if err := checked(s.kind, func(r report) { s.check(r, o, h, dir) }); err != nil {
		return nil, err
	}
	train, test, notes, err := s.read(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("data: %s: %w", s.kind, err)
	}
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	index := make([]int, train.Len())
	for i := range index {
		index[i] = i
	}
	if test == nil {
		n := division.Auto.HeldOut(train.Len())
		var tested []int
		index, tested = h.Draw(s.kind+".test", index, train.labels, n)
		test = train.part(tested)
		note("there are no files to test on: %d pictures of the training file, drawn at random, are for that", n)
	}
	if err := checked(s.kind, func(r report) { o.check(r, len(index)) }); err != nil {
		return nil, err
	}
	n := o.Valid.HeldOut(len(index))
	if o.Valid == division.Auto && n < division.MostHeldOut {
		note("%d of %d training pictures are held out for validation: data.valid says another number", n, len(index))
	}
	index, held := h.Take(s.kind+".valid", index, train.labels, n)
	valid := train.part(held)
	train = train.part(index)
	splits := newSplits(train.stored(), valid.stored(), test.stored())
	splits.Binarize, splits.Labels, splits.Notes = o.Binarize, o.Labels, notes
	return splits, splits.setApart(o.Outliers)
}

// read returns the pictures of both files, and remarks about them. The test pictures can be nil.
func (s *idxSet) read(ctx context.Context, dir string) (train, test *pictures, notes []string, err error) {
	var own idx.Folder
	if dir != "" {
		if own, err = s.files.Folder(dir); err != nil {
			return nil, nil, nil, fmt.Errorf("dir: %w", err)
		}
	}
	var files [idx.Roles]idx.Array
	for role, f := range s.files {
		if ctx.Err() != nil {
			return nil, nil, nil, context.Cause(ctx)
		}
		rank := 3
		if role == idx.TrainLabels || role == idx.TestLabels {
			rank = 1
		}
		switch path := own.Paths[role]; {
		case dir == "":
			files[role], err = locate.Find(ctx, locate.Shelf{Kind: s.kind, Folders: s.folders, Mirrors: s.mirrors, Ending: ".gz", Beside: "three"}, f,
				func(path string) (idx.Array, error) { return idx.Open(path, rank, f.SHA256) },
				func(r io.Reader) error { _, err := idx.Read(r, idx.Bytes, rank, f.SHA256); return err })
		case path == "":
		case rank == 1 && strings.Contains(strings.ToLower(path), "idx2-int"):
			files[role], err = idx.OpenQMNISTLabels(path)
		default:
			files[role], err = idx.Open(path, rank, "")
		}
		if err != nil {
			return nil, nil, nil, err
		}
	}
	if train, test, err = s.pictures(files); err != nil {
		return nil, nil, nil, err
	}
	if train.labels == nil {
		notes = append(notes, "there are no labels: the pictures have no classes")
	}
	if own.EMNIST() {
		notes = append(notes, "the pictures of EMNIST are stored with rows for columns: they are turned")
		train.transpose()
		if test != nil {
			test.transpose()
		}
	}
	return train, test, notes, nil
}

// pictures makes the two sets of the files; without test images the second is nil.
func (s *idxSet) pictures(files [idx.Roles]idx.Array) (train, test *pictures, err error) {
	if train, err = s.join(files[idx.TrainImages], files[idx.TrainLabels]); err != nil {
		return nil, nil, err
	}
	if files[idx.TestImages].Path == "" {
		occurring(train)
		return train, nil, nil
	}
	if test, err = s.join(files[idx.TestImages], files[idx.TestLabels]); err != nil {
		return nil, nil, err
	}
	if got, want := files[2].Dims[1:], files[0].Dims[1:]; !slices.Equal(got, want) {
		return nil, nil, fmt.Errorf("%s: pictures of height and width %d, want %d as in %s", files[2].Path, got, want, files[0].Path)
	}
	occurring(train, test)
	return train, test, nil
}

// join makes pictures of images and their labels, if there are any. A label without a name is a
// class named by its number.
func (s *idxSet) join(images, labels idx.Array) (*pictures, error) {
	n, height, width := images.Dims[0], images.Dims[1], images.Dims[2]
	if n == 0 || height == 0 || width == 0 {
		return nil, fmt.Errorf("%s: sizes %d, want at least one picture of one pixel", images.Path, images.Dims)
	}
	if labels.Path == "" {
		return &pictures{height: height, width: width, pixels: images.Rows}, nil
	}
	if labels.Dims[0] != n {
		return nil, fmt.Errorf("%s: %d labels, want %d as the pictures of %s", labels.Path, labels.Dims[0], n, images.Path)
	}
	classes := s.classes
	known := labels.Rows.Bytes()
	if highest := int(slices.Max(known)); highest >= len(classes) {
		classes = example.Numbered(highest + 1)
	}
	return &pictures{height: height, width: width, pixels: images.Rows, labels: known, classes: classes}, nil
}
