package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"latentspace/data/about"
	"latentspace/data/augment"
	"latentspace/data/division"
	"latentspace/data/locate"
	"latentspace/data/soundset"
	"latentspace/example"
)

// Sound is the sounds of a folder of any depth, or of a zip, tar or tar.gz archive, as spectrograms
// (mels, frames, 1): levels in bands of the mel scale, which models of pictures learn, and which are
// made sound again.
//
// Files of WAV, of integers of 8 to 32 bits and floats, and of FLAC are read, of any rate and number of channels. They
// are resampled and mixed down. If the sounds are in several folders, the first level of them is their
// class. Damaged files are left out.
type Sound struct {
	Dir              string `yaml:"dir" run:"place"` // a folder or an archive
	soundset.Frames  `yaml:",inline"`
	soundset.Reading `yaml:",inline"`
	augment.Sound    `yaml:",inline"`
	// Pattern tells what the names of files say: a regular expression that matches all of a name
	// without its ending, with a named group for each attribute, such as
	// (?P<digit>\\d)_(?P<speaker>\\w+)_(?P<take>\\d+). The first is the class.
	Pattern string `yaml:"pattern"`
	// Attributes is a table of what else is known of the sounds, by the names of their files: CSV. It
	// is looked for in the folder, or beside the archive.
	Attributes string `yaml:"attributes"`
	// Valid is how many examples of the training set are held out to choose by: with auto an eighth,
	// at most 5,000.
	Valid division.Count `yaml:"valid"`
	// Test is how many examples are held out to report on: with auto an eighth, at most 5,000.
	Test division.Count `yaml:"test"`
	// TestWhere holds out the sounds with some values of an attribute, in place of Test: take=0,1,2. The
	// attribute is then no longer one, as what is held out has other values than the rest.
	TestWhere string `yaml:"test_where,omitempty"`
	// Seed draws the examples that are held out, of each class in its share.
	Seed uint64 `yaml:"seed"`
	// MaxDamaged is the share of files that may be damaged. Above it the run does not begin.
	MaxDamaged float64 `yaml:"max_damaged" run:"free"`

	Labels   `yaml:",inline"`
	Outliers `yaml:",inline"`
}

// Check reports options outside their ranges. How many sounds there are is known only when they are
// read.
func (m Sound) Check(report func(key, format string, args ...any)) {
	ok := true
	m.Frames.Check(func(key, format string, args ...any) {
		ok = false
		report(key, format, args...)
	})
	m.Reading.Check(report)
	if ok {
		shape := m.Schema().Shape()
		m.Sound.Check(report, shape[0], shape[1])
	}
	if m.Pattern != "" {
		if err := about.CheckPattern(m.Pattern); err != nil {
			report("pattern", "%v", err)
		}
	}
	for _, c := range []struct {
		key string
		n   division.Count
	}{{"valid", m.Valid}, {"test", m.Test}} {
		if c.n != division.Auto {
			division.CheckCount(report, c.key, int(c.n), 0)
		}
	}
	if m.TestWhere != "" && m.Test != division.Auto {
		report("test_where", "%q, with test %d, want one of both", m.TestWhere, m.Test)
	}
	if !(m.MaxDamaged >= 0 && m.MaxDamaged <= 1) {
		report("max_damaged", "%v, want a share from 0 to 1", m.MaxDamaged)
	}
	m.Labels.check(report, division.MostExamples)
	m.Outliers.check(report)
}

// Open implements [Source].
func (m Sound) Open(ctx context.Context) (*Splits, error) {
	if err := checked("sound", m.Check); err != nil {
		return nil, err
	}
	s, err := m.open(ctx)
	if err != nil {
		return nil, fmt.Errorf("data: sound: %w", err)
	}
	return s, nil
}

func (m Sound) open(ctx context.Context) (*Splits, error) {
	if m.Dir == "" {
		return nil, fmt.Errorf("dir: name a folder of files of WAV or FLAC, or a zip, tar or tar.gz archive of them: -set data.dir=PATH")
	}
	dir, err := locate.Home(m.Dir)
	if err != nil {
		return nil, fmt.Errorf("dir: %w", err)
	}
	o := soundset.Options{Reading: m.Reading, Schema: m.Schema(), MaxDamaged: m.MaxDamaged, Pattern: m.Pattern}
	if o.Attributes, err = beside(dir, m.Attributes); err != nil {
		return nil, err
	}
	set, notes, damaged, err := soundset.Open(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	parts, err := m.parts(set)
	if err != nil {
		return nil, err
	}
	splits := splitSounds(set.Part(parts[0]), set.Part(parts[1]), set.Part(parts[2]))
	splits.Notes, splits.Damaged, splits.Labels, splits.Augment = notes, damaged, m.Labels, m.Sound
	return splits, splits.setApart(m.Outliers)
}

// parts divides the sounds into those to train on, to choose by and to test on.
func (m Sound) parts(set *soundset.Set) (parts [3][]int, err error) {
	index := make([]int, set.Len())
	classes := 1
	for i := range index {
		index[i] = i
		classes = max(classes, set.Class(i)+1)
	}
	h := division.Holdout{Seed: m.Seed}
	if m.TestWhere != "" {
		out, err := set.HoldOut(m.TestWhere)
		if err != nil {
			return parts, fmt.Errorf("test_where: %w", err)
		}
		for i, yes := range out {
			if yes {
				parts[2] = append(parts[2], i)
			}
		}
		index = slices.DeleteFunc(index, func(i int) bool { return out[i] })
	} else {
		test := m.Test.HeldOut(len(index))
		if test >= len(index) {
			return parts, fmt.Errorf("test: %d, want less than the %d sounds in all", test, len(index))
		}
		index, parts[2] = h.DrawOf("sound.test", index, classes, set.Class, test)
	}
	valid := m.Valid.HeldOut(len(index))
	if valid >= len(index) {
		return parts, fmt.Errorf("valid: %d, want less than the %d sounds that are not to test on", valid, len(index))
	}
	if err := checked("sound", func(r report) { m.Labels.check(r, len(index)-valid) }); err != nil {
		return parts, err
	}
	parts[0], parts[1] = h.DrawOf("sound.valid", index, classes, set.Class, valid)
	return parts, nil
}

// splitSounds joins the three splits of a set of sounds and computes their digest.
func splitSounds(train, valid, test *soundset.Set) *Splits {
	h := sha256.New()
	for _, s := range []*soundset.Set{train, valid, test} {
		s.Digest(h)
	}
	return &Splits{
		Train: describedSounds(train), Valid: describedSounds(valid), Test: describedSounds(test),
		SHA256: hex.EncodeToString(h.Sum(nil)),
	}
}

// describedSounds returns a set with what is known of it, if anything is.
func describedSounds(s *soundset.Set) Dataset {
	if s.IsDescribed() {
		return soundset.Described{Set: s}
	}
	return s
}

// ImportSound reads new sounds for a model whose examples have a schema: one file, or those of a folder
// or an archive, exactly as training reads them. The notes say what differed. The data set has a
// method Name(i int) string, the name of the file of example i.
func ImportSound(ctx context.Context, path string, s example.Schema, r soundset.Reading) (Dataset, []string, error) {
	path, err := locate.Home(path)
	if err != nil {
		return nil, nil, fmt.Errorf("data: %w", err)
	}
	set, notes, err := soundset.Import(ctx, path, s, r)
	if err != nil {
		return nil, nil, fmt.Errorf("data: %w", err)
	}
	return describedSounds(set), notes, nil
}
