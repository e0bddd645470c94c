package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"latentspace/data/augment"
	"latentspace/data/division"
	"latentspace/data/locate"
	"latentspace/data/pictureset"
	"latentspace/example"
)

// Images is the pictures of a folder of any depth, or of a zip, tar or tar.gz archive, read to one
// size (size, size, 3), or (size, size, 1) if they are grey.
//
// PNG, JPEG, GIF, BMP, TIFF, WebP, PGM, PPM and PBM files are read, in every mode of colour; the first
// picture of an animation; and turned as their EXIF data say. If the pictures are in several folders,
// the first level of them is their class. They are decoded once, on all processors, into a file in
// the folder latentspace/images of the user's cache, and read from there; what changes in the folder
// later is read anew. Damaged files are left out.
type Images struct {
	Dir string `yaml:"dir" run:"place"` // a folder or an archive
	// Size is the height and the width that pictures are read to, from 4 to 1,024.
	Size int `yaml:"size"`
	// Grey reads one channel in place of red, green and blue.
	Grey            bool `yaml:"grey"`
	pictureset.Fit  `yaml:",inline"`
	augment.Options `yaml:",inline"`
	Pictures        `yaml:",inline"`
	// Test is how many examples are held out to report on: with auto an eighth, at most 5,000.
	Test division.Count `yaml:"test"`
	// Seed draws the examples that are held out, of each class in its share.
	Seed uint64 `yaml:"seed"`
	// MaxDamaged is the share of files that may be damaged. Above it the run does not begin.
	MaxDamaged float64 `yaml:"max_damaged" run:"free"`
	// Attributes is a table of what else is known of the pictures, by the names of their files: CSV,
	// or the layout of CelebA. It is looked for in the folder, or beside the archive.
	Attributes string `yaml:"attributes"`
}

// The range of [Images.Size].
const (
	leastSize = 4
	mostSize  = 1024
)

// Check reports options outside their ranges. How many pictures there are is known only when they
// are read.
func (m Images) Check(report func(key, format string, args ...any)) {
	if m.Size < leastSize || m.Size > mostSize {
		report("size", "%d, want a number from %d to %d", m.Size, leastSize, mostSize)
	}
	m.Fit.Check(report)
	m.Options.Check(report, m.Size)
	if m.Test != division.Auto {
		division.CheckCount(report, "test", int(m.Test), 0)
	}
	m.Pictures.check(report, division.MostExamples)
	if !(m.MaxDamaged >= 0 && m.MaxDamaged <= 1) {
		report("max_damaged", "%v, want a share from 0 to 1", m.MaxDamaged)
	}
}

// Open implements [Source].
func (m Images) Open(ctx context.Context) (*Splits, error) {
	if err := checked("images", m.Check); err != nil {
		return nil, err
	}
	s, err := m.open(ctx)
	if err != nil {
		return nil, fmt.Errorf("data: images: %w", err)
	}
	return s, nil
}

func (m Images) open(ctx context.Context) (*Splits, error) {
	if m.Dir == "" {
		return nil, fmt.Errorf("dir: name a folder of pictures, or a zip, tar or tar.gz archive of them: -set data.dir=PATH")
	}
	dir, err := locate.Home(m.Dir)
	if err != nil {
		return nil, fmt.Errorf("dir: %w", err)
	}
	o := pictureset.Options{MaxDamaged: m.MaxDamaged}
	if o.Options, err = m.Fit.Options(m.Size, m.Size, m.Grey); err != nil {
		return nil, err
	}
	if o.Attributes, err = beside(dir, m.Attributes); err != nil {
		return nil, err
	}
	set, notes, damaged, err := pictureset.Open(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	parts, err := m.parts(set)
	if err != nil {
		return nil, err
	}
	h := sha256.New()
	splits := &Splits{Notes: notes, Damaged: damaged, Binarize: m.Binarize, Labels: m.Labels, Augment: m.Options}
	for k, into := range []*Dataset{&splits.Train, &splits.Valid, &splits.Test} {
		part := set.Part(parts[k])
		part.Digest(h)
		*into = described(part)
	}
	splits.SHA256 = hex.EncodeToString(h.Sum(nil))
	return splits, splits.setApart(m.Outliers)
}

// beside returns the path of a table of attributes that is named for the examples of a folder or an
// archive: within the folder, or beside it. It is "" for none.
func beside(dir, table string) (string, error) {
	if table == "" {
		return "", nil
	}
	file, err := locate.Home(table)
	if err != nil || filepath.IsAbs(file) {
		return file, err
	}
	if within := filepath.Join(dir, file); fs.ValidPath(filepath.ToSlash(file)) {
		if _, err := os.Stat(within); err == nil {
			return within, nil
		}
	}
	return filepath.Join(filepath.Dir(dir), file), nil
}

// parts divides the pictures into those to train on, to choose by and to test on.
func (m Images) parts(set *pictureset.Set) (parts [3][]int, err error) {
	index := make([]int, set.Len())
	for i := range index {
		index[i] = i
	}
	test := m.Test.HeldOut(len(index))
	valid := m.Valid.HeldOut(len(index))
	if test+valid >= len(index) {
		return parts, fmt.Errorf("test: %d, with %d to choose by, want less than the %d pictures in all", test, valid, len(index))
	}
	if err := checked("images", func(r report) { m.Labels.check(r, len(index)-test-valid) }); err != nil {
		return parts, err
	}
	class := func(i int) int { c, _ := set.Class(i); return c }
	count := 1
	for i := range index {
		count = max(count, class(i)+1)
	}
	h := division.Holdout{Seed: m.Seed}
	index, parts[2] = h.DrawOf("images.test", index, count, class, test)
	parts[0], parts[1] = h.DrawOf("images.valid", index, count, class, valid)
	return parts, nil
}

// described returns a set with what is known of it, if anything is.
func described(s *pictureset.Set) Dataset {
	if s.IsDescribed() {
		return pictureset.Described{Set: s}
	}
	return s
}

// ImportPictures reads new pictures for a model whose examples have a schema: one file, or those of a
// folder or an archive, to the height, the width and the channels of the schema, exactly as training
// reads them. The notes say what differed. The data set has a method Name(i int) string, the name of
// the file of example i.
func ImportPictures(ctx context.Context, path string, s example.Schema, f pictureset.Fit) (Dataset, []string, error) {
	path, err := locate.Home(path)
	if err != nil {
		return nil, nil, fmt.Errorf("data: %w", err)
	}
	set, notes, err := pictureset.Import(ctx, path, s, f)
	if err != nil {
		return nil, nil, fmt.Errorf("data: %w", err)
	}
	return described(set), notes, nil
}
