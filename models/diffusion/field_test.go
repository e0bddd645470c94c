package diffusion_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/diffusion"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
)

var smallConv = networks.Conv{Channels: []int{8, 8}, Activation: "elu", Norm: "none", Init: "he", Down: "stride", Up: "transposed"}

func klField() diffusion.KLField {
	m := diffusion.DefaultKLField
	m.Encoder, m.Critic, m.Width, m.CriticFrom = smallConv, smallConv, 2, 1
	return m
}

// term is the value of a term of a phase after its last step.
func (l *learner) term(phase int, name string) float64 {
	l.t.Helper()
	for _, term := range l.losses[phase].Terms {
		if term.Name == name {
			return l.programs[phase].Scalar(term.Value)
		}
	}
	l.t.Fatalf("phase %d has no term %s", phase, name)
	return 0
}

// Pictures of which 32 pixels are 1 have a squared error of 16 where the mean of both is what is made of
// each. Codes of 2·2·2 values tell them apart, and keep their error below 1, with a critic too.
func TestKLFieldLearnsTwoPictures(t *testing.T) {
	m := klField()
	x, _ := halves(16)
	l := newLearner(t, m, pictures, x, nil, 16)
	l.train(0, 200)
	if e := l.term(0, "squared_error"); !(e < 1) {
		t.Errorf("without the critic the squared error is %v, want it below 1", e)
	}
	l.train(1, 50)
	if e := l.term(0, "squared_error"); !(e < 1) {
		t.Errorf("with the critic the squared error is %v, want it below 1", e)
	}
}

// The state of the codes is their scale: draws have the moments of the codes of the last batches, up to
// 0.1 of them, of which the decay of the averages leaves (1 − 0.01)^600 = 0.002.
func TestKLFieldDrawsOfTheScaleOfItsCodes(t *testing.T) {
	m := klField()
	x, _ := halves(16)
	l := newLearner(t, m, pictures, x, nil, 16)
	l.train(0, 600)
	prior, err := m.Prior(l.params)
	if err != nil {
		t.Fatal(err)
	}
	z, err := latent.Draws(prior, 4000, 1)
	if err != nil {
		t.Fatal(err)
	}
	g := nn.NewGraph(l.params, nn.Options{})
	q := m.Encode(g, models.Input(g, pictures, 16))
	second := q.Mean.Square().Add(q.LogVar.Exp()).Mean()
	p, err := nn.Compile(g, second)
	if err != nil {
		t.Fatal(err)
	}
	copy(p.Input(models.InputName), x)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	squares := 0.0
	for _, v := range z.Data {
		squares += float64(v) * float64(v) / float64(len(z.Data))
	}
	if want := p.Scalar(second); math.Abs(squares/want-1) > 0.1 {
		t.Errorf("the mean square of draws is %v, want %v as that of codes", squares, want)
	}
}

// Up to the epoch of its beginning the critic has no part in the loss, and rests; without a weight there
// is none.
func TestTheCriticOfAFieldBegins(t *testing.T) {
	m := klField()
	x, _ := halves(4)
	at := func(epoch float32) (total, without float64) {
		l := newLearner(t, m, pictures, x, nil, 4)
		p := l.programs[0]
		p.Input(models.EpochName)[0] = epoch
		p.Draw(1)
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		return p.Scalar(l.losses[0].Total), l.term(0, "absolute_error") + m.Beta*l.term(0, "kl")
	}
	if total, without := at(0.9); math.Abs(total-without) > 1e-4 {
		t.Errorf("in epoch 0.9 the loss is %v, want %v", total, without)
	}
	if total, without := at(1.1); math.Abs(total-without) < 1e-4 {
		t.Errorf("in epoch 1.1 the loss is %v, want the critic's term beside it", total)
	}
	if critic := m.Phases()[1]; critic.Active(0.9) || !critic.Active(1.1) {
		t.Error("the critic does not learn from epoch 1 on")
	}
	m.CriticWeight = 0
	if n := len(m.Phases()); n != 1 || models.Adversarial(m) {
		t.Errorf("without a critic there are %d phases, want the autoencoder's alone, which has no rival", n)
	}
}

func latentDiffusion() diffusion.LatentDiffusion {
	m := diffusion.DefaultLatentDiffusion
	m.Encoder, m.Critic, m.Width, m.CriticWeight, m.From = smallConv, smallConv, 2, 0, 1
	m.Flow, m.Condition, m.Guidance = parts.Flow{Width: 16, Blocks: 1, Steps: 6}, []string{"class"}, 2
	return m
}

// Noise becomes the picture of the class that is asked for: with chance alone half of the draws would.
// An example that is encoded to noise and decoded again is itself: 0.25 of a pixel off at most, where
// the other picture is 1 off.
func TestLatentDiffusionDrawsWhatItIsTold(t *testing.T) {
	m := latentDiffusion()
	x, about := halves(64)
	l := newLearner(t, m, pictures, x, about, 64)
	l.train(0, 150)
	before := slices.Clone(l.params.Get("autoencoder.decoder.out.weight").Data)
	l.train(1, 250)
	if !slices.Equal(before, l.params.Get("autoencoder.decoder.out.weight").Data) {
		t.Error("the autoencoder learns while the flow does")
	}
	for class := range 2 {
		told := slices.Repeat([]float32{float32(class)}, 64)
		if got := near(l.decoded(pictures, told, 64, 3)); got[class] < 58 {
			t.Errorf("told class %d, of 64 draws %v are of the left and the right half, want at least 58", class, got)
		}
	}

	unguided := *l
	free := m
	free.Guidance = 0
	unguided.m = free
	left := slices.Clone(unguided.decoded(pictures, make([]float32, 64), 64, 3))
	if right := unguided.decoded(pictures, slices.Repeat([]float32{1}, 64), 64, 3); !slices.Equal(left, right) {
		t.Error("without guidance draws depend on what they are told")
	}

	g := nn.NewGraph(l.params, nn.Options{})
	b := models.Input(g, pictures, 64)
	again := m.Decode(g, m.Encode(g, b).Mean, b).Mean()
	p, err := nn.Compile(g, again)
	if err != nil {
		t.Fatal(err)
	}
	copy(p.Input(models.InputName), x)
	copy(p.Input(models.AboutName), about)
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	if got := near(p.Output(again)); got != [2]int{32, 32} {
		t.Errorf("of 64 examples %v come back from noise, want all", got)
	}
}

func TestFieldChecks(t *testing.T) {
	f := klField()
	f.Width, f.Loss, f.CriticFrom = 0, "l1", -1
	d := latentDiffusion()
	d.From, d.Drop, d.Condition, d.Guidance = 0, 1.5, []string{"class", "class"}, -1
	for want, check := range map[string]func(func(key, format string, args ...any)){
		"width loss critic_from": f.Check, "from condition drop guidance": d.Check,
	} {
		var got []string
		check(func(key, format string, args ...any) { got = append(got, key) })
		if s := strings.Join(got, " "); s != want {
			t.Errorf("reported %q, want %q", s, want)
		}
	}
}
