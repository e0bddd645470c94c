package corpus

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"latentspace/data/tokens"
	"latentspace/example"
)

// passages divides a text into its examples, and numbers them from 1. A line that is blank is empty.
func passages(text string, of example.Passage, unit example.TextUnit, length int) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		n := 0
		next := func(passage string) bool {
			n++
			return yield(n, passage)
		}
		switch of {
		case example.Sentences:
			sentences(text, next)
		case example.Windows:
			for len(text) > 0 {
				size := tokens.Window(unit, text, length)
				if !next(text[:size]) {
					return
				}
				text = text[size:]
			}
		default:
			for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
				if strings.TrimSpace(line) == "" {
					line = ""
				}
				if !next(line) {
					return
				}
			}
		}
	}
}

// sentences divides a text into sentences. A sentence may go over several lines, but not over a blank
// one. It ends by a mark such as a full stop, and by what closes quotes or brackets after it, if
// blanks follow and then no small letter on the same line. A full stop behind an abbreviation or an initial ends none.
// Blanks within are single spaces.
func sentences(text string, next func(string) bool) {
	add := func(s string) bool {
		s = strings.Join(strings.Fields(s), " ")
		return s == "" || next(s)
	}
	for paragraph := range paragraphs(text) {
		start := 0
		for at, r := range paragraph {
			if at < start || !slices.Contains(stops, r) {
				continue
			}
			end := at + utf8.RuneLen(r)
			for {
				next, n := utf8.DecodeRuneInString(paragraph[end:])
				if n == 0 || !slices.Contains(stops, next) && !strings.ContainsRune(closing, next) {
					break
				}
				end += n
			}
			rest := strings.TrimLeftFunc(paragraph[end:], unicode.IsSpace)
			next, _ := utf8.DecodeRuneInString(rest)
			wide := r >= 0x3000 // marks of Chinese and Japanese, which no blank follows
			between := paragraph[end : len(paragraph)-len(rest)]
			small := unicode.IsLower(next) && !strings.Contains(between, "\n")
			if rest != "" && (between == "" && !wide || small || r == '.' && abbreviated(paragraph[start:at])) {
				continue
			}
			if !add(paragraph[start:end]) {
				return
			}
			start = end
		}
		if !add(paragraph[start:]) {
			return
		}
	}
}

// paragraphs are the parts of a text between blank lines.
func paragraphs(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		start, at := 0, 0
		for line := range strings.SplitAfterSeq(text, "\n") {
			if strings.TrimSpace(line) == "" {
				if start < at && !yield(text[start:at]) {
					return
				}
				start = at + len(line)
			}
			at += len(line)
		}
		if start < at {
			yield(text[start:at])
		}
	}
}

// stops end a sentence, and closing follows them.
var stops = []rune{'.', '!', '?', '…', '。', '！', '？'}

const closing = `"'”’»)]」』`

// abbreviations are words that a full stop belongs to.
var abbreviations = []string{"mr", "mrs", "ms", "dr", "st", "prof", "sr", "jr", "vs", "etc", "e.g", "i.e", "no", "vol", "fig", "cf", "gen", "col", "capt", "lt", "rev", "hon"}

// abbreviated reports whether a text ends with an abbreviation or an initial.
func abbreviated(text string) bool {
	word := text[strings.LastIndexFunc(text, unicode.IsSpace)+1:]
	word = strings.TrimLeftFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
	r, n := utf8.DecodeRuneInString(word)
	return n == len(word) && unicode.IsUpper(r) && r != 'I' || slices.Contains(abbreviations, strings.ToLower(word))
}
