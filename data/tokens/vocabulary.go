package tokens

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"

	"latentspace/example"
)

// Most is how many tokens a vocabulary has at most: as many as a list in a checkpoint.
const Most = 50_000

// mostWord is how many bytes a word of a vocabulary has at most.
const mostWord = 64

// first are the words before all others: [example.End], if texts end by it.
func first(of example.Passage) []string {
	if (example.Spelling{Of: of}).Ends() {
		return []string{example.End}
	}
	return nil
}

// Chars returns the words of a vocabulary of the characters of texts, in the order of Unicode.
func Chars(of example.Passage, texts iter.Seq[string]) ([]string, error) {
	seen := map[rune]bool{}
	for text := range texts {
		for _, r := range text {
			seen[r] = true
		}
	}
	words := first(of)
	if n := len(seen) + len(words); n > Most {
		return nil, fmt.Errorf("tokens: %d different characters, want at most %d tokens", n, Most)
	}
	for _, r := range slices.Sorted(maps.Keys(seen)) {
		words = append(words, string(r))
	}
	return words, nil
}

// Bytes returns the words of a vocabulary of all bytes, in their order.
func Bytes(of example.Passage) []string {
	words := first(of)
	for b := range 256 {
		words = append(words, example.EscapeBytes(string([]byte{byte(b)})))
	}
	return words
}

// Words returns a vocabulary of the most frequent words and marks of texts, by falling frequency and
// then in the order of their bytes. The last word, unknown, is of all others, and the vocabulary
// has at most size words with it. A word of more than 64 bytes is unknown.
func Words(of example.Passage, size int, texts iter.Seq[string]) (words []string, unknown int) {
	count := map[string]int{}
	for text := range texts {
		for word := range Split(text) {
			if len(word) <= mostWord {
				count[word]++
			}
		}
	}
	frequent := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	words = first(of)
	words = append(words, frequent[:max(0, min(len(frequent), size-1-len(words)))]...)
	return append(words, example.UnknownWord), len(words)
}
