package experiments

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/models/networks"
	"latentspace/nn/optim"
)

// wantClasses has the class of every key of every kind of data, network, model, optimizer and
// schedule. A new key needs a line here: think of what becomes of a run that has begun.
var wantClasses = map[Class]string{
	Fixed: `seed data.bend data.delay data.gain data.stretch data.binarize data.crop data.flip data.shift data.label_seed data.labels data.outliers data.shape
		model.kind model.aggressive.epochs model.aggressive.updates model.alpha model.anneal model.anneal_cycles model.anneal_epochs model.anneal_rising model.beta model.commitment model.condition model.critic_from model.critic_steps model.critic_weight model.decay model.deletion model.diagonal model.depth model.draws model.drop model.embedding model.estimator model.features model.free_bits model.from model.gamma model.guidance model.kernel model.lambda
		model.latent model.levels model.likelihood model.loss model.off_diagonal model.output model.penalty model.places model.prior model.revival model.sigma model.weight
		model.augment model.categories model.continuous model.gradient model.gradient_penalty model.pack model.r1 model.r2
		model.target_epochs model.target_rate model.whiten model.width model.word_dropout model.words
		model.classifier.* model.flow.* model.critic.* model.decoder.* model.discriminator.* model.encoder.* model.generator.*
		model.capacity model.capacity_epochs model.categories model.categories_capacity model.codes model.straight_through model.temperature model.temperature_end model.temperature_epochs
		model.activation model.activation.* model.auxiliary model.dead_after model.noise model.rate model.regulariser model.share model.shrink model.start
		model.context model.flow_hidden model.flows model.top model.upper.* model.warmup
		model.likelihood.* model.prior.*
		train.epoch_examples train.init.freeze train.init.only train.precision`,
	Course: `train.batch train.clip train.ema train.epochs train.min_delta train.patience train.shards train.warmup
		train.on_nonfinite.lr_scale train.on_nonfinite.rollback train.on_nonfinite.tries
		train.on_collapse.lr_scale train.on_collapse.rollback train.on_collapse.tries
		train.prior.*
		train.optimizer.* train.optimizers.* train.schedule.*`,
	Choice: `train.best train.evaluate.draws train.evaluate.every train.evaluate.metrics train.evaluate.n`,
	Content: `data.array data.classes data.kind data.grid.positions data.grid.rotations data.grid.scales data.modes data.noise data.radius data.seed
		data.dialect data.label data.label_in_row data.attributes data.background data.fit data.grey data.size data.side data.sigma data.spacing data.split data.test data.train data.unit data.valid
		data.ceiling data.floor data.high data.hop data.level data.low data.mels data.pattern data.rate data.seconds data.test_where data.trim data.window
		data.encoding data.length data.of data.vocabulary`,
	Place: `data.dir data.file train.init.from`,
	Free:  `name data.max_damaged data.memory train.checkpoint.every train.checkpoint.keep train.log train.samples train.use`,
}

func TestEveryKeyHasAClass(t *testing.T) {
	got := map[string]Class{}
	for _, c := range everyKind() {
		for key, class := range c.Classes() {
			if old, ok := got[key]; ok && old != class {
				t.Errorf("%s is %v of one kind and %v of another", key, old, class)
			}
			got[key] = class
		}
	}
	want := map[string]Class{}
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
	full := Defaults()
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
	network := reflect.TypeFor[networks.Network]()
	for _, model := range families.Models {
		for _, of := range networks.Networks {
			m := reflect.New(reflect.TypeOf(model())).Elem()
			m.Set(reflect.ValueOf(model()))
			for i := range m.NumField() {
				if m.Field(i).Type() == network {
					m.Field(i).Set(reflect.ValueOf(of()))
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
