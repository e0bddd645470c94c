package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"latentspace/data/division"
	"latentspace/data/dsprites"
	"latentspace/data/locate"
	"latentspace/internal/untrusted"
)

// DSprites is the pictures (64, 64, 1) of dSprites: squares, ellipses and hearts, white
// on black, each place once of a grid of 3 shapes × 6 scales × 40 rotations × 32 × 32
// places, or of a part of it. Known of each are the factors of [Sprites]: the shape, the
// scale from 0.5 to 1, the rotation in radians, and x and y from 0 to 1.
//
// The whole set, dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz, or else
// dsprites_downsampled.npz, 46,080 pictures of it, is looked for in the folder of the
// option dir or, without it, in $LATENTSPACE_DATA/dsprites, $LATENTSPACE_DATA and the
// folder latentspace/dsprites of the user's cache. It is held as a bit for each pixel.
//
// Matthey, Higgins, Hassabis and Lerchner, dSprites: Disentanglement Testing Sprites
// Dataset, 2017.
type DSprites struct {
	division.Shuffled `yaml:",inline"`
	Dir               string `yaml:"dir" run:"place"` // of the file; empty to look for it
}

// dspritesFiles are the files by preference. A file with a SHA-256 must have it, save
// in the user's own folder.
var dspritesFiles = []locate.File{
	{Name: "dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz", SHA256: ""},
	{Name: "dsprites_downsampled.npz", SHA256: "8a632f70c0dbd279dd771854981a3de945b2448eddbd9b2af59fb83e8728f871"},
}

// Check reports options outside their ranges. How many pictures there are is known
// only when they are read.
func (d DSprites) Check(report func(key, format string, args ...any)) {
	d.Shuffled.Check(report, -1)
}

// Open implements [Source]. The splits are [Described].
func (d DSprites) Open(ctx context.Context) (*Splits, error) {
	if err := checked("dsprites", d.Check); err != nil {
		return nil, err
	}
	path, sum, err := d.find()
	if err != nil {
		return nil, fmt.Errorf("data: dsprites: %w", err)
	}
	f, r, err := openSprites(path, sum)
	if err != nil {
		return nil, fmt.Errorf("data: dsprites: %s: %w", path, err)
	}
	defer f.Close()
	n := len(r.Places)
	if err := checked("dsprites", func(report report) { d.Shuffled.Check(report, n) }); err != nil {
		return nil, err
	}
	train, valid, test := d.Split("dsprites", n)
	parts := [][]int{train, valid, test}
	pictures, err := r.Read(ctx, parts...)
	if err != nil {
		return nil, fmt.Errorf("data: dsprites: %s: %w", path, err)
	}
	var sets [3]*spriteSet
	for k, part := range parts {
		sets[k] = &spriteSet{values: r.Values, places: make([]dsprites.Place, len(part)), pictures: pictures[k]}
		for j, i := range part {
			sets[k].places[j] = r.Places[i]
		}
	}
	return spriteSplits(ctx, "dsprites", sets[0], sets[1], sets[2])
}

// find returns the path of the file, and the SHA-256 that it must have.
func (d DSprites) find() (path, sum string, err error) {
	places, _, _ := locate.Folders("dsprites")
	if d.Dir == "" {
		if err := locate.CheckShared(dspritesFiles[0].Name); err != nil {
			return "", "", err
		}
	} else {
		dir, err := locate.Home(d.Dir)
		if err != nil {
			return "", "", fmt.Errorf("dir: %w", err)
		}
		if err := locate.CheckFolder("dir", dir, dspritesFiles[0].Name); err != nil {
			return "", "", err
		}
		places = []string{dir}
	}
	for _, f := range dspritesFiles {
		for _, dir := range places {
			path := filepath.Join(dir, f.Name)
			switch _, err := os.Stat(path); {
			case errors.Is(err, fs.ErrNotExist):
				continue
			case err != nil:
				return "", "", err
			case d.Dir != "":
				return path, "", nil
			}
			return path, f.SHA256, nil
		}
	}
	if d.Dir != "" {
		return "", "", fmt.Errorf("dir: %s has neither %s nor %s, only %s", places[0], dspritesFiles[0].Name, dspritesFiles[1].Name, locate.Contents(places[0]))
	}
	return "", "", fmt.Errorf("neither %s nor %s is in %s: put the first, from github.com/google-deepmind/dsprites-dataset, into a folder and name that in dir, or use the sprites that need no file: data: {kind: sprites}",
		dspritesFiles[0].Name, dspritesFiles[1].Name, strings.Join(places, " or "))
}

// openSprites opens a file. Without a SHA-256 it may have any contents.
func openSprites(path, sum string) (_ *os.File, r *dsprites.Reader, err error) {
	f, size, err := untrusted.Open(path)
	if err != nil {
		return nil, nil, errors.Unwrap(err) // without the path, which the caller names
	}
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if sum != "" {
		h := sha256.New()
		if _, err := io.Copy(h, io.NewSectionReader(f, 0, size)); err != nil {
			return nil, nil, err
		}
		if got := hex.EncodeToString(h.Sum(nil)); got != sum {
			return nil, nil, fmt.Errorf("SHA-256 %s, want %s", got, sum)
		}
	}
	r, err = dsprites.NewReader(f, size)
	return f, r, err
}
