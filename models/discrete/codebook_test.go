package discrete

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/nn"
)

// moved is the words and the counts of a codebook after steps with batches z of vectors, begun from
// words and counts if there are any.
func moved(t *testing.T, c codebook, words, count []float32, batches ...[]float32) (w, n []float32) {
	t.Helper()
	p := nn.NewParams(1)
	g := nn.NewGraph(p, nn.Options{Training: true, Seed: 3})
	places := len(batches[0]) / c.width
	s := c.speak(g.In("codebook"), g.Input("z", 1, places*c.width))
	program, err := nn.CompileStep(g, s.commitment.Add(g.Param("unused", nn.Zeros)), nil, s.commitment)
	if err != nil {
		t.Fatal(err)
	}
	if words != nil {
		copy(p.Get("codebook.words").Data, words)
		copy(p.Get("codebook.count").Data, count)
	}
	for i, z := range batches {
		copy(program.Input("z"), z)
		program.Draw(uint64(i))
		if err := program.RunAll(); err != nil {
			t.Fatal(err)
		}
		program.Commit()
	}
	return p.Get("codebook.words").Data, p.Get("codebook.count").Data
}

// Of the vectors 0.5, 1.5 and 4.5 the first two are nearest to the word 0 and the third to the word 4.
// With γ = ¾ and counts of 4 and 1 the counts become 3 + 2/4 and ¾ + ¼, and the words
// 0 + ¼·(2 − 2·0)/3.5 and 4 + ¼·(4.5 − 4)/1.
func TestWordsAreMovingAverages(t *testing.T) {
	words, count := moved(t, codebook{words: 2, width: 1, decay: 0.75}, []float32{0, 4}, []float32{4, 1}, []float32{0.5, 1.5, 4.5})
	for i, want := range []float32{0.5 / 3.5, 4.125} {
		if got := words[i]; math.Abs(float64(got-want)) > 1e-6 {
			t.Errorf("word %d is %v, want %v", i, got, want)
		}
	}
	if want := []float32{3.5, 1}; !slices.Equal(count, want) {
		t.Errorf("counts %v, want %v", count, want)
	}
}

// A word that is the moving average of sums over that of counts, m/N, is what the codebook keeps without
// m. Ten batches of one word whose counts differ: none of it is exact, all of it is near.
func TestWordsAreSumsOverCounts(t *testing.T) {
	const decay = 0.9
	var batches [][]float32
	m, n := 2.0*3, 3.0
	for i := range 10 {
		z := []float32{float32(i), float32(i) / 2, -1, 1000, 1000}
		if i%3 == 0 {
			z[2] = 1000 // nearest to the other word
		}
		batches = append(batches, z)
		sum, of := 0.0, 0.0
		for _, v := range z {
			if v < 900 {
				sum, of = sum+float64(v), of+1
			}
		}
		m, n = decay*m+(1-decay)*sum, decay*n+(1-decay)*of
	}
	words, count := moved(t, codebook{words: 2, width: 1, decay: decay}, []float32{2, 1000}, []float32{3, 3}, batches...)
	if math.Abs(float64(words[0])-m/n) > 1e-4 || math.Abs(float64(count[0])-n) > 1e-5 {
		t.Errorf("a word of %v with a count of %v, want %v and %v", words[0], count[0], m/n, n)
	}
}

// The first batch gives every word the value of one of its vectors, each another one, and an even count.
func TestTheFirstBatchGivesWordsTheirFirstValues(t *testing.T) {
	z := make([]float32, 2*24)
	for i := range z {
		z[i] = float32(i) - 11
	}
	words, count := moved(t, codebook{words: 6, width: 2, decay: 0.9}, nil, nil, z)
	seen := map[float32]bool{}
	for k := range 6 {
		e := words[2*k : 2*k+2]
		if seen[e[0]] || math.Mod(float64(e[0])+11, 2) != 0 || e[1] != e[0]+1 || e[0] < -11 || e[0] > 35 {
			t.Errorf("word %d is %v, want a vector of the batch that no other word is", k, e)
		}
		seen[e[0]] = true
		if count[k] != 4 {
			t.Errorf("count %d is %v, want 24 vectors over 6 words", k, count[k])
		}
	}
}

// The first batch gives the first codebook two of its vectors, around −8 and 8 or both around one of
// them. What the nearest of these leaves of a vector is a first word of the second codebook, and not the
// vector itself.
func TestTheFirstWordsOfALaterCodebookAreResiduals(t *testing.T) {
	z := []float32{-8, -7.5, -8.25, 8, 8.5, 7.25}
	for seed := range uint64(10) {
		p := nn.NewParams(1)
		g := nn.NewGraph(p, nn.Options{Training: true, Seed: seed})
		m := RVQ{Encoder: plain{}, Words: 2, Depth: 2, Width: 1, Places: 6, Commitment: 0.25, Decay: 0.9}
		loss := m.Phases()[0].Loss(g, models.Input(g, models.Data{Schema: example.Points(6)}, 1))
		program, err := nn.CompileStep(g, loss.Total.Add(g.Param("unused", nn.Zeros)), nil, loss.Total)
		if err != nil {
			t.Fatal(err)
		}
		copy(program.Input(models.InputName), z)
		program.Draw(0)
		if err := program.RunAll(); err != nil {
			t.Fatal(err)
		}
		program.Commit()
		first, second := p.Get("codebook.level1.words").Data, p.Get("codebook.level2.words").Data
		var left []float32
		for _, v := range z {
			a, b := v-first[0], v-first[1]
			if b*b < a*a {
				a = b
			}
			left = append(left, a)
		}
		for _, e := range first {
			if !slices.Contains(z, e) {
				t.Errorf("seed %d: the first codebook has %v, want vectors of %v", seed, first, z)
			}
		}
		for _, e := range second {
			if !slices.Contains(left, e) {
				t.Errorf("seed %d: the second codebook has %v, want what %v leave, some of %v", seed, second, first, left)
			}
		}
	}
}

// A word that is used less than its share of the mean becomes a vector of the batch, the 9 in a sixth of
// all draws: of 60 in 10, with a deviation of 3. Words that are used stay.
func TestAWordThatIsNotUsedIsReplaced(t *testing.T) {
	z := []float32{1, 1, 1, 1, 1, 9}
	nine := 0
	for seed := range uint64(60) {
		p := nn.NewParams(1)
		g := nn.NewGraph(p, nn.Options{Training: true, Seed: seed})
		s := codebook{words: 3, width: 1, decay: 0.9, revival: 0.3}.speak(g.In("codebook"), g.Input("z", 1, len(z)))
		program, err := nn.CompileStep(g, s.commitment.Add(g.Param("unused", nn.Zeros)), nil)
		if err != nil {
			t.Fatal(err)
		}
		copy(p.Get("codebook.words").Data, []float32{1, 700, 8})
		copy(p.Get("codebook.count").Data, []float32{4, 0.6, 1})
		copy(program.Input("z"), z)
		program.Draw(0)
		if err := program.RunAll(); err != nil {
			t.Fatal(err)
		}
		program.Commit()
		words, count := p.Get("codebook.words").Data, p.Get("codebook.count").Data
		if words[0] != 1 || !(words[2] > 8 && words[2] < 9) || count[1] != 2 {
			t.Fatalf("words %v with counts %v, want 1 and one from 8 to 9, and an even count of 2 for the other", words, count)
		}
		if words[1] != 1 && words[1] != 9 {
			t.Fatalf("the word is %v, want a vector of the batch", words[1])
		}
		if words[1] == 9 {
			nine++
		}
	}
	if nine < 2 || nine > 22 {
		t.Errorf("the word is 9 in %d of 60 draws, want about 10", nine)
	}
}

// With more words than vectors, all words become vectors of the batch.
func TestMoreWordsThanVectors(t *testing.T) {
	words, _ := moved(t, codebook{words: 5, width: 1, decay: 0.9}, nil, nil, []float32{3, 8})
	if three := len(slices.DeleteFunc(slices.Clone(words), func(v float32) bool { return v != 3 })); three != 2 && three != 3 || slices.ContainsFunc(words, func(v float32) bool { return v != 3 && v != 8 }) {
		t.Errorf("words %v, want 3 and 8, one of them twice and the other three times", words)
	}
}

// With networks that do nothing the error of a reconstruction has no gradient by x, as that of the word
// goes straight through: it comes from x and from the word, and the two cancel. What is left is that of
// the commitment, 2·Commitment·(x − e), and of a second codebook the same of what the first left. The
// words have the gradient 2·(e − x) each time that they are used.
func TestGradientsGoStraightThrough(t *testing.T) {
	x, words, second := []float32{0.2, 0.9, 1.4}, []float32{0, 1}, []float32{-0.25, 0.25}
	for name, c := range map[string]struct {
		m          models.Model
		byX, byOne []float32
	}{
		"vq-vae": {VQVAE{Encoder: plain{}, Words: 2, Width: 1, Places: 3, Commitment: 0.5}, []float32{0.2, -0.1, 0.4}, []float32{-0.4, -0.6}},
		"rvq":    {RVQ{Encoder: plain{}, Words: 2, Depth: 2, Width: 1, Places: 3, Commitment: 0.5}, []float32{0.2 - 0.05, -0.1 + 0.15, 0.4 + 0.15}, []float32{-0.4, -0.6}},
	} {
		p := nn.NewParams(1)
		g := nn.NewGraph(p, nn.Options{Training: true})
		b := models.Input(g, models.Data{Schema: example.Points(3)}, 1)
		loss := c.m.Phases()[0].Loss(g, b)
		scope := g.In("codebook")
		if name == "rvq" {
			scope = scope.In("level1")
		}
		grads := g.Grad(loss.Total, b.X, scope.Param("words", nn.Zeros, 2, 1))
		program, err := nn.Compile(g, grads...)
		if err != nil {
			t.Fatal(err)
		}
		copy(program.Input(models.InputName), x)
		copy(p.Get(scope.Scope()+".words").Data, words)
		if name == "rvq" {
			copy(p.Get("codebook.level2.words").Data, second)
		}
		if err := program.RunAll(); err != nil {
			t.Fatal(err)
		}
		for i, want := range [][]float32{c.byX, c.byOne} {
			for k, got := range program.Output(grads[i]) {
				if math.Abs(float64(got-want[k])) > 1e-6 {
					t.Errorf("%s: gradient %d is %v, want %v", name, i, program.Output(grads[i]), want)
					break
				}
			}
		}
	}
}

// In evaluation a codebook stays what it is.
func TestEvaluationMovesNoWord(t *testing.T) {
	p := nn.NewParams(1)
	g := nn.NewGraph(p, nn.Options{})
	s := codebook{words: 4, width: 2, decay: 0.9, revival: 0.5}.speak(g.In("codebook"), g.Input("z", 2, 6))
	before := p.Get("codebook.words").Clone()
	program, err := nn.Compile(g, s.commitment)
	if err != nil {
		t.Fatal(err)
	}
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	program.Commit()
	if !slices.Equal(before.Data, p.Get("codebook.words").Data) || !slices.Equal(p.Get("codebook.count").Data, make([]float32, 4)) {
		t.Error("the words moved")
	}
}

// Two examples of two places have the words 0 1 and 0 2, out of four. Words have the frequencies ½, ¼, ¼
// and 0, with an entropy of 1.5 bits; a hundredth of those at each place goes into the usage.
func TestWordsOfABatchAreCounted(t *testing.T) {
	p := nn.NewParams(1)
	g := nn.NewGraph(p, nn.Options{Training: true})
	terms := observeWords(g.In("code"), g.Constant([]float32{0, 1, 0, 2}, 4), 2, 4, 1)
	wantTerms(t, g, terms, map[string]float64{"perplexity": math.Pow(2, 1.5), "words_used": 0.75, "bits": 3})
	step, err := nn.CompileStep(g, g.Param("unused", nn.Zeros), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := step.RunAll(); err != nil {
		t.Fatal(err)
	}
	step.Commit()
	if got, want := p.Get("code.usage"), []float32{0.01, 0, 0, 0, 0, 0.005, 0.005, 0}; !slices.Equal(got.Data, want) || !slices.Equal(got.Shape, []int{2, 4}) {
		t.Errorf("usage %v of shape %v, want %v of (2, 4)", got.Data, got.Shape, want)
	}
}

// Of two codebooks, the first has one word for all and the second two as often: entropies of 0 and 1 bit
// at each of two places.
func TestWordsOfSeveralCodebooksAreCounted(t *testing.T) {
	g := nn.NewGraph(nn.NewParams(1), nn.Options{})
	terms := observeWords(g.In("code"), g.Constant([]float32{3, 0, 3, 1, 3, 1, 3, 0}, 8), 2, 4, 2)
	wantTerms(t, g, terms, map[string]float64{"perplexity": math.Sqrt2, "words_used": 3.0 / 8, "bits": 2})
}

func wantTerms(t *testing.T, g *nn.Graph, terms []models.Term, want map[string]float64) {
	t.Helper()
	var nodes []nn.Node
	for _, term := range terms {
		nodes = append(nodes, term.Value)
	}
	program, err := nn.Compile(g, nodes...)
	if err != nil {
		t.Fatal(err)
	}
	if err := program.RunAll(); err != nil {
		t.Fatal(err)
	}
	for _, term := range terms {
		if got := program.Scalar(term.Value); math.Abs(got-want[term.Name]) > 1e-5 {
			t.Errorf("%s is %v, want %v", term.Name, got, want[term.Name])
		}
	}
	if len(terms) != len(want) {
		t.Errorf("%d terms, want %d", len(terms), len(want))
	}
}

func TestChecksSayWhatIsWanted(t *testing.T) {
	for _, c := range []struct {
		name string
		m    interface {
			Check(report func(key, format string, args ...any))
		}
		key, want string
	}{
		{"a decay of one", with(DefaultVQVAE, func(m *VQVAE) { m.Decay = 1 }), "decay", "in [0, 1)"},
		{"a decay that is no number", with(DefaultVQVAE, func(m *VQVAE) { m.Decay = math.NaN() }), "decay", "in [0, 1)"},
		{"revival of words that follow the gradient", with(DefaultVQVAE, func(m *VQVAE) { m.Revival = 0.1 }), "revival", "want a decay such as 0.99"},
		{"revival of every word", with(DefaultRVQ, func(m *RVQ) { m.Revival = 1 }), "revival", "share of the mean use, in [0, 1)"},
		{"a prior from the start", with(DefaultVQVAE, func(m *VQVAE) { m.WordPrior.From = 0 }), "prior.from", "above 0"},
		{"vectors of no width", with(DefaultFSQ, func(m *FSQ) { m.WordPrior.Embedding = 0 }), "prior.embedding", "from 1"},
		{"no codebook", with(DefaultRVQ, func(m *RVQ) { m.Depth = 0 }), "depth", "from 1 to 64"},
		{"two levels", with(DefaultFSQ, func(m *FSQ) { m.Levels = []int{5, 2} }), "levels", "element 1 is 2, want it from 3"},
		{"no levels", with(DefaultFSQ, func(m *FSQ) { m.Levels = nil }), "levels", "one value at least"},
		{"more words than there may be", with(DefaultFSQ, func(m *FSQ) { m.Levels = []int{4096, 4096, 4096, 4096, 4096, 4096} }), "levels", "a product of at most 65536"},
		{"no places", with(DefaultFSQ, func(m *FSQ) { m.Places = 0 }), "places", "from 1"},
	} {
		found := false
		c.m.Check(func(key, format string, args ...any) {
			found = found || key == c.key && strings.Contains(fmt.Sprintf(format, args...), c.want)
		})
		if !found {
			t.Errorf("%s: no report of %s with %q", c.name, c.key, c.want)
		}
	}
}

func with[M any](m M, change func(*M)) M {
	change(&m)
	return m
}
