package families_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/autoencoders"
	"latentspace/models/diffusion"
	"latentspace/models/families"
	"latentspace/models/likelihoods"
	"latentspace/models/parts"
	"latentspace/nn"
)

// known are data of three kinds, with a class of each example.
var known = map[string]models.Data{
	"pictures": {Schema: example.Pictures(8, 8, 1), About: classes, Examples: 16},
	"points":   {Schema: example.Points(2), About: classes, Examples: 16},
	"text":     {Schema: text, About: classes, Examples: 16},
}

var text = example.Of(example.Field{
	Name: "text", Kind: example.Tokens, Shape: []int{6}, View: example.Text, Words: []string{"", "a", "b", "c", "d"},
})

var classes = example.Of(example.Class([]string{"a", "b", "c"}))

// each runs a test for every registered model on data of every kind that it is for.
func each(t *testing.T, test func(t *testing.T, m models.Model, d models.Data, n int)) {
	for _, kind := range slices.Sorted(maps.Keys(families.Models)) {
		for _, of := range slices.Sorted(maps.Keys(known)) {
			t.Run(kind+" of "+of, func(t *testing.T) {
				m := families.Models[kind]()
				if err := families.Suits(m, kind, known[of]); err != nil {
					t.Skip(err)
				}
				if kind == "vaegan" && of == "text" {
					t.Skip("its critic reads numbers, and says so")
				}
				if pca, ok := m.(autoencoders.PCA); ok {
					pca.Latent = 2 // points have no more components
					m = pca
				}
				if f, ok := m.(diffusion.FlowVAE); ok {
					f.Flow = parts.Flow{Width: 32, Blocks: 1, Steps: 2} // a wider one takes more steps
					m = f
				}
				if f, ok := m.(diffusion.LatentDiffusion); ok {
					f.Flow = parts.Flow{Width: 32, Blocks: 1, Steps: 2}
					m = f
				}
				test(t, m, known[of], max(2, models.Least(m)))
			})
		}
	}
}

// examplesOf fills the inputs of a program with examples that have two patterns, and a class of
// each, where it has them.
func examplesOf(p *nn.Program, d models.Data) {
	for i, x := 0, p.Input(models.InputName); i < len(x); i++ {
		x[i] = float32((i*7+i/3)%11) / 10
		if d.Schema.Fields[0].Indexed() {
			x[i] = float32((i*7 + i/3) % 5)
			if i%6 > 2+i/6%4 {
				x[i] = example.Padding
			}
		}
	}
	for i, about := 0, p.Input(models.AboutName); i < len(about); i++ {
		about[i] = float32(i % 3)
	}
}

// run compiles outputs of a graph and computes them for examples.
func run(t *testing.T, g *nn.Graph, d models.Data, outputs ...nn.Node) *nn.Program {
	t.Helper()
	p, err := nn.Compile(g, outputs...)
	if err != nil {
		t.Fatal(err)
	}
	examplesOf(p, d)
	p.Draw(1)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	return p
}

func finite(x []float32) bool {
	return !slices.ContainsFunc(x, func(v float32) bool { return math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) })
}

// params are those of a model.
func params(t *testing.T, m models.Model, d models.Data, n int) *nn.Params {
	t.Helper()
	p := nn.NewParams(1)
	for _, phase := range m.Phases() {
		if _, _, err := phase.Graph(p, nn.Options{}, d, n); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func TestEveryLossOfEveryModelIsAFiniteScalar(t *testing.T) {
	each(t, func(t *testing.T, m models.Model, d models.Data, n int) {
		p := nn.NewParams(1)
		names := map[string]bool{}
		for _, phase := range m.Phases() {
			if names[phase.Name] {
				t.Errorf("two phases are called %s", phase.Name)
			}
			names[phase.Name] = true
			for _, training := range []bool{true, false} {
				g, loss, err := phase.Graph(p, nn.Options{Training: training, Seed: 1}, d, n)
				if err != nil {
					t.Fatalf("training %v: %v", training, err)
				}
				outputs, seen := []nn.Node{loss.Total}, map[string]bool{"loss": true, "": true}
				for _, term := range loss.Terms {
					if seen[term.Name] {
						t.Errorf("phase %s has a term %q that another is called", phase.Name, term.Name)
					}
					seen[term.Name] = true
					outputs = append(outputs, term.Value)
				}
				program := run(t, g, d, outputs...)
				for i, o := range outputs {
					if v := program.Output(o); len(v) != 1 || !finite(v) {
						t.Errorf("phase %s, training %v: output %d is %v, want a finite scalar", phase.Name, training, i, v)
					}
				}
			}
		}
	})
}

// epochs are the times at which phases of a model begin.
func epochs(m models.Model) []float64 {
	from := []float64{0}
	for _, p := range m.Phases() {
		from = append(from, p.From)
	}
	slices.Sort(from)
	return slices.Compact(from)
}

// Steps of the phases that are active at a time, in turn, keep each loss finite, and reach every
// parameter. That of a model whose phases are no rivals falls, in the mean over the noise
// of eight steps.
func TestEveryModelLearns(t *testing.T) {
	each(t, func(t *testing.T, m models.Model, d models.Data, _ int) {
		if _, ok := m.(models.Fitted); ok {
			t.Skip("it is fitted")
		}
		examples := 8
		if len(epochs(m)) > 1 {
			examples = 128 // of codes that are nearly noise a flow has little to learn
		}
		tr := compileTold(t, m, d, examples)
		reached := map[string]bool{}
		for _, p := range tr.programs {
			examplesOf(p, d)
		}
		for _, epoch := range epochs(m) {
			active := func(i int) bool { return m.Phases()[i].Active(epoch) }
			loss := func() (mean float64) {
				for i, p := range tr.programs {
					if !active(i) {
						continue
					}
					for step := range uint64(8) {
						p.Draw(step)
						if err := p.RunAll(); err != nil {
							t.Fatal(err)
						}
						mean += p.Scalar(tr.totals[i]) / 8
					}
					for _, g := range p.Grads() {
						reached[g.Name] = reached[g.Name] || slices.ContainsFunc(g.Value, func(v float32) bool { return v != 0 })
					}
				}
				return mean
			}
			before := loss()
			for n := range 30 {
				tr.stepOf(t, n, 60, active)
				for i, p := range tr.programs {
					if v := p.Scalar(tr.totals[i]); active(i) && (math.IsNaN(v) || math.IsInf(v, 0)) {
						t.Fatalf("step %d: loss %d is %v", n, i, v)
					}
				}
			}
			if after := loss(); !models.Adversarial(m) && !(after < before) {
				t.Errorf("from epoch %v the loss goes from %v to %v, want it to fall", epoch, before, after)
			}
		}
		for _, name := range tr.params.Trained() {
			if !reached[name] && !offsets[name] {
				t.Errorf("no loss has a gradient by %s", name)
			}
		}
	})
}

// offsets are what a critic adds to every score, where its loss is of differences of them: that
// of Wasserstein everywhere, the hinge as long as no score is beyond it.
var offsets = map[string]bool{"critic.out.bias": true, "discriminator.psi.bias": true}

// latentOf is the dimension of a model's codes, by its encoder or its prior.
func latentOf(t *testing.T, m models.Model, d models.Data, n int, p *nn.Params) int {
	t.Helper()
	if e, ok := m.(models.Encoder); ok {
		g := nn.NewGraph(p, nn.Options{})
		code := e.Encode(g, models.Input(g, d, n))
		if err := g.Err(); err != nil {
			t.Fatal(err)
		}
		return code.Mean.Shape()[1]
	}
	prior, err := m.(models.Prior).Prior(p)
	if err != nil {
		t.Fatal(err)
	}
	return prior.Dim()
}

func TestEveryEncoderGivesACodeForEachExample(t *testing.T) {
	each(t, func(t *testing.T, m models.Model, d models.Data, n int) {
		e, ok := m.(models.Encoder)
		if !ok {
			t.Skip("no encoder")
		}
		p := params(t, m, d, n)
		g := nn.NewGraph(p, nn.Options{})
		code := e.Encode(g, models.Input(g, d, n))
		outputs := []nn.Node{code.Mean, code.Draw(g, "eps")}
		if !code.IsPoint() {
			outputs = append(outputs, code.LogVar)
		}
		program := run(t, g, d, outputs...)
		for i, o := range outputs {
			if s := o.Shape(); len(s) != 2 || s[0] != n || s[1] != code.Mean.Shape()[1] {
				t.Errorf("output %d has the shape %v, want (%d, latent)", i, s, n)
			}
			if !finite(program.Output(o)) {
				t.Errorf("output %d is %v", i, program.Output(o))
			}
		}
	})
}

// Codes of the model's own prior, or of the standard normal distribution, become examples in the
// model's range, of a shape and, drawn, within the support of its likelihood.
func TestEveryDecoderGivesExamplesInItsRange(t *testing.T) {
	each(t, func(t *testing.T, m models.Model, d models.Data, n int) {
		decoder, ok := m.(models.Decoder)
		if !ok {
			t.Skip("no decoder")
		}
		if _, ok := m.(models.Sequential); ok {
			t.Skip("it writes token by token")
		}
		n = 3 * n
		p := params(t, m, d, n)
		dim := latentOf(t, m, d, n, p)
		var prior latent.Prior = latent.Standard(dim)
		if own, ok := m.(models.Prior); ok {
			var err error
			if prior, err = own.Prior(p); err != nil {
				t.Fatal(err)
			}
			if prior.Dim() != dim {
				t.Errorf("the prior's codes have %d values, and the encoder's %d", prior.Dim(), dim)
			}
		}
		z, err := latent.Draws(prior, n, 1)
		if err != nil || !finite(z.Data) {
			t.Fatalf("codes %v, %v", z, err)
		}
		g := nn.NewGraph(p, nn.Options{})
		out := decoder.Decode(g, g.Input("z", n, dim), models.NewBatch(g, d, n, nn.Node{}))
		mean, draw := out.Mean(), out.Draw()
		program, err := nn.Compile(g, mean, draw)
		if err != nil {
			t.Fatal(err)
		}
		examplesOf(program, d)
		copy(program.Input("z"), z.Data)
		program.Draw(1)
		if err := program.RunAll(); err != nil {
			t.Fatal(err)
		}
		r := models.Everywhere
		if ranged, ok := m.(models.Ranged); ok {
			r = ranged.Range(d)
			if r.Lo > r.Hi || (r.Lo != models.Everywhere.Lo || r.Hi != models.Everywhere.Hi) && (!strings.HasPrefix(r.Key, "model.") || r.Instead == "") {
				t.Errorf("range %+v, want an interval, its key and what to use instead", r)
			}
		}
		for name, o := range map[string]nn.Node{"mean": mean, "draw": draw} {
			if want := append([]int{n}, d.Shape()...); !slices.Equal(o.Shape(), want) {
				t.Errorf("%s of shape %v, want %v", name, o.Shape(), want)
			}
			for _, v := range program.Output(o) {
				if !finite([]float32{v}) || float64(v) < r.Lo || float64(v) > r.Hi {
					t.Fatalf("%s has a value %v, want it in [%v, %v]", name, v, r.Lo, r.Hi)
				}
			}
		}
	})
}

// The term by which checkpoints are compared is one that a phase has. A model of rivals may have
// none, and then no loss stands for it.
func TestTheBestGoesByATermThatThereIs(t *testing.T) {
	each(t, func(t *testing.T, m models.Model, d models.Data, n int) {
		best := models.BestTerm(m)
		switch _, judged := m.(models.Judged); {
		case best == "" && models.Adversarial(m), best == "loss" && !models.Adversarial(m):
			return
		case !judged:
			t.Fatalf("the best goes by %q, and no model says so", best)
		}
		for _, p := range m.Phases() {
			_, loss, err := p.Graph(nn.NewParams(1), nn.Options{}, d, n)
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(loss.Terms, func(term models.Term) bool { return term.Name == best }) {
				return
			}
		}
		t.Errorf("no phase has the term %q", best)
	})
}

// A model that is told something says clearly where there is nothing, in every graph. What it
// decodes depends on it. Another model needs nothing, and asks for nothing.
func TestConditionsAreToldAndMissed(t *testing.T) {
	each(t, func(t *testing.T, m models.Model, d models.Data, n int) {
		told, conditional := m.(models.Conditional)
		conditional = conditional && len(told.Conditions()) > 0
		nothing := d
		nothing.About = example.Schema{}
		for _, phase := range m.Phases() {
			_, _, err := phase.Graph(nn.NewParams(1), nn.Options{}, nothing, n)
			if want := `condition "class": nothing is known of the examples of this data set besides what they are, want one with labels`; conditional && (err == nil || !strings.Contains(err.Error(), want)) {
				t.Errorf("phase %s: got %v, want %s", phase.Name, err, want)
			} else if !conditional && err != nil {
				t.Errorf("phase %s: %v", phase.Name, err)
			}
		}
		p := params(t, m, d, n)
		decoder, ok := m.(models.Decoder)
		if !ok {
			return
		}
		if _, ok := m.(models.Sequential); ok {
			t.Skip("it writes token by token")
		}
		g := nn.NewGraph(p, nn.Options{})
		y := decoder.Decode(g, g.Input("z", n, latentOf(t, m, d, n, p)), models.NewBatch(g, d, n, nn.Node{})).Mean()
		program := run(t, g, d, y)
		about := program.Input(models.AboutName)
		if conditional != (about != nil) {
			t.Fatalf("the decoder reads what is known: %v, want %v", about != nil, conditional)
		}
		if !conditional {
			return
		}
		if got := told.Conditions(); !slices.Equal(got, []string{"class"}) {
			t.Errorf("conditions %v, want [class]", got)
		}
		before := slices.Clone(program.Output(y))
		about[0] = 2
		if err := program.RunAll(); err != nil {
			t.Fatal(err)
		}
		of := len(before) / n
		if slices.Equal(before[:of], program.Output(y)[:of]) {
			t.Error("the first example does not depend on its class")
		}
		if !slices.Equal(before[of:], program.Output(y)[of:]) {
			t.Error("the other examples depend on the class of the first")
		}
		about[0] = -1 // not known
		if err := program.RunAll(); err != nil || !finite(program.Output(y)) {
			t.Errorf("of a class that is not known: %v, %v", program.Output(y)[:of], err)
		}
	})
}

func TestEveryOtherClaimOfAModelIsTrue(t *testing.T) {
	each(t, func(t *testing.T, m models.Model, d models.Data, n int) {
		p := params(t, m, d, n)
		if w, ok := m.(models.Weigher); ok {
			g := nn.NewGraph(p, nn.Options{})
			like, ratio := w.Weigh(g, models.Input(g, d, n))
			program := run(t, g, d, like, ratio)
			for name, o := range map[string]nn.Node{"ln p(x|z)": like, "ln p(z) − ln q(z|x)": ratio} {
				if !slices.Equal(o.Shape(), []int{n}) || !finite(program.Output(o)) {
					t.Errorf("%s is %v of shape %v, want %d finite numbers", name, program.Output(o), o.Shape(), n)
				}
			}
		}
		if w, ok := m.(models.Worded); ok {
			g := nn.NewGraph(p, nn.Options{})
			words := w.Wording(g, models.Input(g, d, n))
			most, codebooks := w.Vocabulary()
			program := run(t, g, d, words)
			if s := words.Shape(); len(s) != 2 || s[0] != n || s[1] < codebooks || s[1]%codebooks != 0 {
				t.Errorf("words of shape %v, want (%d, a multiple of the %d codebooks)", s, n, codebooks)
			}
			for _, v := range program.Output(words) {
				if v < 0 || int(v) >= most || v != float32(int(v)) {
					t.Fatalf("word %v, want one of %d", v, most)
				}
			}
		}
		if c, ok := m.(models.Classifier); ok {
			g := nn.NewGraph(p, nn.Options{})
			logits := c.Classify(g, models.Input(g, d, n))
			if program := run(t, g, d, logits); !slices.Equal(logits.Shape(), []int{n, 3}) || !finite(program.Output(logits)) {
				t.Errorf("logits %v of shape %v, want 3 for each example", program.Output(logits), logits.Shape())
			}
		}
		if l, ok := m.(models.Likely); ok {
			for _, f := range d.Schema.Fields {
				if err := likelihoods.Check(l.LikelihoodOf(d), f); err != nil {
					t.Error(err)
				}
			}
		}
		if dict, ok := m.(models.Dictionary); ok {
			g := nn.NewGraph(p, nn.Options{})
			b := models.Input(g, d, n)
			z := dict.Encode(g, b).Mean
			of := func(z nn.Node) nn.Node { return dict.Decode(g, z, b).Mean() }
			// Linear: what two codes make is what their sum makes, and what none makes.
			left := of(z).Add(of(z.Scale(2))).Sub(of(z.Scale(3))).Sub(of(z.Scale(0))).Abs().Sum()
			program := run(t, g, d, z, left)
			if z.Shape()[1] != dict.Features() || slices.Min(program.Output(z)) < 0 || !slices.Contains(program.Output(z), 0) {
				t.Errorf("features %v of shape %v, want %d of at least 0, some of them 0", program.Output(z), z.Shape(), dict.Features())
			}
			if off := program.Scalar(left); !(off < 1e-4*float64(n*d.Schema.Width())) {
				t.Errorf("the decoder is off a sum of directions by %v", off)
			}
		}
		if w, ok := m.(models.KLWeighted); ok {
			if beta, key := w.KLWeight(); beta != 1 || key != "model.beta" {
				t.Errorf("the KL has the weight %v of %s, want 1 of model.beta", beta, key)
			}
		}
	})
}

// A capability that a model has by accident, of a part that it shares, is a claim that nobody
// made: each is asserted beside the model.
func TestWhatAModelIsIsAssertedBesideIt(t *testing.T) {
	asserted := map[[2]string]bool{}
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || spec.Names[0].Name != "_" || len(spec.Values) != 1 {
				return true
			}
			claim, isName := spec.Type.(*ast.SelectorExpr) // models.Encoder
			value, isStruct := spec.Values[0].(*ast.CompositeLit)
			if isName && isStruct {
				asserted[[2]string{value.Type.(*ast.Ident).Name, claim.Sel.Name}] = true
			}
			return true
		})
	}
	for kind, f := range families.Models {
		m := reflect.TypeOf(f())
		for _, claim := range []reflect.Type{
			reflect.TypeFor[models.Fitted](), reflect.TypeFor[models.Encoder](), reflect.TypeFor[models.Decoder](), reflect.TypeFor[models.Prior](),
			reflect.TypeFor[models.Weigher](), reflect.TypeFor[models.Conditional](), reflect.TypeFor[models.Classifier](), reflect.TypeFor[models.KLWeighted](),
			reflect.TypeFor[models.Likely](), reflect.TypeFor[models.Ranged](), reflect.TypeFor[models.Judged](),
			reflect.TypeFor[models.Sequential](), reflect.TypeFor[models.Dictionary](), reflect.TypeFor[models.FreeBits](), reflect.TypeFor[models.Worded](),
		} {
			if is, says := m.Implements(claim), asserted[[2]string{m.Name(), claim.Name()}]; is != says {
				t.Errorf("%s is a %s: %v, and asserts it beside the model: %v", kind, claim.Name(), is, says)
			}
		}
	}
}
