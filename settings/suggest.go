package settings

import (
	"fmt"
	"slices"
	"strings"
)

// Suggest is `, did you mean "x"?` for the word of words that got most likely
// stands for, or "" where none is near.
func Suggest(got string, words []string) string {
	if len(got) > 64 {
		return ""
	}
	best, least := "", 1+max(1, len(got)/3)
	for _, w := range slices.Sorted(slices.Values(words)) {
		if d := editDistance(strings.ToLower(got), w); d < least {
			best, least = w, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", best)
}

// editDistance is the least number of insertions, deletions, replacements and
// swaps of neighbours that turn a into b, no part edited twice.
//
// Damerau, A technique for computer detection and correction of spelling errors,
// CACM 1964.
func editDistance(a, b string) int {
	before := make([]int, len(b)+1)
	last := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := last[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(replace, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
