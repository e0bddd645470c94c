package example

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Spelling is how the tokens of a field are text. A row has the tokens of one text, and after a
// text that is whole [End], where the field has it. The values behind them are −1.
//
// Words spell the tokens: a character, which may be a line break; the letters of a word; a mark of
// punctuation with the blanks beside it, as in ", "; and of bytes those of [EscapeBytes].
type Spelling struct {
	// Unit is what a token is.
	Unit TextUnit `json:"unit"`
	// Of is what a row has: a line, a sentence or a window.
	Of Passage `json:"of"`
	// Unknown is the token of words that the others do not have, 0 for none.
	Unknown int `json:"unknown,omitempty"`
}

// TextUnit is what a token of a text is.
type TextUnit string

// The units.
const (
	Char TextUnit = "char" // a Unicode character
	Byte TextUnit = "byte" // a byte of UTF-8
	BPE  TextUnit = "bpe"  // bytes that often stand together
	Word TextUnit = "word" // a word or a mark of punctuation
)

// Units are the units, in the order of their declaration.
var Units = []TextUnit{Char, Byte, BPE, Word}

// Passage is what one example of a text is.
type Passage string

// The passages.
const (
	Lines     Passage = "lines"
	Sentences Passage = "sentences"
	Windows   Passage = "windows" // stretches of the text, which begin and end anywhere
)

// Passages are the passages, in the order of their declaration.
var Passages = []Passage{Lines, Sentences, Windows}

const (
	// End is the word that ends a text: the first, index 0. Fields of windows have none.
	End = ""
	// Padding is the value of a row behind the end of a text.
	Padding = -1
	// UnknownWord spells [Spelling.Unknown]. No other word is spelled so.
	UnknownWord = "<unk>"
)

// Ends reports whether texts end by [End].
func (s Spelling) Ends() bool { return s.Of != Windows }

// Spell is the text of a row of tokens, up to the first that is [End]. Values that are no tokens,
// such as −1, are passed over. Bytes that are not UTF-8 become U+FFFD.
func (f Field) Spell(row []float32) string {
	var b strings.Builder
	before := ""
	for _, v := range row {
		if !(v >= 0 && v < float32(len(f.Words))) {
			continue
		}
		word := f.Words[int(v)]
		if word == End {
			break
		}
		switch f.Text.Unit {
		case Byte, BPE:
			bytes, _ := UnescapeBytes(word)
			b.WriteString(bytes)
		case Word:
			if IsWord(before) && IsWord(word) {
				b.WriteByte(' ')
			}
			b.WriteString(word)
			before = word
		default:
			b.WriteString(word)
		}
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

// mostPlaced is how many values of a vector the places of tokens may take: 12,500 such vectors take
// 819 MB.
const mostPlaced = 1 << 14

// Placed reports whether a vector of a text, by which texts are compared, has a one at the place of
// each token. Of a long text or with many words it would take too much memory, and such a vector only
// has how often each word is in the text.
func (f Field) Placed() bool { return f.Size()*len(f.Words) <= mostPlaced }

// IsWord reports whether a token of [Word] is a word, not a mark of punctuation. A blank stands
// between two words.
func IsWord(token string) bool { return strings.IndexFunc(token, InWord) >= 0 }

// InWord reports whether a character is one that words are made of: a letter, a digit or what
// belongs to one, such as an accent.
func InWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// EscapeBytes spells bytes, of which some may be no UTF-8: a character as it is, a backslash as \\,
// and a byte that is no part of a character as \xc3. [UnescapeBytes] is its inverse.
func EscapeBytes(bytes string) string {
	if utf8.ValidString(bytes) && !strings.Contains(bytes, `\`) {
		return bytes
	}
	var b strings.Builder
	for len(bytes) > 0 {
		switch r, n := utf8.DecodeRuneInString(bytes); {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, bytes[0])
			bytes = bytes[1:]
		case r == '\\':
			b.WriteString(`\\`)
			bytes = bytes[1:]
		default:
			b.WriteString(bytes[:n])
			bytes = bytes[n:]
		}
	}
	return b.String()
}

// UnescapeBytes are the bytes that a word spells, and false if [EscapeBytes] does not spell them so.
func UnescapeBytes(word string) (string, bool) {
	if !strings.Contains(word, `\`) {
		return word, utf8.ValidString(word)
	}
	var b strings.Builder
	for rest := word; len(rest) > 0; {
		switch {
		case strings.HasPrefix(rest, `\\`):
			b.WriteByte('\\')
			rest = rest[2:]
		case len(rest) >= 4 && rest[0] == '\\' && rest[1] == 'x':
			c, err := strconv.ParseUint(rest[2:4], 16, 8)
			if err != nil {
				return "", false
			}
			b.WriteByte(byte(c))
			rest = rest[4:]
		case rest[0] == '\\':
			return "", false
		default:
			b.WriteByte(rest[0])
			rest = rest[1:]
		}
	}
	return b.String(), EscapeBytes(b.String()) == word
}

// check reports the first thing that is wrong with the spelling of a field.
func (s Spelling) check(f Field) error {
	switch {
	case f.Kind != Tokens || f.View != Text || len(f.Shape) != 1:
		return fmt.Errorf("of a %s field of shape %v that is seen as a %s, want tokens of shape [steps] that are seen as text", f.Kind, f.Shape, f.View)
	case !slices.Contains(Units, s.Unit):
		return fmt.Errorf("unit %q, want one of %v", s.Unit, Units)
	case !slices.Contains(Passages, s.Of):
		return fmt.Errorf("of %q, want one of %v", s.Of, Passages)
	case s.Ends() && f.Words[0] != End:
		return fmt.Errorf("the first word of %s is %q, want %q, which ends them", s.Of, f.Words[0], End)
	case s.Unknown != 0 && (s.Unit != Word || s.Unknown < 0 || s.Unknown >= len(f.Words) || f.Words[s.Unknown] != UnknownWord):
		return fmt.Errorf("token %d of %d of unit %s stands for unknown words, want one of unit word that is spelled %s", s.Unknown, len(f.Words), s.Unit, UnknownWord)
	}
	seen := make(map[string]bool, len(f.Words))
	for i, word := range f.Words {
		if seen[word] {
			return fmt.Errorf("words %d and before are %q, want words that differ", i, word)
		}
		seen[word] = true
		if i == 0 && s.Ends() {
			continue
		}
		bytes, spelled := UnescapeBytes(word)
		_, size := utf8.DecodeRuneInString(word)
		switch {
		case word == End:
			return fmt.Errorf("word %d is empty, want it of the end of texts alone", i)
		case s.Unit == Char && (size != len(word) || !utf8.ValidString(word)):
			return fmt.Errorf("word %d is %q, want a character", i, word)
		case (s.Unit == Byte || s.Unit == BPE) && !spelled:
			return fmt.Errorf("word %d is %q, want bytes as \\xc3 or characters of UTF-8", i, word)
		case s.Unit == Byte && len(bytes) != 1:
			return fmt.Errorf("word %d is %q, want a byte", i, word)
		case s.Unit == Word && word == UnknownWord && i != s.Unknown:
			return fmt.Errorf("word %d is %s, which stands for unknown words, want that to be token %d", i, UnknownWord, s.Unknown)
		}
	}
	return nil
}
