package corpus

import (
	"context"
	"fmt"

	"latentspace/data/division"
	"latentspace/data/tokens"
	"latentspace/example"
)

// maker makes tokens of texts, and counts what it meets.
type maker struct {
	Options
	texts *texts
	split []int8
	field example.Field
	row   []int32 // of a text

	count   int // of texts in a split
	longest int // of them, in tokens
	cut     int // texts longer than a row
	words   [3]int
	unknown [3]int // words without a token of their own
}

// each calls f with the tokens of each text of a split, or of all splits for one below 0. They are
// valid until f returns. Unknown counts the words of each split that have no token.
func (m *maker) each(ctx context.Context, k int, unknown *[3]int, f func(i, split int, row []int32)) error {
	e, err := tokens.NewEncoder(m.field)
	if err != nil {
		return err
	}
	for i, text := range m.texts.all {
		if i%1024 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		split := int(m.split[m.texts.same[i]])
		if split == unused || k >= 0 && split != k {
			continue
		}
		m.row = e.Append(m.row[:0], text, func(string) { unknown[split]++ })
		f(i, split, m.row)
	}
	return nil
}

// measure counts the tokens of the texts, and gives the field its length.
func (m *maker) measure(ctx context.Context) error {
	count := map[int]int{} // texts by their length
	err := m.each(ctx, -1, &m.unknown, func(_, split int, row []int32) {
		m.words[split] += len(row)
		m.longest = max(m.longest, len(row))
		m.count++
		count[len(row)]++
	})
	if err != nil {
		return err
	}
	length := int(m.Length)
	switch {
	case m.Of == example.Windows:
		length = m.window()
	case m.Length == division.Auto:
		length = min(m.longest, autoLength)
	}
	for n, texts := range count {
		if n > length {
			m.cut += texts
		}
	}
	if m.field.Text.Ends() {
		length++
	}
	m.field.Shape = []int{length}
	return nil
}

// fill adds the texts of a split to a set. A text without tokens, such as a window of blanks in words,
// is left out.
func (m *maker) fill(ctx context.Context, set *tokens.Set, k int, classOf []int) error {
	var counted [3]int // as measure has done
	return m.each(ctx, k, &counted, func(i, _ int, row []int32) {
		switch {
		case len(row) == 0:
		case classOf != nil:
			set.Add(row, classOf[m.texts.file[i]])
		default:
			set.Add(row)
		}
	})
}

// units say what a token is.
var units = map[example.TextUnit]string{
	example.Char: "a character", example.Byte: "a byte", example.BPE: "a string of bytes", example.Word: "a word or a mark",
}

// told says what the tokens are.
func (m *maker) told() (notes []string) {
	f, with := m.field, ""
	length := f.Size()
	if f.Text.Ends() {
		with = ", with the end of a text"
		length--
	}
	notes = append(notes, fmt.Sprintf("a token is %s: a vocabulary of %d%s; the longest of the %s has %s", units[m.Unit], len(f.Words), with, m.Of, counted(m.longest, "token")))
	if m.cut > 0 {
		notes = append(notes, fmt.Sprintf("%d of %d %s (%.2g %%) have more than %s and are cut into pieces: data.length says another number", m.cut, m.count, m.Of, 100*float64(m.cut)/float64(m.count), counted(length, "token")))
	} else {
		notes = append(notes, fmt.Sprintf("none of the %s is cut", m.Of))
	}
	if f.Text.Unknown != 0 {
		share := func(k int) float64 { return 100 * float64(m.unknown[k]) / float64(max(1, m.words[k])) }
		notes = append(notes, fmt.Sprintf("%.3g %% of the words to train on are too rare for the vocabulary and become %s, and %.3g %% of those to choose by: data.vocabulary says another size", share(0), example.UnknownWord, share(1)))
	}
	return notes
}
