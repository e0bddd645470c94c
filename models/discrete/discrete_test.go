package discrete

import (
	"math"
	"slices"
	"testing"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/networks"
	"latentspace/models/sequences"
	"latentspace/nn"
	"latentspace/nn/nntest"
	"latentspace/nn/optim"
	"latentspace/tensor"
)

var smallNet = networks.MLP{Hidden: []int{16}, Activation: "tanh", Norm: "none", Init: "glorot"}

// patterns are 16 vectors of 8 numbers, each one of four: all signs of two numbers, of which half of the
// vector is each.
func patterns() []float32 {
	x := make([]float32, 16*8)
	for i := range x {
		x[i] = 1
		if row := i / 8; i%8 < 4 && row%2 == 0 || i%8 >= 4 && row/2%2 == 0 {
			x[i] = -1
		}
	}
	return x
}

// trained trains the phases of a model on the patterns, each for some steps, and returns the parameters and
// the last value of each term, under phase.term.
func trained(t *testing.T, m models.Model, steps ...int) (*nn.Params, map[string]float64) {
	t.Helper()
	p, terms := nn.NewParams(1), map[string]float64{}
	for i, phase := range m.Phases() {
		g, loss, err := phase.Graph(p, nn.Options{Name: phase.Name, Training: true, Seed: 1}, models.Data{Schema: example.Points(8)}, 16)
		if err != nil {
			t.Fatal(err)
		}
		outputs := []nn.Node{loss.Total}
		for _, term := range loss.Terms {
			outputs = append(outputs, term.Value)
		}
		program, err := nn.CompileStep(g, loss.Total, phase.Train, outputs...)
		if err != nil {
			t.Fatal(err)
		}
		params := map[string]*tensor.Tensor{}
		for _, d := range program.Grads() {
			params[d.Name] = d.Param
		}
		rule := optim.New(optim.Adam{LR: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, params)
		copy(program.Input(models.InputName), patterns())
		for n := range steps[i] {
			program.Draw(uint64(n))
			if err := program.RunAll(); err != nil {
				t.Fatal(err)
			}
			rule.Step(1 - float64(n)/float64(steps[i]))
			for _, d := range program.Grads() {
				rule.Update(d.Name, d.Param, d.Value)
			}
			program.Commit()
		}
		for _, term := range loss.Terms {
			terms[phase.Name+"."+term.Name] = program.Scalar(term.Value)
		}
	}
	return p, terms
}

func transformer() sequences.Writer {
	return with(sequences.Writers["transformer"]().(sequences.TransformerWriter), func(t *sequences.TransformerWriter) { t.Width, t.Layers = 16, 1 })
}

// small are models of every kind, with a prior that is a network.
func small() map[string]models.Model {
	prior := WordPrior{Network: transformer(), Embedding: 8, From: 1}
	return map[string]models.Model{
		"vq-vae":         VQVAE{Encoder: smallNet, Words: 8, Width: 2, Places: 2, Commitment: 0.25, Decay: 0.9, Revival: 0.1, WordPrior: prior},
		"vq-vae by step": VQVAE{Encoder: smallNet, Words: 8, Width: 2, Places: 2, Commitment: 0.25, WordPrior: prior},
		"rvq":            RVQ{Encoder: smallNet, Words: 4, Depth: 2, Width: 2, Places: 1, Commitment: 0.25, Decay: 0.9, Revival: 0.1, WordPrior: prior},
		"rvq by step":    RVQ{Encoder: smallNet, Words: 4, Depth: 2, Width: 2, Places: 2, Commitment: 0.25, WordPrior: prior},
		"fsq":            FSQ{Encoder: smallNet, Levels: []int{3, 4}, Places: 1, WordPrior: prior},
	}
}

// Four patterns, equally often, need two bits. The mean of all, the best without a code, leaves an error
// of 8. The prior learns which words there are: −log₂ p cannot go below the two bits, and whatever else
// it gives to words that are none costs more. Its draws are the patterns.
func TestEveryKindLearnsFourPatternsAndTheirWords(t *testing.T) {
	for name, m := range small() {
		t.Run(name, func(t *testing.T) {
			p, terms := trained(t, m, 400, 200)
			if got := terms["reconstruction.squared_error"]; !(got < 0.5) {
				t.Fatalf("squared error %v, want it below 0.5 of 8", got)
			}
			if got := terms["prior.bits"]; !(got > 2-1e-3 && got < 2.2) {
				t.Errorf("%v bits for an example, want 2", got)
			}
			prior, err := m.(models.Prior).Prior(p)
			if err != nil {
				t.Fatal(err)
			}
			z, err := latent.Draws(prior, 200, 1)
			if err != nil {
				t.Fatal(err)
			}
			g := nn.NewGraph(p, nn.Options{})
			y := m.(models.Decoder).Decode(g, g.Input("z", z.Shape...), models.NewBatch(g, models.Data{Schema: example.Points(8)}, 200, nn.Node{})).Mean()
			program, err := nn.Compile(g, y)
			if err != nil {
				t.Fatal(err)
			}
			copy(program.Input("z"), z.Data)
			if err := program.RunAll(); err != nil {
				t.Fatal(err)
			}
			counts := map[[2]bool]int{}
			far := 0
			for x := range slices.Chunk(program.Output(y), 8) {
				counts[[2]bool{x[0] > 0, x[7] > 0}]++
				if slices.ContainsFunc(x, func(v float32) bool { return math.Abs(math.Abs(float64(v))-1) > 0.5 }) {
					far++
				}
			}
			// A count of 200 draws has a deviation of √(200·¼·¾), 6.
			for pattern, n := range counts {
				if n < 25 || n > 75 {
					t.Errorf("pattern %v in %d of 200 draws, want about 50", pattern, n)
				}
			}
			if len(counts) != 4 || far > 20 {
				t.Errorf("%d patterns, and %d of 200 draws are none, want 4 and few", len(counts), far)
			}
		})
	}
}

// The gradient of −ln p(w) by every parameter of the prior, of words out of one codebook and of two.
func TestGradientsOfThePriorOfWords(t *testing.T) {
	for _, depth := range []int{1, 2} {
		gru := with(sequences.Writers["gru"]().(sequences.GRUWriter), func(w *sequences.GRUWriter) { w.Units = 3 })
		w := WordPrior{Network: gru, Embedding: 2, From: 1}
		nntest.Check(t, func(g *nn.Graph, _ []nn.Node) nn.Node {
			return w.nll(g, g.Constant([]float32{0, 2, 1, 1, 0, 2, 2, 2}, 2, 4), language{words: 3, depth: depth})
		})
	}
}

// The probabilities of all codes of words add up to 1, with any weights: −ln p(w) is exact. The draws have
// these probabilities: of 1600, the count of each is within five deviations.
func TestThePriorOfWordsIsADistribution(t *testing.T) {
	for kind, network := range sequences.Writers {
		for _, l := range []language{{words: 3, depth: 1}, {words: 3, depth: 3}} {
			w := WordPrior{Network: network(), Embedding: 4, From: 1}
			const slots, codes = 3, 27
			words := make([]float32, 0, codes*slots)
			for i := range codes {
				words = append(words, float32(i/9), float32(i/3%3), float32(i%3))
			}
			p := nn.NewParams(5)
			g := nn.NewGraph(p, nn.Options{})
			g.In("code").State("usage", nn.Zeros, slots, l.words)
			var each []nn.Node
			x := g.Constant(words, codes, slots)
			for i := range codes {
				each = append(each, w.nll(g.In("prior"), x.Slice(0, i, i+1), l))
			}
			program, err := nn.Compile(g, each...)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range p.Trained() { // so that codes differ
				for i, v := range p.Get(name).Data {
					p.Get(name).Data[i] = 3*v + float32(math.Sin(float64(i)))/4
				}
			}
			if err := program.RunAll(); err != nil {
				t.Fatal(err)
			}
			l.spell = func(_ *nn.Graph, words nn.Node) nn.Node { return words }
			const n = 1600
			z, err := latent.Draws(w.draws(p, slots, l), n, 1)
			if err != nil {
				t.Fatal(err)
			}
			var counts [codes]float64
			for i := range n {
				row := z.Data[i*slots:]
				counts[int(9*row[0]+3*row[1]+row[2])]++
			}
			sum, least, most := 0.0, 1.0, 0.0
			for i, node := range each {
				q := math.Exp(-program.Scalar(node))
				sum, least, most = sum+q, min(least, q), max(most, q)
				if off := counts[i] - n*q; math.Abs(off) > 5*math.Sqrt(n*q*(1-q))+1 {
					t.Errorf("%s of depth %d: code %d in %v of %d draws, want %v", kind, l.depth, i, counts[i], n, n*q)
				}
			}
			if math.Abs(sum-1) > 1e-5 {
				t.Errorf("%s of depth %d: the probabilities add up to %v", kind, l.depth, sum)
			}
			if most < 2*least {
				t.Errorf("%s of depth %d: probabilities from %v to %v tell nothing apart", kind, l.depth, least, most)
			}
		}
	}
}

// Without a network, or before it is trained, the words of a code are drawn by their frequencies at each
// place: those of one alone always, and two as often.
func TestWordsAreDrawnByFrequencies(t *testing.T) {
	drawnByFrequencies(t, FSQ{Encoder: smallNet, Levels: []int{3, 3}, Places: 2, WordPrior: DefaultWordPrior})
	drawnByFrequencies(t, FSQ{Encoder: smallNet, Levels: []int{3, 3}, Places: 2, WordPrior: WordPrior{Network: transformer(), Embedding: 4, From: 1}})
}

func drawnByFrequencies(t *testing.T, m FSQ) {
	t.Helper()
	p := nn.NewParams(1)
	for _, phase := range m.Phases() {
		if _, _, err := phase.Graph(p, nn.Options{}, models.Data{Schema: example.Points(8)}, 2); err != nil {
			t.Fatal(err)
		}
	}
	usage := p.Get("code.usage").Data
	usage[5], usage[9+0], usage[9+8] = 0.3, 0.2, 0.2
	prior, err := m.Prior(p)
	if err != nil {
		t.Fatal(err)
	}
	z, err := latent.Draws(prior, 400, 1)
	if err != nil {
		t.Fatal(err)
	}
	first := 0
	for i := range 400 {
		row := z.Data[4*i : 4*i+4]
		// Word 5 is the digits 2 and 1 of base 3, word 0 is 0 and 0, and word 8 is 2 and 2.
		if row[0] != 1 || row[1] != 0 || row[2] != row[3] || math.Abs(float64(row[2])) != 1 {
			t.Fatalf("code %v, want 1 0 and then twice -1 or twice 1", row)
		}
		if row[2] < 0 {
			first++
		}
	}
	if first < 150 || first > 250 {
		t.Errorf("one of two words in %d of 400 draws, want about 200", first)
	}
}

// What a phase of the prior learns are the words that Encode gives: those of evaluation. Dropout and
// normalisation by the batch do not change them, and nothing of the encoder moves.
func TestThePriorLearnsTheWordsOfEvaluation(t *testing.T) {
	net := with(smallNet, func(n *networks.MLP) { n.Norm, n.Dropout = "batch", 0.5 })
	m := FSQ{Encoder: net, Levels: []int{5, 5}, Places: 2, WordPrior: WordPrior{Network: transformer(), Embedding: 4, From: 1}}
	d := models.Data{Schema: example.Points(8)}
	p := nn.NewParams(1)
	for _, phase := range m.Phases() {
		if _, _, err := phase.Graph(p, nn.Options{}, d, 16); err != nil {
			t.Fatal(err)
		}
	}
	var bits [2]float64
	for i, training := range []bool{false, true} {
		g, loss, err := m.Phases()[1].Graph(p, nn.Options{Training: training, Seed: 1}, d, 16)
		if err != nil {
			t.Fatal(err)
		}
		program, err := nn.CompileStep(g, loss.Total, []string{"prior"}, loss.Total)
		if err != nil {
			t.Fatal(err)
		}
		before := p.Get("encoder.layer1.norm.running_mean").Clone()
		copy(program.Input(models.InputName), patterns())
		program.Draw(1)
		if err := program.RunAll(); err != nil {
			t.Fatal(err)
		}
		program.Commit()
		bits[i] = program.Scalar(loss.Total)
		if !slices.Equal(before.Data, p.Get("encoder.layer1.norm.running_mean").Data) {
			t.Error("statistics of the encoder move")
		}
	}
	if bits[0] != bits[1] {
		t.Errorf("−ln p is %v in evaluation and %v in training", bits[0], bits[1])
	}
}
