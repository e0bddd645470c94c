package training

import (
	"slices"
	"strings"
	"testing"

	"latentspace/models"
	"latentspace/rundir"
)

func TestTermsOfOneNameInTwoPhasesHaveTheNameOfTheirPhase(t *testing.T) {
	phase := func(terms ...string) []models.Term {
		all := []models.Term{{Name: "loss"}}
		for _, name := range terms {
			all = append(all, models.Term{Name: name})
		}
		return all
	}
	for _, c := range []struct {
		name   string
		phases []string
		terms  [][]models.Term
		want   []string
	}{
		{"one phase", []string{"elbo"}, [][]models.Term{phase("kl")}, []string{"loss", "kl"}},
		{"two phases of other terms", []string{"a", "b"}, [][]models.Term{phase("kl"), phase("gap")}, []string{"a", "kl", "b", "gap"}},
		{"two phases of a term of one name", []string{"a", "b"}, [][]models.Term{phase("gap"), phase("gap", "own")}, []string{"a", "a.gap", "b", "b.gap", "own"}},
	} {
		if got := newMeter(c.phases, c.terms).names; !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestAnEvaluationHasTheExamplesThatTheLossNeeds(t *testing.T) {
	c := parse(t, tiny["vae"], "model={kind: cvae, encoder: {kind: mlp, hidden: [8]}}", "data.valid=1")
	splits, _, tr, err := prepare(t.Context(), c, rundir.Whereabouts{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = newEvaluator(c, tr.told, nil).run(t.Context(), tr.weights(), splits.Valid)
	if err == nil || !strings.Contains(err.Error(), "evaluation of 1 examples, want at least 2") {
		t.Errorf("got error %v, want the examples that it has and those it needs", err)
	}
}
