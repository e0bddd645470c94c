// Package tokens divides text into tokens: characters, bytes, words and pairs of bytes that are
// learned.
package tokens

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"latentspace/example"
)

// Split divides text into words and marks of punctuation. A mark has the blanks beside it: " (" or
// ", ". A blank between two marks is of the first. A word may have apostrophes inside. A line break
// is a mark, without blanks. [example.Field.Spell] joins them to the same text again, but for blanks
// that are several, other than a space, or at the ends of a line.
func Split(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for w := range splitAt(text) {
			if w.token != "" && !yield(w.token) {
				return
			}
		}
	}
}

// piece is a word or a mark, and where it ends in a text.
type piece struct {
	token string // empty for blanks without any
	end   int    // with the blanks behind it
}

// splitAt is [Split] with places.
func splitAt(text string) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		rest, _ := trimmed(text)
		if rest == "" {
			if text != "" {
				yield(piece{"", len(text)})
			}
			return
		}
		afterWord, space := false, false // what was before
		for len(rest) > 0 {
			n := wordLength(rest)
			if n > 0 {
				word := rest[:n]
				rest, space = trimmed(rest[n:])
				afterWord = true
				if !yield(piece{word, len(text) - len(rest)}) {
					return
				}
				continue
			}
			r, n := utf8.DecodeRuneInString(rest)
			mark := rest[:n]
			before := afterWord && space && r != '\n'
			rest, space = trimmed(rest[n:])
			after := space && r != '\n' && rest != "" && rest[0] != '\n'
			if before || after {
				mark = spaced(mark, before, after)
			}
			if !yield(piece{mark, len(text) - len(rest)}) {
				return
			}
			afterWord, space = false, false
		}
	}
}

// spaced is a mark with the blanks beside it.
func spaced(mark string, before, after bool) string {
	if before {
		mark = " " + mark
	}
	if after {
		mark += " "
	}
	return mark
}

// blank reports whether a character is a blank, which a line break is not.
func blank(r rune) bool { return r != '\n' && unicode.IsSpace(r) }

// trimmed is text without the blanks that it begins with, and whether it has some.
func trimmed(text string) (rest string, had bool) {
	rest = strings.TrimLeftFunc(text, blank)
	return rest, len(rest) < len(text)
}

// wordLength is how many bytes the word has that text begins with.
func wordLength(text string) int {
	for i, r := range text {
		if example.InWord(r) {
			continue
		}
		if i > 0 && (r == '\'' || r == '’') {
			if next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):]); example.InWord(next) {
				continue
			}
		}
		return i
	}
	return len(text)
}

// mostChunk is how many bytes a chunk has.
const mostChunk = 64

// chunks divides text into the parts that pairs of bytes are learned and joined in: a word or marks
// of punctuation, with a space before it, or blanks. Joined they are the text.
func chunks(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for len(text) > 0 {
			n := chunkLength(text)
			if !yield(text[:n]) {
				return
			}
			text = text[n:]
		}
	}
}

// The kinds of character in a chunk.
const (
	blanks = iota
	letters
	marks
)

func kindOf(r rune) int {
	switch {
	case unicode.IsSpace(r):
		return blanks
	case example.InWord(r):
		return letters
	}
	return marks
}

// chunkLength is how many bytes the first chunk of a text has, at least one.
func chunkLength(text string) int {
	r, n := utf8.DecodeRuneInString(text)
	kind, start := kindOf(r), 0
	if r == ' ' && n < len(text) {
		if next, _ := utf8.DecodeRuneInString(text[n:]); kindOf(next) != blanks {
			kind, start = kindOf(next), n
		}
	}
	for i, r := range text[start:] {
		at, size := start+i, utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(text[at:])
		}
		if at > 0 && (at+size > mostChunk || kindOf(r) != kind) {
			return at
		}
		// The last space of several is of what follows.
		if kind == blanks && at > 0 && r == ' ' && at+1 < len(text) {
			if next, _ := utf8.DecodeRuneInString(text[at+1:]); kindOf(next) != blanks {
				return at
			}
		}
	}
	return len(text)
}

// bytesToken is how many bytes of text a learned token is taken to have, before any is learned.
const bytesToken = 2

// Window is how many bytes of a text, at least one, its first length tokens have. Of pairs of bytes,
// which may not be known yet, it is as many whole words as have two bytes for each token.
func Window(unit example.TextUnit, text string, length int) int {
	n := 0
	switch unit {
	case example.Byte:
		return min(length, len(text))
	case example.Word:
		count := 0
		for w := range splitAt(text) {
			if n, count = w.end, count+1; count == length {
				break
			}
		}
		return n
	case example.BPE:
		for c := range chunks(text) {
			if n > 0 && n+len(c) > bytesToken*length {
				break
			}
			n += len(c)
		}
		return n
	}
	for range length {
		_, size := utf8.DecodeRuneInString(text[n:])
		n += size
	}
	return n
}
