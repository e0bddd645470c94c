package portable

import (
	"slices"

	"latentspace/example"
	"latentspace/nn"
)

// Writing is what a decoder is that writes token by token: the program of the state before the first
// token, and that of a step, whose results are the logits of the next token and then the state after it.
// The likeliest token is chosen at each step, and −1 is the one before the first.
type Writing struct {
	Start    *Program `json:"start"`
	Step     *Program `json:"step"`
	End      int      `json:"end"` // the token that ends a text, −1 if none does
	Spelling Spelling `json:"spelling"`
}

// Spelling is how tokens are text.
type Spelling struct {
	Words   any    `json:"words"`             // texts, or lists of bytes
	Bytes   bool   `json:"bytes,omitempty"`   // they are bytes of UTF-8
	Letters []bool `json:"letters,omitempty"` // which words have letters, so that a blank stands between two; nil for none
}

// writing is that of a model whose examples are a field of tokens.
func (w *writer) writing(f example.Field, start, step []nn.Operation) (*Writing, error) {
	d := &Writing{End: -1, Spelling: spelling(f)}
	if f.Text != nil && f.Text.Ends() {
		d.End = slices.Index(f.Words, example.End)
	}
	var err error
	if d.Start, err = w.program(start); err != nil {
		return nil, err
	}
	d.Step, err = w.program(step)
	return d, err
}

// spelling is that of a field: see [example.Field.Spell].
func spelling(f example.Field) Spelling {
	if f.Text == nil {
		return Spelling{Words: f.Words}
	}
	switch f.Text.Unit {
	case example.Byte, example.BPE:
		words := make([][]int, len(f.Words))
		for i, word := range f.Words {
			bytes, _ := example.UnescapeBytes(word)
			words[i] = make([]int, 0, len(bytes))
			for _, b := range []byte(bytes) {
				words[i] = append(words[i], int(b))
			}
		}
		return Spelling{Words: words, Bytes: true}
	case example.Word:
		letters := make([]bool, len(f.Words))
		for i, word := range f.Words {
			letters[i] = example.IsWord(word)
		}
		return Spelling{Words: f.Words, Letters: letters}
	}
	return Spelling{Words: f.Words}
}
