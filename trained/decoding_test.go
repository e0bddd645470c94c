package trained

import (
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/sequential"
	"latentspace/nn"
	"latentspace/tensor"
)

func TestADrawIsFromTheLikelyWords(t *testing.T) {
	logits := []float32{1, 3, 0, 2} // e¹, e³, e⁰, e²: shares .087, .644, .032, .237
	for name, test := range map[string]struct {
		d    Decoding
		want map[int]float64 // shares
	}{
		"the likeliest": {Decoding{}, map[int]float64{1: 1}},
		"all":           {Decoding{Temperature: 1}, map[int]float64{0: 0.0871, 1: 0.6439, 2: 0.0321, 3: 0.2369}},
		"hot":           {Decoding{Temperature: 1e9}, map[int]float64{0: 0.25, 1: 0.25, 2: 0.25, 3: 0.25}},
		"two":           {Decoding{Temperature: 1, TopK: 2}, map[int]float64{1: 0.7311, 3: 0.2689}},
		"a nucleus":     {Decoding{Temperature: 1, TopP: 0.9}, map[int]float64{0: 0.0900, 1: 0.6652, 3: 0.2447}},
		"of one":        {Decoding{Temperature: 1, TopP: 0.1}, map[int]float64{1: 1}},
		"more than all": {Decoding{Temperature: 1, TopK: 9, TopP: 1}, map[int]float64{0: 0.0871, 1: 0.6439, 2: 0.0321, 3: 0.2369}},
	} {
		c, got := chooser{Decoding: test.d}, map[int]float64{}
		const n = 100_000
		for i := range n {
			got[c.choose(logits, (float64(i)+0.5)/n)] += 1.0 / n
		}
		for w := range logits {
			if math.Abs(got[w]-test.want[w]) > 2e-4 {
				t.Errorf("%s: word %d is drawn with the share %.4f, want %.4f", name, w, got[w], test.want[w])
			}
		}
	}
}

func TestDecodingsThatContradictThemselves(t *testing.T) {
	for want, d := range map[string]Decoding{
		"temperature -1, want 0":                                      {Temperature: -1},
		"temperature NaN":                                             {Temperature: math.NaN()},
		"top-k -1, want a number of words":                            {Temperature: 1, TopK: -1},
		"top-p 1.5, want a probability":                               {Temperature: 1, TopP: 1.5},
		"beams 65, want it from 1 to 64":                              {Beams: 65},
		"temperature 0 draws nothing":                                 {TopK: 3},
		"beams 4 search and draw nothing":                             {Beams: 4, Temperature: 1},
		"beams -1":                                                    {Beams: -1},
		"beams 4 search and draw nothing, and top-k and top-p narrow": {Beams: 4, Temperature: 1, TopK: 2},
	} {
		if err := d.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// chain is a model whose tokens follow from the token before them by a table of probabilities, and
// from nothing else. Its code only has a dimension.
type chain struct {
	sequential.TextVAE
	log []float32 // ln p of each word after the start, and after each word
}

const chainWords = 4 // the end, a, b, c

func (c chain) Start(_ *nn.Graph, z nn.Node, _ models.Batch) []nn.Node {
	return []nn.Node{z.Slice(1, 0, 1).Like(0)}
}

func (c chain) Next(g *nn.Graph, _, token nn.Node, state []nn.Node, _ models.Batch) (logits nn.Node, next []nn.Node) {
	return g.Constant(c.log, chainWords+1, chainWords).Gather(token.AddScalar(1)), []nn.Node{state[0].AddScalar(1)}
}

func newChain(t *testing.T, p [][chainWords]float64) *Model {
	t.Helper()
	c := chain{TextVAE: families.Models["textvae"]().(sequential.TextVAE)}
	c.Latent = 2
	for _, row := range p {
		for _, v := range row {
			c.log = append(c.log, float32(math.Log(v)))
		}
	}
	f := example.Field{Name: "text", Kind: example.Tokens, Shape: []int{5}, View: example.Text, Words: []string{"", "a", "b", "c"}, Text: &example.Spelling{Unit: example.Char, Of: example.Lines}}
	m, err := New(c, "textvae", models.Data{Schema: example.Of(f)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// garden has the probabilities of the end, a, b and c at the start, after the end, and after a, b and
// c. The likeliest first token leads to an unlikely text: "b" and then "c" has the probability .35,
// and what begins by "a" at most .15.
var garden = [][chainWords]float64{
	{0.05, 0.5, 0.4, 0.05},
	{0.25, 0.25, 0.25, 0.25},
	{0.3, 0.35, 0.25, 0.1},
	{0.04, 0.03, 0.03, 0.9},
	{0.97, 0.01, 0.01, 0.01},
}

func TestABeamFindsALikelierTextThanTheLikeliestTokens(t *testing.T) {
	m := newChain(t, garden)
	z := tensor.New(3, 2)
	spelled := func(d Decoding) []string {
		m, err := m.Writing(d)
		if err != nil {
			t.Fatal(err)
		}
		x, err := m.Decode(t.Context(), z, nil)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for i := range 3 {
			all = append(all, m.Schema.Fields[0].Spell(x.Data[i*5:(i+1)*5]))
		}
		return all
	}
	if got := spelled(Decoding{}); !slices.Equal(got, []string{"aaaaa", "aaaaa", "aaaaa"}) {
		t.Errorf("the likeliest tokens: got %q", got)
	}
	for _, beams := range []int{2, 3, 64} {
		if got := spelled(Decoding{Beams: beams}); !slices.Equal(got, []string{"bc", "bc", "bc"}) {
			t.Errorf("%d beams: got %q, want bc, the likeliest text", beams, got)
		}
	}
}

// Texts are drawn with their probabilities, each by the seed and its place among all.
func TestTextsAreDrawnWithTheirProbabilities(t *testing.T) {
	m := newChain(t, garden)
	const n = 4000
	x, err := m.Generate(t.Context(), tensor.New(n, 2), nil, 0, 7)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]float64{}
	f := m.Schema.Fields[0]
	for i := range n {
		count[f.Spell(x.Data[i*5:(i+1)*5])] += 1.0 / n
	}
	for text, p := range map[string]float64{"bc": 0.4 * 0.9 * 0.97, "a": 0.5 * 0.3, "": 0.05} {
		if sd := math.Sqrt(p * (1 - p) / n); math.Abs(count[text]-p) > 4*sd {
			t.Errorf("%q is drawn with the share %.4f, want %.4f ± %.4f", text, count[text], p, sd)
		}
	}
	part, err := m.Generate(t.Context(), tensor.New(64, 2), nil, 128, 7)
	if err != nil || !slices.Equal(part.Data, x.Data[128*5:192*5]) {
		t.Errorf("the texts from number 128 on are not those of all: %v", err)
	}
}

// The same codes give the same texts whatever else is decoded with them, and a text that was drawn
// is not the likeliest alone.
func TestWritingIsOfEachCodeAlone(t *testing.T) {
	for _, kind := range []string{"textvae", "textae"} {
		f := example.Field{Name: "text", Kind: example.Tokens, Shape: []int{7}, View: example.Text, Words: []string{"", "a", "b", "c"}, Text: &example.Spelling{Unit: example.Char, Of: example.Lines}}
		m, err := New(families.Models[kind](), kind, models.Data{Schema: example.Of(f)}, 3)
		if err != nil {
			t.Fatal(err)
		}
		dim, _ := m.Dim()
		z, err := latent.Draws(latent.Standard(dim), 70, 1)
		if err != nil {
			t.Fatal(err)
		}
		all, err := m.Decode(t.Context(), z, nil)
		if err != nil {
			t.Fatal(err)
		}
		into := tensor.New(all.Shape...)
		if err := m.DecodeRows(t.Context(), rowsOf(into), rowsOf(z), nil); err != nil || !into.Equal(all) {
			t.Errorf("other texts in rows of the caller's: %v", err)
		}
		for i := range 70 {
			one, err := m.Decode(t.Context(), rows(z, i, i+1), nil)
			if err != nil || !slices.Equal(one.Data, all.Data[i*7:(i+1)*7]) {
				t.Fatalf("%s: code %d alone: got %v, %v, want %v", kind, i, one, err, all.Data[i*7:(i+1)*7])
			}
		}
		drawn, err := m.Generate(t.Context(), z, nil, 0, 1)
		if err != nil || slices.Equal(drawn.Data, all.Data) {
			t.Errorf("%s: draws are the likeliest texts: %v", kind, err)
		}
		for i := range 70 {
			row := drawn.Data[i*7 : (i+1)*7]
			end := slices.Index(row, 0)
			if end < 0 {
				end = 6
			}
			if slices.Contains(row[:end+1], example.Padding) || slices.ContainsFunc(row[end+1:], func(v float32) bool { return v != example.Padding }) {
				t.Errorf("%s: text %d is %v, want tokens, an end, and then padding", kind, i, row)
			}
		}
	}
}

func TestAModelOfPicturesWritesNothing(t *testing.T) {
	m, err := New(families.Models["vae"](), "vae", models.Data{Schema: example.Pictures(8, 8, 1)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Writing(Decoding{Beams: 2}); err == nil || err.Error() != "trained: a model of kind vae has no decoder that writes token by token" {
		t.Errorf("got %v", err)
	}
}
