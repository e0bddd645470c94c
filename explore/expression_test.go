package explore

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"

	"latentspace/data"
	"latentspace/explore/attributes"
	"latentspace/latent"
	"latentspace/tensor"
)

var long = flag.Bool("long", false, "train the models that take minutes, too")

// For test examples x of class A and every other class B, x + class:B − class:A is
// decoded to a picture that a network, trained on MNIST's own pictures to tell their
// class, takes for B in four cases of five, and with a weight of 1.25 in more.
func TestArithmeticOfClassMeansGivesTheClassThatItShould(t *testing.T) {
	if os.Getenv("LATENTSPACE_DATA") == "" {
		t.Skip("LATENTSPACE_DATA names no folder with MNIST")
	}
	if !*long {
		t.Skip("takes minutes: -long")
	}
	m := learned(t, "data: {kind: mnist}\nmodel: {kind: vae, latent: 10, encoder: {kind: conv, hidden: [512]}}\ntrain: {epochs: 3, samples: 0}\n")
	ctx := context.Background()
	train, err := m.Split(ctx, "train")
	if err != nil {
		t.Fatal(err)
	}
	test, err := m.Split(ctx, "test")
	if err != nil {
		t.Fatal(err)
	}
	some, err := examplesOf(Options{}.some(train, 30_000))
	if err != nil {
		t.Fatal(err)
	}
	x, err := some.read(ctx, m)
	if err != nil {
		t.Fatal(err)
	}
	judge, err := attributes.NewReader(ctx, m.Schema, x.X, some.about, 1)
	if err != nil {
		t.Fatal(err)
	}
	held, err := examplesOf(Options{}.some(test, 1000))
	if err != nil {
		t.Fatal(err)
	}
	if x, err = held.read(ctx, m); err != nil {
		t.Fatal(err)
	}
	read, err := judge.Read(ctx, x.X)
	if err != nil {
		t.Fatal(err)
	}
	if s := attributes.ScoreOf(held.about[0], read[0]); *s.Accuracy < 0.95 {
		t.Fatalf("the judge is right for %v of the test pictures, want 0.95", *s.Accuracy)
	}
	known, err := data.ClassesOf(test, test.Len())
	if err != nil {
		t.Fatal(err)
	}
	var means classMeans
	for weight, want := range map[float64]float64{1: 0.8, 1.25: 0.85} {
		right, all := 0, 0
		for from := range 10 {
			var z []float32
			var should []float64
			seen := 0
			for i := 0; seen < 10; i++ {
				if known.Labels[i] != from {
					continue
				}
				seen++
				for to := range 10 {
					if to == from {
						continue
					}
					o := Expression{Text: fmt.Sprintf("%v*(class:%d - class:%d) + %d", weight, to, from, i), Fit: 10_000}
					expr, err := latent.ParseExpr(o.Text)
					if err != nil {
						t.Fatal(err)
					}
					if means.asked == nil {
						if means, err = o.means(ctx, m, expr); err != nil {
							t.Fatal(err)
						}
					}
					row, err := o.row(ctx, m, test, expr, means, 0)
					if err != nil {
						t.Fatal(err)
					}
					z, should = append(z, row.Data[3*row.Shape[1]:]...), append(should, float64(to))
				}
			}
			codes, _ := tensor.From(z, len(should), len(z)/len(should))
			x, err := m.Decode(ctx, codes, nil)
			if err != nil {
				t.Fatal(err)
			}
			read, err := judge.Read(ctx, x)
			if err != nil {
				t.Fatal(err)
			}
			for i, class := range read[0].Values {
				all++
				if class == should[i] {
					right++
				}
			}
		}
		share := float64(right) / float64(all)
		t.Logf("weight %v: %.1f %% of %d", weight, 100*share, all)
		if share < want {
			t.Errorf("with a weight of %v %.1f %% are of the class that they should be, want %v %%", weight, 100*share, 100*want)
		}
	}
}
