package tokens

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"latentspace/example"
)

// Encoder makes tokens of text, by the words of a field alone. It is not safe for concurrent use.
type Encoder struct {
	text  example.Spelling
	token map[string]int32
	known map[string][]int32 // tokens of chunks that were met before
}

// mostKnown is how many chunks an encoder remembers.
const mostKnown = 1 << 16

// NewEncoder returns the encoder of a field of text.
func NewEncoder(f example.Field) (*Encoder, error) {
	if f.Text == nil {
		return nil, fmt.Errorf("tokens: field %q of kind %s, want one of text", f.Name, f.Kind)
	}
	e := &Encoder{text: *f.Text, token: make(map[string]int32, len(f.Words)), known: map[string][]int32{}}
	for i, word := range f.Words {
		if i == 0 && e.text.Ends() || i == e.text.Unknown && e.text.Unknown != 0 {
			continue
		}
		if e.text.Unit == example.Byte || e.text.Unit == example.BPE {
			word, _ = example.UnescapeBytes(word)
		}
		e.token[word] = int32(i)
	}
	return e, nil
}

// Append appends the tokens of a text, without an end. It calls stranger with each piece that is not
// in the vocabulary. Such a word becomes the unknown one, if there is one, and anything else is left
// out.
//
// Pairs of bytes are joined in the order of the vocabulary: of all neighbours that spell a token
// together, those first that spell the first.
func (e *Encoder) Append(dst []int32, text string, stranger func(piece string)) []int32 {
	add := func(piece string) {
		if t, ok := e.token[piece]; ok {
			dst = append(dst, t)
			return
		}
		stranger(piece)
		if e.text.Unknown != 0 {
			dst = append(dst, int32(e.text.Unknown))
		}
	}
	switch e.text.Unit {
	case example.Word:
		for word := range Split(text) {
			add(word)
		}
	case example.BPE:
		for chunk := range chunks(text) {
			joined, ok := e.known[chunk]
			if !ok {
				joined = e.pairs(chunk, stranger)
				if len(e.known) < mostKnown {
					e.known[chunk] = joined
				}
			}
			dst = append(dst, joined...)
		}
	case example.Byte:
		dst = slices.Grow(dst, len(text))
		for i := range len(text) {
			add(text[i : i+1])
		}
	default:
		dst = slices.Grow(dst, utf8.RuneCountInString(text))
		for len(text) > 0 {
			_, n := utf8.DecodeRuneInString(text)
			add(text[:n])
			text = text[n:]
		}
	}
	return dst
}

// pairs are the tokens of a chunk.
func (e *Encoder) pairs(chunk string, stranger func(piece string)) []int32 {
	ends := make([]int, len(chunk)+1) // where tokens begin, and the end of the last
	for i := range ends {
		ends[i] = i
	}
	for {
		best, at := int32(-1), 0
		for i := range len(ends) - 2 {
			if t, ok := e.token[chunk[ends[i]:ends[i+2]]]; ok && (best < 0 || t < best) {
				best, at = t, i
			}
		}
		if best < 0 {
			break
		}
		ends = append(ends[:at+1], ends[at+2:]...)
	}
	var out []int32
	for i := range len(ends) - 1 {
		if t, ok := e.token[chunk[ends[i]:ends[i+1]]]; ok {
			out = append(out, t)
		} else {
			stranger(chunk[ends[i]:ends[i+1]])
		}
	}
	return out
}
