package data

import (
	"context"
	"errors"
	"fmt"

	"latentspace/data/corpus"
	"latentspace/data/division"
	"latentspace/data/locate"
	"latentspace/data/tokens"
	"latentspace/example"
)

// Text is the lines, the sentences or windows of a file of text, or of the files of a folder or an
// archive, as tokens. If the files of a folder are in several folders, the first level of them is
// the class of a text; else a file is, of at most 20.
//
// Blank lines are passed over. A sentence may go over several lines, but not over a blank one. A
// window is a stretch of a file of as many tokens as length says; windows do not overlap. A line or a
// sentence that is longer is cut into pieces. Texts of the splits are drawn by the seed, with each
// class in its share; texts that are the same, word for word, are in one split, and count once.
//
// Words and pairs of bytes are learned from the texts to train on; characters are those of all texts.
type Text struct {
	File string `yaml:"file" run:"place"` // of text
	Dir  string `yaml:"dir" run:"place"`  // a folder or an archive of files that end in .txt, .text or .md
	// Unit is what a token is: char, byte, bpe (bytes that often stand together) or word (a word or a
	// mark of punctuation).
	Unit string `yaml:"unit"`
	Of   string `yaml:"of"` // what an example is: lines, sentences or windows
	// Length is how many tokens an example has at most, from 1 to 10,000; with auto as many as the
	// longest, at most 128, and 64 of windows.
	Length division.Count `yaml:"length"`
	// Vocabulary is how many tokens there are of words or of pairs of bytes, at most 50,000; with auto
	// 5,000 words or 1,000 pairs.
	Vocabulary division.Count `yaml:"vocabulary"`
	// Encoding is how the bytes of the files stand for text: utf-8, latin1, windows-1252 or utf-16.
	Encoding          string `yaml:"encoding"`
	division.Shuffled `yaml:",inline"`
}

// options are those of a corpus.
func (t Text) options() corpus.Options {
	return corpus.Options{
		Unit: example.TextUnit(t.Unit), Of: example.Passage(t.Of), Length: t.Length, Vocabulary: t.Vocabulary,
		Encoding: t.Encoding, Shuffled: t.Shuffled,
	}
}

// Check reports options outside their ranges. How many texts there are is known only when they are
// read.
func (t Text) Check(report func(key, format string, args ...any)) {
	if t.File != "" && t.Dir != "" {
		report("dir", "%q, and file is %q, want one of them", t.Dir, t.File)
	}
	t.options().Check(report)
}

// Open implements [Source]. The splits are [Described] if the texts have classes.
func (t Text) Open(ctx context.Context) (*Splits, error) {
	if err := checked("text", t.Check); err != nil {
		return nil, err
	}
	path, folder := t.File, t.Dir != ""
	if folder {
		path = t.Dir
	}
	if path == "" {
		return nil, errors.New("data: text: file: empty, want the path of a file of text, or dir, a folder or an archive of some: -set data.file=PATH")
	}
	path, err := locate.Home(path)
	if err != nil {
		return nil, fmt.Errorf("data: text: %w", err)
	}
	c, err := corpus.Open(ctx, path, folder, t.options())
	if err != nil {
		return nil, fmt.Errorf("data: text: %w", err)
	}
	splits, err := textSplits([3]*tokens.Set{c.Train, c.Valid, c.Test})
	if err != nil {
		return nil, fmt.Errorf("data: text: %w", err)
	}
	splits.Notes = c.Notes
	return splits, nil
}

// ImportText reads texts for a model whose examples are text of a schema: those of a file, of a folder
// or an archive, in UTF-8 or else in an encoding. What is no file is the text itself. Texts longer
// than an example are cut, which the notes say, as they say which words are unknown; characters that
// the vocabulary does not have are an error. The data set has a method Name(i int) string.
func ImportText(ctx context.Context, path string, s example.Schema, encoding string) (Dataset, []string, error) {
	if !s.IsText() {
		return nil, nil, fmt.Errorf("data: %.60q: the model has not learned from text", path)
	}
	home, err := locate.Home(path)
	if err != nil {
		return nil, nil, fmt.Errorf("data: %w", err)
	}
	n, err := corpus.Import(ctx, home, s.Fields[0], encoding)
	if err != nil {
		return nil, nil, fmt.Errorf("data: %w", err)
	}
	if len(n.Set.About().Fields) > 0 {
		return newDescribedTexts{describedTexts{texts{n.Set}}, named(n.Names)}, n.Notes, nil
	}
	return newTexts{texts{n.Set}, named(n.Names)}, n.Notes, nil
}

// named are the names of examples.
type named []string

// Name is what a person calls example i.
func (n named) Name(i int) string { return n[i] }

// newTexts are texts that a model has not learned from.
type newTexts struct {
	texts
	named
}

// newDescribedTexts are those of which something is known.
type newDescribedTexts struct {
	describedTexts
	named
}
