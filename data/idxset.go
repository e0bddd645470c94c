package data

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// idxSet is a published set of pictures in four IDX files.
type idxSet struct {
	kind    string
	classes []string
	files   [4]pinned // images and labels to train on, images and labels to test on
	mirrors []string  // addresses that end in a slash, of the files in gzip
	folders []string  // in which packages of the system put the files
}

// pinned is a file known by its contents.
type pinned struct {
	name   string // without .gz
	sha256 string // of the contents, out of gzip
}

// published is the number of pictures in the training sets here.
const published = 60_000

// check reports options outside their ranges. How many pictures a user's folder has
// is known only when they are read.
func (s *idxSet) check(report report, o Pictures, dir string) {
	n := published
	if dir != "" {
		n = math.MaxInt
	}
	o.check(report, n)
}

// open reads the set from dir, or from where it is found if dir is empty.
func (s *idxSet) open(ctx context.Context, o Pictures, dir string) (*Splits, error) {
	if err := checked(s.kind, func(r report) { s.check(r, o, dir) }); err != nil {
		return nil, err
	}
	train, test, err := s.read(ctx, dir)
	if err != nil {
		return nil, fmt.Errorf("data: %s: %w", s.kind, err)
	}
	n := train.Len()
	if err := checked(s.kind, func(r report) { o.check(r, n) }); err != nil {
		return nil, err
	}
	splits := newSplits(train.slice(0, n-o.Valid), train.slice(n-o.Valid, n), test)
	splits.Binarize = o.Binarize
	return splits, nil
}

func (s *idxSet) read(ctx context.Context, dir string) (train, test *pictures, err error) {
	var files [4]idx
	for k, f := range s.files {
		if ctx.Err() != nil {
			return nil, nil, context.Cause(ctx)
		}
		rank := 3
		if k%2 == 1 {
			rank = 1
		}
		if dir != "" {
			files[k], err = s.own(dir, f, rank)
		} else {
			files[k], err = s.find(ctx, f, rank)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	if train, err = s.join(files[0], files[1]); err != nil {
		return nil, nil, err
	}
	if test, err = s.join(files[2], files[3]); err != nil {
		return nil, nil, err
	}
	if got, want := files[2].dims[1:], files[0].dims[1:]; !slices.Equal(got, want) {
		return nil, nil, fmt.Errorf("%s: pictures of height and width %d, want %d as in %s", files[2].path, got, want, files[0].path)
	}
	if len(test.classes) > len(train.classes) {
		train.classes = test.classes
	}
	test.classes = train.classes
	return train, test, nil
}

// join makes pictures of images and their labels. Labels that the set has no names
// for are classes named by their numbers.
func (s *idxSet) join(images, labels idx) (*pictures, error) {
	n, height, width := images.dims[0], images.dims[1], images.dims[2]
	if n == 0 || height == 0 || width == 0 {
		return nil, fmt.Errorf("%s: sizes %d, want at least one picture of one pixel", images.path, images.dims)
	}
	if labels.dims[0] != n {
		return nil, fmt.Errorf("%s: %d labels, want %d as the pictures of %s", labels.path, labels.dims[0], n, images.path)
	}
	classes := s.classes
	if highest := int(slices.Max(labels.data)); highest >= len(classes) {
		classes = numbered(highest + 1)
	}
	return &pictures{height: height, width: width, pixels: images.data, labels: labels.data, classes: classes}, nil
}
