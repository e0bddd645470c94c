package probe

import (
	"slices"
	"testing"

	"latentspace/example"
	"latentspace/nn"
	"latentspace/tensor"
)

// Of a text with few words a network sees each token and how often there is each word, and of one
// with many words the numbers alone, which are made of some steps at a time.
func TestTextsAreCounted(t *testing.T) {
	field := func(steps, words int) example.Field {
		return example.Field{Kind: example.Tokens, Shape: []int{steps}, Words: make([]string, words)}
	}
	x := tensor.New(2, 7)
	copy(x.Data, []float32{1, 2, 1, 0, -1, -1, -1, 2, 2, 2, 2, 2, 1, 2})
	for _, f := range []example.Field{field(7, 3), field(7, 5000), field(7, 1<<14)} {
		words := len(f.Words)
		want := make([]float32, 0, 2*words)
		for i := range 2 {
			row, counts := x.Data[i*7:(i+1)*7], make([]float32, words)
			for _, v := range row {
				if words == 3 {
					one := make([]float32, 3)
					if v >= 0 {
						one[int(v)] = 1
					}
					want = append(want, one...)
				}
				if v >= 0 {
					counts[int(v)]++
				}
			}
			want = append(want, counts...)
		}
		g := nn.NewGraph(nn.NewParams(1), nn.Options{})
		y := counted(g.Constant(x.Data, 2, 7), f)
		p, err := nn.Compile(g, y)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		if got := p.Output(y); !slices.Equal(got, want) {
			t.Errorf("%d words: got %d values, want %d of other values", words, len(got), len(want))
		}
	}
}
