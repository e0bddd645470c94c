package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"latentspace/data/division"
	"latentspace/data/sentences"
	"latentspace/data/tokens"
	"latentspace/example"
)

// Sentences is short sentences of English that the program composes, such as “The old farmers will
// not paint the boat in the garden.” Known of each are the factors that it is composed of:
//
//	tense      past, present or future; it is the label
//	number     singular or plural
//	polarity   affirmative or negative
//	subject    one of 12 nouns
//	adjective  none, or one of 7
//	verb       one of 10
//	object     one of 10 nouns
//	place      nowhere, or one of 7
//
// The splits are samples of all 921,600 sentences without repetition, so that no sentence is in two
// of them; with Train 0 they have all.
type Sentences struct {
	Unit              string `yaml:"unit"` // what a token is: word or char
	division.Shuffled `yaml:",inline"`
}

// Check reports options outside their ranges.
func (s Sentences) Check(report func(key, format string, args ...any)) {
	if unit := example.TextUnit(s.Unit); unit != example.Word && unit != example.Char {
		report("unit", "%.40q, want %s or %s", s.Unit, example.Word, example.Char)
	}
	s.Shuffled.Check(report, sentences.Count)
}

// Open implements [Source]. The splits are [Described].
func (s Sentences) Open(ctx context.Context) (*Splits, error) {
	if err := checked("sentences", s.Check); err != nil {
		return nil, err
	}
	f, err := sentences.Field(example.TextUnit(s.Unit))
	if err != nil {
		return nil, fmt.Errorf("data: sentences: %w", err)
	}
	e, err := tokens.NewEncoder(f)
	if err != nil {
		return nil, fmt.Errorf("data: sentences: %w", err)
	}
	about := example.Schema{Fields: sentences.Fields()}
	var parts [3][]int
	parts[0], parts[1], parts[2] = s.Split("sentences", sentences.Count)
	var sets [3]*tokens.Set
	var row []int32
	for k, part := range parts {
		sets[k] = tokens.NewSet(f, about)
		for j, i := range part {
			if j%4096 == 0 && ctx.Err() != nil {
				return nil, fmt.Errorf("data: sentences: %w", context.Cause(ctx))
			}
			factors := sentences.At(i)
			row = e.Append(row[:0], factors.Sentence(), func(string) {}) // none is missing
			sets[k].Add(row, factors[:]...)
		}
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("data: sentences: %w", context.Cause(ctx))
	}
	splits, err := textSplits(sets)
	if err != nil {
		return nil, fmt.Errorf("data: sentences: %w", err)
	}
	return splits, nil
}

// textSplits joins the three parts of a set of texts.
func textSplits(sets [3]*tokens.Set) (*Splits, error) {
	h := sha256.New()
	splits := &Splits{}
	for k, into := range []*Dataset{&splits.Train, &splits.Valid, &splits.Test} {
		if err := sets[k].Digest(h); err != nil {
			return nil, err
		}
		*into = textsOf(sets[k])
	}
	splits.SHA256 = hex.EncodeToString(h.Sum(nil))
	return splits, nil
}

// textsOf is a set of texts, [Described] if something is known of them.
func textsOf(s *tokens.Set) Dataset {
	if len(s.About().Fields) > 0 {
		return describedTexts{texts{s}}
	}
	return texts{s}
}

// texts is a set of texts.
type texts struct{ set *tokens.Set }

// Len implements [Dataset].
func (t texts) Len() int { return t.set.Len() }

// Schema implements [Dataset].
func (t texts) Schema() example.Schema { return t.set.Schema() }

// Read implements [Dataset].
func (t texts) Read(i int, dst []float32) error {
	if err := checkRead(i, t.Len(), dst, t.Schema().Width()); err != nil {
		return err
	}
	t.set.Read(i, dst)
	return nil
}

// describedTexts is texts of which something is known.
type describedTexts struct{ texts }

// About implements [Described].
func (t describedTexts) About() example.Schema { return t.set.About() }

// ReadAbout implements [Described].
func (t describedTexts) ReadAbout(i int, dst []float32) error {
	if err := checkRead(i, t.Len(), dst, t.About().Width()); err != nil {
		return err
	}
	t.set.ReadAbout(i, dst)
	return nil
}
