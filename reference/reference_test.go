package reference

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"latentspace/evaluation"
	"latentspace/experiments"
	"latentspace/reference/extract"
)

func TestTheCommentsAreThoseOfTheSource(t *testing.T) {
	types, err := extract.Types("..", Types())
	if err != nil {
		t.Fatal(err)
	}
	now, err := Encode(types)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(now, generated) {
		t.Error("comments.json is not what the source says: go generate ./reference writes it anew")
	}
}

func TestEveryKindHasAComment(t *testing.T) {
	for name, c := range comments {
		if c.Doc == "" {
			t.Errorf("%s has no comment", name)
		}
	}
}

// Every path is explained, and a key is what the last part of its path says.
func TestEveryPathIsExplained(t *testing.T) {
	all := Paths()
	if len(all) < 150 {
		t.Errorf("got %d paths, want more than the keys of all kinds", len(all))
	}
	for _, path := range all {
		text, err := Explain(path)
		if err != nil || !strings.HasPrefix(text, path) {
			t.Errorf("%s: %v\n%s", path, err, text)
		}
	}
}

func TestExplain(t *testing.T) {
	for path, want := range map[string][]string{
		"model":                        {"required", "vae             the variational autoencoder", "ICLR 2014"},
		"model.vae":                    {"L = E[−ln p(x|z)] + β KL", "  beta            a number, default 1\n                    weight of the KL term"},
		"model.vae.beta":               {"model.vae.beta: a number, default 1\n  weight of the KL term"},
		"model.beta":                   {"model.vae.beta: a number, default 1\n"},
		"model.latent":                 {"model.ae.latent: ", "model.vae.latent: "},
		"model.textvae.decoder":        {"gru             writes sequences by layers of gated recurrent units", "lstm            writes sequences by layers of long short-term memory", "CoNLL 2016"},
		"model.vae.encoder.mlp.hidden": {"a list of whole numbers, default [400]"},
		"train.optimizer":              {"default {kind: adam, lr: 0.001", "adamw"},
		"train.optimizer.adam":         {"lr              a number, default 0.001\n                    the learning rate, above 0", "m ← beta1·m"},
		"train.optimizers.critic.adam": {"train.optimizers.critic.adam\n"},
		"train.schedule.step":          {"every           a whole number, required"},
		"train.evaluate.metrics":       {"a list of figures", "neg_elbo"},
		"train.ema":                    {"in [0, 1)"},
		"data.glyphs":                  {"binarize", "a whole number, or auto, default auto"},
		"train":                        {"checkpoint      keys and values"},
	} {
		got, err := Explain(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("%s: got\n%s\nwant %q", path, got, w)
			}
		}
	}
}

func TestEveryFormOfItsOwnIsKnown(t *testing.T) {
	eachKey(func(e entry, _ func(v reflect.Value) string) {
		if isLeaf(e.value.Type()) && forms[e.value.Type()].text == "" {
			t.Errorf("%s: the type %v reads itself: say in forms what it takes", e.path, e.value.Type())
		}
	})
}

func TestPathsThatLeadNowhere(t *testing.T) {
	for path, want := range map[string]string{
		"trian":                  `trian: an experiment has no "trian", did you mean "train"? it has data, model, name, seed, train`,
		"model.vea":              `model.vea: model has no "vea", did you mean "vae"?`,
		"model.vae.betta":        `model.vae has no "betta", did you mean "beta"?`,
		"data.glyphs.train.more": `data.glyphs.train has no keys of its own`,
		"train..adam":            `train has no ""`,
		"":                       `an experiment has no ""`,
	} {
		if got, err := Explain(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %q, %v, want the error %s", path, got, err, want)
		}
	}
}

// What can be named in a file is in the list.
func TestEveryKindIsListed(t *testing.T) {
	list := List()
	for of, kinds := range experiments.Registry {
		for kind := range kinds {
			if !strings.Contains(list, "\n  "+kind+" ") {
				t.Errorf("%s, a kind of %v, is not listed", kind, of)
			}
		}
	}
	for _, name := range slices.Concat(experiments.Shipped(), experiments.Papers()) {
		if !strings.Contains(list, name) {
			t.Errorf("the experiment %s is not listed", name)
		}
	}
}

func TestEveryFigureHasAMeaning(t *testing.T) {
	known := map[string]bool{}
	for _, g := range evaluation.Groups() {
		for _, name := range g.Figures {
			known[figureName(name)] = true
		}
	}
	if got, want := slices.Sorted(keysOf(meanings)), slices.Sorted(keysOf(known)); !slices.Equal(got, want) {
		t.Errorf("got meanings of %v\nwant those of %v", got, want)
	}
}

// eachKey calls f with every key of every kind, and with what sets it and says what the Check of
// the struct that has it, or of one around that, makes of the value.
func eachKey(f func(e entry, try func(v reflect.Value) string)) {
	var visit func(root, of entry)
	visit = func(root, of entry) {
		for _, c := range of.children() {
			if c.kind != "" {
				visit(c, c)
				continue
			}
			key := strings.TrimPrefix(strings.TrimPrefix(c.path, root.path), ".")
			f(c, func(v reflect.Value) (why string) {
				holder := reflect.New(root.value.Type()).Elem()
				holder.Set(root.value)
				at := entry{value: holder}
				parts := strings.Split(key, ".")
				for i, part := range parts {
					above := at
					found, _ := at.step(part)
					at = found[0]
					if i < len(parts)-1 {
						continue
					}
					at.value.Set(v.Convert(at.value.Type()))
					why = cmp.Or(faults(above.value)[part], faults(holder)[key])
				}
				return why
			})
			visit(root, c)
		}
	}
	visit(top(), top())
}

// What a comment says of the range of a number is what the program does: it takes the bounds that
// are inside, and refuses what is beyond.
func TestRangesInCommentsAreTrue(t *testing.T) {
	seen := 0
	eachKey(func(e entry, try func(v reflect.Value) string) {
		kind := e.value.Kind()
		if kind != reflect.Int && kind != reflect.Float64 || isLeaf(e.value.Type()) {
			return
		}
		b := rangeOf(e.doc)
		step := func(x float64, up bool) float64 {
			if kind == reflect.Int {
				return x + map[bool]float64{true: 1, false: -1}[up]
			}
			return math.Nextafter(x, math.Inf(map[bool]int{true: 1, false: -1}[up]))
		}
		inside, outside := []float64{}, []float64{}
		if b.hasLeast && b.openLeast {
			outside = append(outside, b.least)
		} else if b.hasLeast {
			inside, outside = append(inside, b.least), append(outside, step(b.least, false))
		}
		if b.hasMost && b.openMost {
			outside = append(outside, b.most)
		} else if b.hasMost {
			inside, outside = append(inside, b.most), append(outside, step(b.most, true))
		}
		for _, x := range inside {
			if why := try(reflect.ValueOf(x)); why != "" && !relative[e.name()] {
				t.Errorf("%s: %q, and %v is refused: %s", e.path, e.doc, x, why)
			}
		}
		for _, x := range outside {
			seen++
			if why := try(reflect.ValueOf(x)); why == "" {
				t.Errorf("%s: %q, and %v is taken", e.path, e.doc, x)
			}
		}
	})
	if seen < 60 {
		t.Errorf("got %d bounds, want those of all packages", seen)
	}
}

// relative keys have a range that depends on another key.
var relative = map[string]bool{"train": true}

func TestWordsInCommentsAreTrue(t *testing.T) {
	seen := 0
	eachKey(func(e entry, try func(v reflect.Value) string) {
		if e.value.Kind() != reflect.String {
			return
		}
		words := wordsOf(e.doc)
		for _, w := range words {
			seen++
			if why := try(reflect.ValueOf(w)); why != "" {
				t.Errorf("%s: %q, and %s is refused: %s", e.path, e.doc, w, why)
			}
		}
		if words != nil && try(reflect.ValueOf("nonsense")) == "" {
			t.Errorf("%s: %q, and another word is taken", e.path, e.doc)
		}
	})
	if seen < 10 {
		t.Errorf("got %d words", seen)
	}
}

func TestRangesAreRead(t *testing.T) {
	for doc, want := range map[string]string{
		"decay, in [0, 1); 0 for none":     "map[exclusiveMaximum:1 minimum:0]",
		"a factor, in (0, 1]":              "map[exclusiveMinimum:0 maximum:1]",
		"passes, from 1 to 1,000,000":      "map[maximum:1e+06 minimum:1]",
		"at least 2; the best stays":       "map[minimum:2]",
		"steps, 0 or more":                 "map[minimum:0]",
		"the learning rate, above 0":       "map[exclusiveMinimum:0]",
		"of the gaussian; 0 learns it":     "map[]",
		"values beyond [0, 1) are refused": "map[]",
	} {
		if got := fmt.Sprint(rangeOf(doc).schema(object{})); got != want {
			t.Errorf("%s: got %s, want %s", doc, got, want)
		}
	}
}
