package preview

import (
	"fmt"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/example"
)

const (
	textsShown  = 4
	tokensShown = 40 // of a text
)

// Texts is some texts of a training set, chosen by the seed: each with the number of its tokens and,
// where they are more than characters, once more with a bar between them.
func Texts(ds data.Dataset, seed uint64) (string, error) {
	schema := ds.Schema()
	if !schema.IsText() || ds.Len() == 0 {
		return "", fmt.Errorf("preview: %d examples of shape %v, want texts", ds.Len(), schema.Shape())
	}
	f := schema.Fields[0]
	row := make([]float32, f.Size())
	var b strings.Builder
	fmt.Fprintln(&b, "training texts as the model sees them")
	for _, i := range data.Some(ds.Len(), textsShown, seed, "preview") {
		if err := ds.Read(i, row); err != nil {
			return "", fmt.Errorf("preview: example %d: %w", i, err)
		}
		var words []string
		ends := false
		for _, v := range row {
			if ends = v >= 0 && f.Words[int(v)] == example.End; v < 0 || ends {
				break
			}
			words = append(words, f.Words[int(v)])
		}
		n := len(words)
		fmt.Fprintf(&b, "  %3d tokens  %s\n", n, onOneLine(f.Spell(row[:min(n, 4*tokensShown)]), n > 4*tokensShown))
		if unit := f.Text.Unit; unit == example.Char || unit == example.Byte {
			continue
		}
		words = slices.Clip(words[:min(n, tokensShown)])
		if ends && n <= tokensShown {
			words = append(words, "end")
		}
		fmt.Fprintf(&b, "  %s  %s\n", strings.Repeat(" ", len("100 tokens")), onOneLine(strings.Join(words, "|"), n > tokensShown))
	}
	return b.String(), nil
}

// onOneLine is text with a sign for each line break, and an ellipsis if it is cut.
func onOneLine(text string, cut bool) string {
	text = strings.ReplaceAll(text, "\n", "↵")
	if cut {
		text += "…"
	}
	return text
}
