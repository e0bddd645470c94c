package experiments

import (
	"strings"
	"testing"
)

func TestPriorsThatCannotBeFitted(t *testing.T) {
	const of = "name: a\ndata: {kind: glyphs}\nmodel: {kind: KIND}\n"
	for name, c := range map[string]struct{ kind, prior, want string }{
		"a mixture":                      {"ae", "{fit: gmm, components: 3, diagonal: true}", ""},
		"a normal distribution":          {"vae", "{fit: gaussian}", ""},
		"one of a model fitted at once":  {"pca", "{fit: gmm}", ""},
		"a model without an encoder":     {"gan", "{fit: gmm}", "train.prior: a model of kind gan has no encoder: there are no codes to fit a prior to"},
		"all the codes":                  {"ae", "{fit: kde}", "train.prior.fit: prior kde cannot be kept, as it consists of all the codes that it is fitted to: want flow, gaussian or gmm"},
		"no kind that there is":          {"ae", "{fit: spline}", `train.prior.fit: prior "spline", want one of`},
		"components of a normal":         {"ae", "{fit: gaussian, components: 2}", "which only gmm has"},
		"components of nothing":          {"ae", "{components: 2}", "train.prior.fit: missing, want gmm beside components or diagonal"},
		"fewer components than there be": {"ae", "{fit: gmm, components: -1}", "want at least 1, or 0 to choose"},
	} {
		_, err := Parse("e.yaml", []byte(strings.Replace(of, "KIND", c.kind, 1)+"train: {prior: "+c.prior+"}\n"))
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// An experiment without the section is written as it was before there was one.
func TestNoPriorIsNotWritten(t *testing.T) {
	c, err := Parse("e.yaml", []byte("name: a\ndata: {kind: glyphs}\nmodel: {kind: ae}\n"))
	if err != nil {
		t.Fatal(err)
	}
	src, err := c.YAML()
	if err != nil || strings.Contains(string(src), "prior") {
		t.Errorf("got %v\n%s", err, src)
	}
	d := c
	d.Train.Prior.Fit = "gmm"
	if got := d.Differences(c); len(got) != 1 || got[0].Key != "train.prior.fit" || got[0].Class != Course {
		t.Errorf("got %v, want train.prior.fit as a key of the course", got)
	}
}
