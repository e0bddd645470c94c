package sentences

import (
	"maps"
	"slices"

	"latentspace/data/tokens"
	"latentspace/example"
)

// Field is the field of the sentences, whose tokens are words or characters. Its vocabulary is of
// all sentences and it has room for the longest.
func Field(unit example.TextUnit) (example.Field, error) {
	f := example.Field{
		Name: "text", Kind: example.Tokens, View: example.Text,
		Text: &example.Spelling{Unit: unit, Of: example.Sentences},
	}
	some := covering()
	var err error
	if unit == example.Char {
		f.Words, err = tokens.Chars(example.Sentences, slices.Values(some))
	} else {
		seen := map[string]bool{example.End: true}
		for _, s := range some {
			for word := range tokens.Split(s) {
				seen[word] = true
			}
		}
		f.Words = slices.Sorted(maps.Keys(seen))
	}
	if err != nil {
		return f, err
	}
	f.Shape = []int{1} // for the encoder to be made
	e, err := tokens.NewEncoder(f)
	if err != nil {
		return f, err
	}
	longest := 0
	for _, s := range some {
		longest = max(longest, len(e.Append(nil, s, func(string) {})))
	}
	f.Shape = []int{longest + 1}
	return f, nil
}

// covering are sentences that have every word between them, and a longest one in any unit: of each
// tense, number and polarity, all values of each other factor beside the longest of the rest.
func covering() []string {
	var all []string
	for i := range sizes[Tense] * sizes[Number] * sizes[Polarity] {
		f := At(i * (Count / (sizes[Tense] * sizes[Number] * sizes[Polarity])))
		for k := Subject; k <= Place; k++ {
			longest, at := 0, 0
			for v := range sizes[k] {
				f[k] = v
				s := f.Sentence()
				all = append(all, s)
				if len(s) > longest {
					longest, at = len(s), v
				}
			}
			f[k] = at
		}
	}
	return all
}
