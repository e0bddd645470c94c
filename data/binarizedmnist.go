package data

import (
	"context"
	"fmt"
	"io"

	"latentspace/data/amat"
	"latentspace/data/compact"
	"latentspace/data/locate"
)

// BinarizedMNIST is the digits of MNIST in black and white (28, 28, 1), each pixel drawn once
// and for all with its grey as probability: 50,000 to train on, 10,000 to choose by and 10,000
// to test on, as published. They have no labels, and are not in the order of MNIST.
//
// The files binarized_mnist_train.amat, …_valid.amat and …_test.amat are looked for like those of
// [MNIST], in folders binarized-mnist. They must be the published files, in any folder.
//
// Larochelle and Murray, The Neural Autoregressive Distribution Estimator, AISTATS 2011.
type BinarizedMNIST struct {
	Dir string `yaml:"dir" run:"place"` // of the files; empty to look for them
}

// amatSet is a published set in three files of rows of 0 and 1: to train on, to choose by and
// to test on.
type amatSet struct {
	kind          string
	height, width int
	files         [3]locate.File
	rows          [3]int
	mirrors       []string // addresses that end in a slash
}

// binarizedMNIST has the SHA-256 of the published files.
var binarizedMNIST = amatSet{
	kind: "binarized-mnist", height: 28, width: 28,
	files: [3]locate.File{
		{Name: "binarized_mnist_train.amat", SHA256: "ad693b29f94c14277b095f5238ddefbbdaaae0939789dd2f4f0205278cee3e4d"},
		{Name: "binarized_mnist_valid.amat", SHA256: "1de3d397c40fe8eeb33dafd4099a1f665ec01e96d9be234aaeeac8a34930e2e2"},
		{Name: "binarized_mnist_test.amat", SHA256: "e6687bfea3f820c174f33b7865140b2a2dd2930ef786f35d45795fc193b5ab2c"},
	},
	rows: [3]int{50_000, 10_000, 10_000},
	mirrors: []string{
		"http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/", // pinned, so safe without TLS
	},
}

// Open implements [Source].
func (b BinarizedMNIST) Open(ctx context.Context) (*Splits, error) {
	return binarizedMNIST.open(ctx, b.Dir)
}

// open reads the set from dir, or from where it is found if dir is empty.
func (s *amatSet) open(ctx context.Context, dir string) (*Splits, error) {
	var sets [3]stored
	for k, f := range s.files {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("data: %s: %w", s.kind, context.Cause(ctx))
		}
		read := func(path string) (*pictures, error) {
			return s.pictures(func(row func(i int, values []byte)) error {
				return amat.Open(path, s.rows[k], s.height*s.width, f.SHA256, row)
			})
		}
		var p *pictures
		var err error
		if dir != "" {
			p, err = s.own(dir, f, read)
		} else {
			p, err = locate.Find(ctx, locate.Shelf{Kind: s.kind, Mirrors: s.mirrors, Beside: "two"}, f, read, func(r io.Reader) error {
				return amat.Read(r, s.rows[k], s.height*s.width, f.SHA256, func(int, []byte) {})
			})
		}
		if err != nil {
			return nil, fmt.Errorf("data: %s: %w", s.kind, err)
		}
		sets[k] = p.stored()
	}
	return newSplits(sets[0], sets[1], sets[2]), nil
}

// own reads a file in the user's folder.
func (s *amatSet) own(dir string, f locate.File, read func(path string) (*pictures, error)) (*pictures, error) {
	dir, err := locate.Home(dir)
	if err != nil {
		return nil, fmt.Errorf("dir: %w", err)
	}
	if err := locate.CheckFolder("dir", dir, f.Name); err != nil {
		return nil, err
	}
	path, err := locate.LookUp(dir, f.Name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("dir: %w", err)
	case path == "":
		return nil, fmt.Errorf("dir: %s has no %s, with or without .gz: it has %s", dir, f.Name, locate.Contents(dir))
	}
	return read(path)
}

// pictures returns the pictures of rows that read calls row with, one after another: where a value is 1
// they are white.
func (s *amatSet) pictures(read func(row func(i int, values []byte)) error) (*pictures, error) {
	pixels := compact.New(s.height * s.width)
	err := read(func(_ int, values []byte) {
		for k := range values {
			values[k] *= 255
		}
		pixels.Write(values) // never fails
	})
	if err != nil {
		return nil, err
	}
	return &pictures{height: s.height, width: s.width, binary: true, pixels: pixels.Rows()}, nil
}
