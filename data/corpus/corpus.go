package corpus

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"

	"latentspace/data/division"
	"latentspace/data/tokens"
	"latentspace/example"
)

// Options say what examples are made of text, and how they are divided.
type Options struct {
	Unit       example.TextUnit
	Of         example.Passage
	Length     division.Count // of an example in tokens, at most
	Vocabulary division.Count // of words and pairs, in tokens
	Encoding   string
	division.Shuffled
}

// The ranges of options, and what auto is.
const (
	MostLength = 10_000
	autoLength = 128 // of lines and sentences, if some are longer
	autoWindow = 64
	autoWords  = 5_000
	autoPairs  = 1_000
	leastTexts = 10
	leastPairs = 258 // one more than bytes and the end
	leastWords = 3
)

// Corpus is the texts of files as examples.
type Corpus struct {
	Train, Valid, Test *tokens.Set
	Notes              []string // what the files and the texts are
}

// Check reports options outside their ranges, by their names in YAML.
func (o Options) Check(report func(key, format string, args ...any)) {
	oneOf(report, "unit", o.Unit, example.Units)
	oneOf(report, "of", o.Of, example.Passages)
	oneOf(report, "encoding", o.Encoding, Encodings)
	if n := o.Length; n != division.Auto && (n < 1 || n > MostLength) {
		report("length", "%d, want a number from 1 to %d, or auto", n, MostLength)
	}
	least := division.Count(leastWords)
	if o.Unit == example.BPE {
		least = leastPairs
	}
	switch n := o.Vocabulary; {
	case n == division.Auto:
	case o.Unit != example.BPE && o.Unit != example.Word:
		report("vocabulary", "%d, of unit %s, which has one of its own, want auto", n, o.Unit)
	case n < least || n > tokens.Most:
		report("vocabulary", "%d, want a number from %d to %d, or auto", n, least, tokens.Most)
	}
	o.Shuffled.Check(report, -1)
}

// oneOf reports a word that is none of some.
func oneOf[T ~string](report func(key, format string, args ...any), key string, word T, words []T) {
	list := ""
	for i, w := range words {
		if w == word {
			return
		}
		switch {
		case i == len(words)-1:
			list += " or "
		case i > 0:
			list += ", "
		}
		list += string(w)
	}
	report(key, "%.40q, want %s", string(word), list)
}

// texts are examples before they are divided.
type texts struct {
	all    []string
	file   []int32 // of each
	blank  int
	same   []int32 // of each text the first that is the same, among those that differ
	differ []int32 // those
}

// Open reads a file of text or, with folder, the files of a folder or an archive, and makes examples
// of them.
func Open(ctx context.Context, path string, folder bool, o Options) (*Corpus, error) {
	all, notes, err := read(ctx, path, folder, []string{o.Encoding})
	if err != nil {
		return nil, err
	}
	t, err := o.texts(ctx, all)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c, err := o.open(ctx, t, all)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c.Notes = append(append(notes, t.told(o)...), c.Notes...)
	return c, nil
}

// read reads a file, or the files of a folder or an archive.
func read(ctx context.Context, path string, folder bool, encodings []string) ([]file, []string, error) {
	if folder {
		return readFolder(ctx, path, encodings)
	}
	f, err := readFile(path, encodings)
	if err != nil {
		return nil, nil, err
	}
	return []file{f}, []string{fmt.Sprintf("%s: %d bytes of text", filepath.Base(path), len(f.text))}, nil
}

// texts divides files into examples, and finds those that are the same.
func (o Options) texts(ctx context.Context, all []file) (*texts, error) {
	t := &texts{}
	first := map[string]int32{}
	bytes := 0
	for i, f := range all {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		bytes += len(f.text)
		for _, text := range passages(f.text, o.Of, o.Unit, o.window()) {
			if text == "" {
				t.blank++
				continue
			}
			if len(t.all) == division.MostExamples {
				return nil, fmt.Errorf("more than %d %s, want at most as many", division.MostExamples, o.Of)
			}
			at, ok := first[text]
			if !ok {
				at = int32(len(t.differ))
				first[text] = at
				t.differ = append(t.differ, int32(len(t.all)))
			}
			t.all, t.file, t.same = append(t.all, text), append(t.file, int32(i)), append(t.same, at)
		}
	}
	switch {
	case bytes == 0:
		return nil, fmt.Errorf("it is empty, want text")
	case len(t.differ) < leastTexts:
		return nil, fmt.Errorf("%d different %s, want at least %d to learn from", len(t.differ), o.Of, leastTexts)
	}
	return t, nil
}

// window is how many tokens a window has.
func (o Options) window() int {
	if o.Length == division.Auto {
		return autoWindow
	}
	return int(o.Length)
}

// told says what the texts are.
func (t *texts) told(o Options) (notes []string) {
	said := fmt.Sprintf("%d %s", len(t.all), o.Of)
	if t.blank > 0 {
		said += fmt.Sprintf("; %s passed over", counted(t.blank, "blank line"))
	}
	notes = append(notes, said)
	if n := len(t.all) - len(t.differ); n > 0 {
		notes = append(notes, fmt.Sprintf("copies of others, word for word: %d of the %s; all copies are in one split", n, o.Of))
	}
	return notes
}

// open divides the texts, and makes tokens of them.
func (o Options) open(ctx context.Context, t *texts, all []file) (*Corpus, error) {
	c := &Corpus{}
	names, classOf, said := classes(all)
	c.Notes = append(c.Notes, said...)
	split, err := o.divide(t, names, classOf)
	if err != nil {
		return nil, err
	}
	f, err := o.field(ctx, t, split)
	if err != nil {
		return nil, err
	}
	about := example.Schema{}
	if names != nil {
		about = example.Of(example.Class(names))
	}
	m := maker{Options: o, texts: t, split: split, field: f}
	if err := m.measure(ctx); err != nil {
		return nil, err
	}
	for k, into := range []**tokens.Set{&c.Train, &c.Valid, &c.Test} {
		set := tokens.NewSet(m.field, about)
		if err := m.fill(ctx, set, k, classOf); err != nil {
			return nil, err
		}
		*into = set
	}
	c.Notes = append(c.Notes, m.told()...)
	c.Notes = append(c.Notes, fmt.Sprintf("%d are to train on, %d to choose by and %d to test on, drawn by the seed: data.valid and data.test say other numbers", c.Train.Len(), c.Valid.Len(), c.Test.Len()))
	return c, nil
}

// unused is the split of texts that are in none.
const unused = -1

// divide returns the split of each text that differs from those before: 0 to train on, 1 to choose by
// or 2 to test on.
func (o Options) divide(t *texts, names []string, classOf []int) ([]int8, error) {
	n := len(t.differ)
	var err error
	o.Shuffled.Check(func(key, format string, args ...any) {
		if err == nil {
			err = fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...))
		}
	}, n)
	if err != nil {
		return nil, err
	}
	class := func(i int) int {
		if names == nil {
			return 0
		}
		return classOf[t.file[t.differ[i]]]
	}
	train := make([]int, n)
	for i := range train {
		train[i] = i
	}
	h, count := division.Holdout{Seed: o.Seed}, max(1, len(names))
	some, chosen, reported := o.Sizes(n)
	train, test := h.DrawOf("text.test", train, count, class, reported)
	train, valid := h.DrawOf("text.valid", train, count, class, chosen)
	if some < len(train) {
		_, train = h.DrawOf("text.train", train, count, class, some)
	}
	split := make([]int8, n)
	for i := range split {
		split[i] = unused
	}
	for k, part := range [][]int{train, valid, test} {
		for _, i := range part {
			split[i] = int8(k)
		}
	}
	return split, nil
}

// in are the texts of a split, with their copies; of all for a split below 0.
func (t *texts) in(split []int8, k int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i, text := range t.all {
			if (k < 0 || split[t.same[i]] == int8(k)) && !yield(text) {
				return
			}
		}
	}
}

// field is the field of the texts, but for its length.
func (o Options) field(ctx context.Context, t *texts, split []int8) (f example.Field, err error) {
	f = example.Field{
		Name: "text", Kind: example.Tokens, Shape: []int{1}, View: example.Text,
		Text: &example.Spelling{Unit: o.Unit, Of: o.Of},
	}
	size := func(auto int) int {
		if o.Vocabulary == division.Auto {
			return auto
		}
		return int(o.Vocabulary)
	}
	switch o.Unit {
	case example.Byte:
		f.Words = tokens.Bytes(o.Of)
	case example.Word:
		f.Words, f.Text.Unknown = tokens.Words(o.Of, size(autoWords), t.in(split, 0))
	case example.BPE:
		f.Words, err = tokens.Pairs(ctx, o.Of, size(autoPairs), t.in(split, 0))
	default:
		f.Words, err = tokens.Chars(o.Of, t.in(split, -1))
	}
	return f, err
}
