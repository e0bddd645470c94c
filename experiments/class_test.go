package experiments

import (
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/models"
	"latentspace/nn/optim"
)

// wantClasses has the class of every key of every kind of data, network, model, optimizer and
// schedule. A new key needs a line here: think of what becomes of a run that has begun.
var wantClasses = map[class]string{
	fixed: `seed data.binarize
		model.kind model.beta model.critic_steps model.latent model.likelihood model.loss model.output model.sigma model.whiten
		model.decoder.* model.discriminator.* model.encoder.* model.generator.*
		train.init.freeze train.init.only`,
	course: `train.batch train.clip train.ema train.epochs train.min_delta train.patience train.warmup
		train.on_nonfinite.lr_scale train.on_nonfinite.rollback train.on_nonfinite.tries
		train.optimizer.* train.optimizers.* train.schedule.*`,
	choice: `train.best train.evaluate.draws train.evaluate.every train.evaluate.metrics train.evaluate.n`,
	content: `data.kind data.grid.positions data.grid.rotations data.grid.scales data.modes data.noise data.radius data.seed
		data.side data.sigma data.spacing data.split data.test data.train data.valid`,
	place: `data.dir train.init.from`,
	free:  `name train.checkpoint.every train.checkpoint.keep train.samples`,
}

func TestEveryKeyHasAClass(t *testing.T) {
	got := map[string]class{}
	for _, c := range everyKind() {
		for key, class := range c.classes() {
			if old, ok := got[key]; ok && old != class {
				t.Errorf("%s is %v of one kind and %v of another", key, old, class)
			}
			got[key] = class
		}
	}
	want := map[string]class{}
	for class, keys := range wantClasses {
		for _, key := range strings.Fields(keys) {
			want[key] = class
		}
	}
	used := map[string]bool{}
	for _, key := range sortedKeys(got) {
		pattern := key
		if _, ok := want[key]; !ok { // a network's, an optimizer's
			pattern = strings.Join(strings.Split(key, ".")[:2], ".") + ".*"
		}
		if w, ok := want[pattern]; !ok || w != got[key] {
			t.Errorf("%s is %v, want a line in wantClasses that says so (%v)", key, got[key], w)
		}
		used[pattern] = true
	}
	for key := range want {
		if !used[key] {
			t.Errorf("no kind has the key %s", key)
		}
	}
}

// everyKind are configurations that have, between them, every kind of everything.
func everyKind() []Config {
	full := defaults()
	var out []Config
	add := func(set func(c *Config)) {
		c := full
		set(&c)
		out = append(out, c)
	}
	for _, source := range data.Sources {
		add(func(c *Config) { c.Data = source() })
	}
	for _, schedule := range optim.Schedules {
		add(func(c *Config) { c.Train.Schedule = schedule })
	}
	for _, rule := range optim.Rules {
		add(func(c *Config) {
			c.Train.Optimizer, c.Train.Optimizers = rule, map[string]optim.Rule{"phase": rule}
		})
	}
	networks := reflect.TypeFor[models.Network]()
	for _, model := range models.Models {
		for _, network := range models.Networks {
			m := reflect.New(reflect.TypeOf(model())).Elem()
			m.Set(reflect.ValueOf(model()))
			for i := range m.NumField() {
				if m.Field(i).Type() == networks {
					m.Field(i).Set(reflect.ValueOf(network()))
				}
			}
			add(func(c *Config) { c.Model = m.Interface().(models.Model) })
		}
	}
	return out
}

func TestTagsOfClassesAreKnown(t *testing.T) {
	var look func(v reflect.Type)
	look = func(v reflect.Type) {
		for i := range v.NumField() {
			f := v.Field(i)
			if tag, ok := f.Tag.Lookup("run"); ok {
				if _, known := classNames[tag]; !known {
					t.Errorf("%v.%s has the tag run:%q, want one of %v", v, f.Name, tag, slices.Sorted(maps.Keys(classNames)))
				}
			}
			if f.Type.Kind() == reflect.Struct {
				look(f.Type)
			}
		}
	}
	look(reflect.TypeFor[Config]())
	for _, source := range data.Sources {
		look(reflect.TypeOf(source()))
	}
}

// The weights of a run do not depend on what is free, nor, without patience, on what the best
// is chosen by: not on where it is, not on what is saved, drawn and measured.
func TestWeightsDoNotDependOnWhatIsFree(t *testing.T) {
	tensors := func(sets ...string) string {
		c, dir := parse(t, tiny["vae"], sets...), filepath.Join(t.TempDir(), "run")
		m, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		saved, err := checkpoints.Read(filepath.Join(dir, m.Checkpoint))
		if err != nil {
			t.Fatal(err)
		}
		return checkpoints.Hash(saved.Tensors)
	}
	want := tensors()
	tried := map[string]bool{}
	for _, set := range []string{
		"name=other", "train.checkpoint.every=3", "train.checkpoint.keep=9", "train.samples=0",
		"train.evaluate={metrics: [nll], every: 5 steps, n: 3, draws: 2}", "train.best=nll",
	} {
		sets := []string{set}
		if set == "train.best=nll" {
			sets = append(sets, "train.evaluate.metrics=[nll]")
		}
		if got := tensors(sets...); got != want {
			t.Errorf("%s: tensors %s, want %s", set, got, want)
		}
		key, _, _ := strings.Cut(set, "=")
		tried[key] = true
	}
	for class, keys := range wantClasses {
		for _, key := range strings.Fields(keys) {
			if (class == free || class == choice) && !tried[key] && !strings.HasPrefix(key, "train.evaluate.") {
				t.Errorf("%s is %v and was not tried", key, class)
			}
		}
	}
}

// A run goes on with other names, outputs and choices of the best, says so and notes it.
func TestARunGoesOnWithWhatIsFree(t *testing.T) {
	c := parse(t, tiny["vae"])
	whole, err := Run(context.Background(), c, Options{Dir: filepath.Join(t.TempDir(), "whole"), Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	stopAt(t, c, dir, 9)
	other := parse(t, tiny["vae"], "name=renamed", "train.checkpoint={every: 3, keep: 4}", "train.samples=1", "train.evaluate={metrics: [nll], n: 5, draws: 2}", "train.best=nll")
	var log strings.Builder
	m, err := Run(context.Background(), other, Options{Dir: dir, Log: &log})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"name: renamed here, vae in the run", "train.checkpoint.keep: 4 here, 3 in the run", "train.samples: 1 here, 2 in the run", "changed at step 9: train.best loss -> nll"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %q in\n%s", want, &log)
		}
	}
	if m.ParamsSHA256 != whole.ParamsSHA256 || m.Name != "renamed" || m.Best == nil || m.Best.By != "nll" || len(m.History) != 1 {
		t.Errorf("got %+v, want the weights %s of a run that is renamed and has its best by nll", m, whole.ParamsSHA256)
	}
	if kept, err := Load(filepath.Join(dir, configFile)); err != nil || len(other.differences(kept)) > 0 {
		t.Errorf("config.yaml differs: %v, %v", err, other.differences(kept))
	}
	// A finished one, too.
	third := parse(t, tiny["vae"], "name=third", "train.evaluate={metrics: [nll], n: 5, draws: 2}", "train.best=nll")
	if m, err = Run(context.Background(), third, Options{Dir: dir, Log: io.Discard}); err != nil || m.Name != "third" || m.Status != statusFinished {
		t.Errorf("got %+v, %v, want the finished run with its third name", m, err)
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay: %v", v)
	}
}

// What is fitted at once can be measured later, and is what it was.
func TestAFittedRunIsMeasuredLater(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	before, err := Run(context.Background(), parse(t, tinyPCA), Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	m, err := Run(context.Background(), parse(t, tinyPCA, "train.evaluate.metrics=[squared_error]", "train.samples=0"), Options{Dir: dir, Log: io.Discard})
	if err != nil || m.ParamsSHA256 != before.ParamsSHA256 || m.Status != statusFinished || len(m.Metrics.Figures) != 1 {
		t.Errorf("got %+v, %v, want the same weights with a figure", m, err)
	}
	if v := verified(t, dir, 0); !v.Agrees {
		t.Errorf("a replay: %v", v)
	}
}

// stopAt trains until a step, and stops there as Ctrl-C does.
func stopAt(t testing.TB, c Config, dir string, at int, options ...func(*Options)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	o := Options{Dir: dir, Log: io.Discard, hook: func(step int, _ *trainer) {
		if step == at {
			cancel()
		}
	}}
	for _, set := range options {
		set(&o)
	}
	if _, err := Run(ctx, c, o); err == nil || !strings.Contains(fmt.Sprint(err), "interrupted at step") {
		t.Fatalf("got %v, want a run that is interrupted at step %d", err, at)
	}
}
