package explore

import (
	"context"
	"math"
	"slices"
	"testing"

	"latentspace/explore/attributes"
	"latentspace/tensor"
)

// measured are properties of pictures of digits that go with a factor and need no
// model: of the ink, as a distribution over pixels (x, y),
//
//	stroke    its sum
//	shift_x   mean(x)
//	slant     −cov(x, y) / var(y)
func measured(x *tensor.Tensor) map[string][]float64 {
	n, height, width := x.Shape[0], x.Shape[1], x.Shape[2]
	m := map[string][]float64{}
	for i := range n {
		p := x.Data[i*height*width : (i+1)*height*width]
		var sum, mx, my, xy, yy float64
		for k, v := range p {
			sum += float64(v)
			mx += float64(v) * float64(k%width)
			my += float64(v) * float64(k/width)
		}
		mx, my = mx/sum, my/sum
		for k, v := range p {
			dx, dy := float64(k%width)-mx, float64(k/width)-my
			xy += float64(v) * dx * dy
			yy += float64(v) * dy * dy
		}
		m["stroke"] = append(m["stroke"], sum)
		m["shift_x"] = append(m["shift_x"], mx)
		m["slant"] = append(m["slant"], -xy/yy)
	}
	return m
}

// Along slant, stroke and a shift the factor moves monotonically on held-out items,
// and what is read off the decoded pictures, of the attribute itself and of the
// others, agrees with what their ink says: with properties that least squares on the
// training pictures turn to factors.
func TestVaryMovesItsAttributeAndTellsWhatElseMoves(t *testing.T) {
	m := learned(t, "data: {kind: glyphs, train: 6000, valid: 500, test: 300}\n"+
		"model: {kind: vae, latent: 12, encoder: {kind: mlp, hidden: [128]}}\ntrain: {epochs: 5, batch: 64, samples: 0, optimizer: {kind: adam, lr: 0.002}}\n")
	ctx := context.Background()
	strengths := []float64{-2, -1, 0, 1, 2}
	o := Vary{Options: Options{N: 1, Seed: 1, Split: "test"}, Method: "means", Strengths: strengths, Fit: 5500, Check: 300}
	k, err := o.known(ctx, m)
	if err != nil {
		t.Fatal(err)
	}
	s := steering{o: o, m: m, known: k}
	if err := s.learn(ctx); err != nil {
		t.Fatal(err)
	}
	z, err := k.held.codes(ctx, m)
	if err != nil {
		t.Fatal(err)
	}
	x, err := k.fit.read(ctx, m)
	if err != nil {
		t.Fatal(err)
	}
	known := measured(x.X)
	for _, attribute := range []string{"slant", "stroke", "shift_x"} {
		if s.target, err = attributes.Find(k.fit.about, attribute); err != nil {
			t.Fatal(err)
		}
		if err := s.aim(ctx); err != nil {
			t.Fatal(err)
		}
		readings, _, n, err := s.check(ctx, strengths)
		if err != nil || n != 300 {
			t.Fatalf("%d checked, %v", n, err)
		}
		ink := make([]map[string][]float64, len(strengths))
		for j, strength := range strengths {
			moved := s.moved(z, strength)
			pictures, err := m.Decode(ctx, moved.X, moved.About)
			if err != nil {
				t.Fatal(err)
			}
			ink[j] = measured(pictures)
		}
		for _, r := range readings {
			about := k.fit.named(r.Attribute)
			if ink[0][r.Attribute] == nil {
				continue
			}
			_, sd := about.Moments()
			slope := regressed(about.Values, known[r.Attribute])
			var shift []float64
			for j := range strengths {
				shift = append(shift, slope*(mean(ink[j][r.Attribute])-mean(ink[2][r.Attribute]))/sd)
			}
			if r.Attribute == attribute {
				if !slices.IsSorted(shift) || shift[0] == shift[4] {
					t.Errorf("%s: the ink says %v, want it to rise", attribute, shift)
				}
				if !*r.Monotone || !(*r.Rising >= 0.95) {
					t.Errorf("%s: read as %v, higher for %v of the items, want it to rise for all but few", attribute, r.Mean, *r.Rising)
				}
			}
			for j := range strengths {
				if !(math.Abs(r.Shift[j]-shift[j]) <= 0.3*math.Abs(shift[j])+0.2) {
					t.Errorf("%s: %s is read to move by %.2f deviations at %v, want %.2f as the ink says", attribute, r.Attribute, r.Shift[j], strengths[j], shift[j])
				}
			}
			t.Logf("%s: %s read %.2f, in ink %.2f", attribute, r.Attribute, r.Shift, shift)
		}
	}
}

// regressed is the slope of the least squares of y over x.
func regressed(y, x []float64) float64 {
	mx, my := mean(x), mean(y)
	var xy, xx float64
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
	}
	return xy / xx
}

func mean(x []float64) (m float64) {
	for _, v := range x {
		m += v / float64(len(x))
	}
	return m
}

func TestStrengthsAreSymmetric(t *testing.T) {
	if got, want := evenly(2, 5), []float64{-2, -1, 0, 1, 2}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for v, want := range map[float64]string{0: "0", 1: "+1", -1.5: "−1.5", 0.333: "+0.33", -0.001: "0", 10: "+10"} {
		if got := signed(v); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
}

// tiny is a model of glyphs that is trained a little, for what does not depend on how well.
const tiny = "data: {kind: glyphs, train: 120, valid: 20, test: 20}\n" +
	"model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [16]}}\ntrain: {epochs: 1, batch: 20, samples: 0}\n"

// How well attributes are read is told of examples that the reader was not trained on.
func TestScoresAreOfHeldOutExamples(t *testing.T) {
	m := learned(t, tiny)
	cases := []struct {
		split          string
		draws          bool
		heldOut, onRec bool
		tried          int // a fifth of those that the direction is fitted to, where none is held out
	}{
		{"test", false, true, true, 20},
		{"test", true, true, false, 20},
		{"train", false, false, false, 20},
		{"train", true, true, false, 20},
	}
	for _, c := range cases {
		o := Vary{Options: Options{N: 1, Split: c.split}, Attribute: "slant", Method: "means", Draws: c.draws, Strengths: []float64{-1, 1}, Fit: 100, Check: 20}
		report, err := o.Run(context.Background(), m)
		if err != nil {
			t.Fatal(err)
		}
		v := report.Report
		if v.HeldOut != c.heldOut {
			t.Errorf("%s, draws %v: held out is %v", c.split, c.draws, v.HeldOut)
		}
		if len(v.Readings)+len(v.Unread) != 8 {
			t.Errorf("%s, draws %v: %d attributes are read and %d are not, want 8 in all", c.split, c.draws, len(v.Readings), len(v.Unread))
		}
		for _, r := range v.Readings {
			if r.Examples == nil || r.Examples.N != c.tried || (r.Reconstructed != nil) != c.onRec {
				t.Errorf("%s, draws %v: %s: scores %+v and %v, want one of %d examples and %v", c.split, c.draws, r.Attribute, r.Examples, r.Reconstructed, c.tried, c.onRec)
			}
		}
		for _, u := range v.Unread {
			if u.Examples == nil || u.Examples.N != c.tried || u.Why == "" {
				t.Errorf("%s, draws %v: %s: %+v, want a reason and a score of %d examples", c.split, c.draws, u, u.Examples, c.tried)
			}
		}
	}
}

func TestTheUnitOfAStrength(t *testing.T) {
	of := attributes.Target{Attribute: attributes.Attribute{Name: "class", Classes: []string{"bag", "coat"}}, Class: 1}
	for _, c := range []struct {
		target attributes.Target
		method string
		others []string
		want   string
	}{
		{attributes.Target{Attribute: attributes.Attribute{Name: "slant"}, Class: -1}, "logistic", nil, "one standard deviation"},
		{of, "means", nil, "from the mean of the other classes to that of class:coat"},
		{of, "means", []string{"slant", "scale"}, "what being class:coat adds to the mean code where slant, scale stay"},
		{of, "regression", nil, "as far as the mean of class:coat is from that of the other classes by the coefficients of the regression"},
	} {
		if got := unit(c.target, c.method, c.others); got != c.want {
			t.Errorf("%s less %v: got %q, want %q", c.method, c.others, got, c.want)
		}
	}
}

// The attributes whose influence is removed are found as they are spelled before any case.
func TestOthersAreFoundAsSpelled(t *testing.T) {
	all := []attributes.Attribute{
		{Name: "kind", Values: []float64{0, 1, 2}, Classes: []string{"bag", "coat", "3"}},
		{Name: "k", Values: []float64{4, 5, 6}},
		{Name: "K", Values: []float64{7, 8, 9}},
	}
	names, err := Vary{Against: []string{"K"}}.others(known{fit: examples{about: all}}, attributes.Target{Attribute: all[0]})
	if err != nil || !slices.Equal(names, []string{"K"}) {
		t.Errorf("-against K: got %v, %v", names, err)
	}
}

func TestVaryNeedsAttributes(t *testing.T) {
	m := learned(t, "data: {kind: swissroll, train: 100, valid: 10, test: 10}\nmodel: {kind: vae, latent: 2, likelihood: gaussian, encoder: {kind: mlp, hidden: [4]}}\ntrain: {epochs: 1, batch: 10, samples: 0}\n")
	o := Vary{Options: Options{N: 1, Split: "test"}, Attribute: "x", Method: "means", Steps: 3, Range: 1, Fit: 100, Check: 10}
	_, err := o.Run(context.Background(), m)
	if want := "explore: the examples of this data have neither labels nor known factors; -attributes FILE.csv names some"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = Expression{Options: Options{N: 1, Split: "test"}, Text: "bag", Fit: 10}.Run(context.Background(), m)
	if want := "explore: -expr: column 1: the examples of this data have no classes"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
