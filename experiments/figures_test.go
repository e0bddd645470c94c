package experiments

import (
	"fmt"
	"strings"
	"testing"
)

func TestMistakesOfEvaluation(t *testing.T) {
	const src = good + "  evaluate: {every: 1 epoch, metrics: [nll, kl, neg_elbo]}\n  best: nll\n  patience: 5\n  min_delta: 0.1\n"
	if c, err := Parse("f.yaml", []byte(src), "train.evaluate.metrics=[nll]", "train.evaluate.every=200 steps"); err != nil {
		t.Error(err)
	} else if c.Train.Evaluate.Every != (Interval{200, false}) || len(c.Train.Evaluate.Metrics) != 1 {
		t.Errorf("got %+v, want the edits", c.Train.Evaluate)
	}
	for _, test := range []struct{ old, new, want string }{
		{"every: 1 epoch", "every: 5", `f.yaml:13:21: train.evaluate.every: "5", want 1 or more steps or epochs, such as 500 steps or 1 epoch`},
		{"every: 1 epoch", "every: [1]", `f.yaml:13:21: train.evaluate.every: a list, want 1 or more steps`},
		{"every: 1 epoch", "every: null", `train.evaluate.every: empty, want 1 or more steps`},
		{"every: 1 epoch", "every: 0 steps", `train.evaluate.every: "0 steps", want 1 or more`},
		{"[nll, kl, neg_elbo]", "[nll, neg_elbow]", `f.yaml:13:45: train.evaluate.metrics[1]: "neg_elbow", did you mean "neg_elbo"?`},
		{"[nll, kl, neg_elbo]", "[nll, zzzzzzzzzz]", `train.evaluate.metrics[1]: "zzzzzzzzzz", want a figure that train -list names`},
		{"[nll, kl, neg_elbo]", "[nll, kl, nll]", `f.yaml:13:49: train.evaluate.metrics[2]: nll is there already`},
		{"[nll, kl, neg_elbo]", "[neg_elbo]", `f.yaml:14:9: train.best: nll is not evaluated: add it to train.evaluate.metrics`},
		{"every: 1 epoch", "n: 0", `f.yaml:13:17: train.evaluate.n: 0, want at least 1 example`},
		{"every: 1 epoch", "draws: -1", `train.evaluate.draws: -1, want at least 1`},
		{"best: nll", "best: nnl", `f.yaml:14:9: train.best: "nnl", did you mean "nll"?`},
		{"best: nll", "best: kl", `f.yaml:14:9: train.best: kl is neither better when it is higher nor when it is lower, want loss or a figure that is, such as nll`},
		{"patience: 5", "patience: -5", `f.yaml:15:13: train.patience: -5, want evaluations without improvement, or 0`},
		{"patience: 5", "patience: 0", `f.yaml:16:14: train.min_delta: 0.1, which says something to train.patience only, and that is 0`},
		{"min_delta: 0.1", "min_delta: -1", `f.yaml:16:14: train.min_delta: -1, want the least improvement that counts`},
	} {
		if strings.Count(src, test.old) != 1 {
			t.Fatalf("no %q in the experiment", test.old)
		}
		_, err := Parse("f.yaml", []byte(strings.Replace(src, test.old, test.new, 1)))
		if lines := strings.Split(fmt.Sprint(err), "\n"); len(lines) > 1 || !strings.Contains(lines[0], test.want) {
			t.Errorf("%s: got\n%v\nwant the one line\n%s", test.new, err, test.want)
		}
	}
	_, err := Parse("f.yaml", []byte(src), "train.best=loss", "train.evaluate.metrics=nll")
	if want := `-set train.evaluate.metrics=nll: train.evaluate.metrics: "nll", want a list such as [a, b]`; fmt.Sprint(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = Parse("f.yaml", []byte("name: gan\ndata: {kind: ring}\nmodel: {kind: gan}\n"), "train.patience=2")
	if want := "train.patience: a model of kind gan is not compared by validation loss: let train.best name"; !strings.Contains(fmt.Sprint(err), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
