// Package experiments reads experiment files, whose form is strict, and says which keys
// of a run may change. The shipped experiments are part of it.
package experiments

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/internal/untrusted"
	"latentspace/models"
	"latentspace/nn/optim"
	"latentspace/settings"
)

//go:embed *.yaml paper/*.yaml sweeps/*.yaml
var shipped embed.FS

// Config is an experiment: a data set, a model and how to train it. Its YAML form is
// strict; train -explain shows every key.
type Config struct {
	Name  string       `yaml:"name" run:"free"` // of the run's folder: letters, digits, '.', '_' and '-'
	Seed  uint64       `yaml:"seed"`            // of everything random in training
	Data  data.Source  `yaml:"data" run:"data"` // what the model is trained on
	Model models.Model `yaml:"model"`           // what is trained
	Train Train        `yaml:"train"`           // how it is trained

	// source is the file and the edits that a user's experiment was read from; nil for
	// the config of a run.
	source *userSource
}

// Train says how a model is trained. A model that is fitted at once takes only batch,
// which its evaluation uses, samples, and evaluate without every.
type Train struct { // the tag run says what becomes of a run if the value changes: see [Class]
	Epochs int `yaml:"epochs" run:"course"` // passes over the training set, from 1 to 1,000,000
	// EpochExamples is how many examples an epoch has at least: those of a smaller training set come
	// more than once in it. 0 for each once.
	EpochExamples int `yaml:"epoch_examples,omitempty" run:"fixed"`
	Batch         int `yaml:"batch" run:"course"` // examples in an update, from 1 to 1,000,000; a smaller set is one batch
	// Shards is how many parts a batch is run in, one after another, a power of two that divides it: a
	// step is the mean of theirs and takes the memory of one. Noise and batch normalisation are of a
	// shard. 0, as 1, is the batch at once.
	Shards     int                   `yaml:"shards,omitempty" run:"course"`
	Optimizer  optim.Rule            `yaml:"optimizer" run:"course"`  // of every phase
	Optimizers map[string]optim.Rule `yaml:"optimizers" run:"course"` // of single phases, by name
	Schedule   optim.Schedule        `yaml:"schedule" run:"course"`   // of the learning rate
	Warmup     int                   `yaml:"warmup" run:"course"`     // steps over which the learning rate rises from zero, 0 or more
	Clip       float64               `yaml:"clip" run:"course"`       // bound of the gradient's global norm, at least 0; 0 for none
	EMA        float64               `yaml:"ema" run:"course"`        // decay of the averaged weights that are evaluated and sampled, in [0, 1); 0 for none
	// Precision is that of the operands of products in a training step: fp32, or bf16 to round them to
	// bfloat16, of 8 digits. Weights, sums and the optimizer's state are fp32, and so is evaluation.
	Precision  string     `yaml:"precision,omitempty" run:"fixed"`
	Checkpoint Checkpoint `yaml:"checkpoint" run:"free"` // when a checkpoint is saved

	Init        Init        `yaml:"init,omitempty"`               // where first weights come from, and which of them stay
	Prior       Prior       `yaml:"prior,omitempty" run:"course"` // what is fitted to the codes at the end
	OnNonFinite OnNonFinite `yaml:"on_nonfinite" run:"course"`    // what becomes of a loss that is NaN
	OnCollapse  OnCollapse  `yaml:"on_collapse" run:"course"`     // what becomes of a model with rival phases whose samples become alike
	Samples     int         `yaml:"samples" run:"free"`           // examples in the pictures of an epoch, from 0 to 10,000; 0 for none
	Evaluate    Evaluate    `yaml:"evaluate" run:"choice"`        // which figures are measured, and when
	Best        string      `yaml:"best" run:"choice"`            // what the best checkpoint is chosen by: loss, of validation, or one of evaluate.metrics
	Use         string      `yaml:"use,omitempty" run:"free"`     // the checkpoint that sample opens: newest, or best by train.best if there is one
	Log         []Log       `yaml:"log,omitempty" run:"free"`     // where the numbers of each epoch go too
	Patience    int         `yaml:"patience" run:"course"`        // evaluations without improvement after which training stops, 0 or more; 0 for never
	MinDelta    float64     `yaml:"min_delta" run:"course"`       // improvement that patience does not count as one, at least 0
}

// The values of [Train.Precision]; empty is fp32.
const (
	FP32 = "fp32"
	BF16 = "bf16"
)

// Checkpoint says when a checkpoint is saved, besides at the end of an epoch and
// of the run, and how many of them stay.
type Checkpoint struct {
	Every int `yaml:"every"` // steps, 0 or more; 0 for the ends of epochs only
	Keep  int `yaml:"keep"`  // how many of the newest stay, at least 2; the best stays too
}

const maxShards = 1 << 16

// Defaults returns a Config with every default filled in.
func Defaults() Config {
	return Config{
		Seed: 1,
		Train: Train{
			Epochs: 10, Batch: 128,
			Optimizer:  optim.Rules["adam"],
			Schedule:   optim.Schedules["constant"],
			Checkpoint: Checkpoint{Every: 1000, Keep: 3},
			Samples:    64,
			Evaluate:   Evaluate{Every: Interval{1, true}, Metrics: []string{}, N: 1000, Draws: 10},
			Best:       ByLoss,

			OnNonFinite: OnNonFinite{LRScale: 0.5, Tries: 3},
			OnCollapse:  OnCollapse{LRScale: 0.5, Tries: 3},
		},
	}
}

var validName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// Check reports the fields that are out of range or missing.
func (c Config) Check(report func(key, format string, args ...any)) {
	if !validName.MatchString(c.Name) || len(c.Name) > 100 {
		report("name", "%q, want letters, digits, '.', '_' and '-', starting with a letter or digit", c.Name)
	}
	if c.Data == nil {
		report("data", "missing, want a data set such as {kind: glyphs}")
	}
	if c.Model == nil {
		report("model", "missing, want a model such as {kind: vae}")
		return
	}
	if _, ok := c.Model.(models.Encoder); !ok && c.Train.Prior.Fit != "" {
		report("train.prior", "a model of kind %s has no encoder: there are no codes to fit a prior to", c.ModelKind())
	}
	if _, ok := c.Model.(models.Fitted); ok {
		c.checkFitted(report)
		return
	}
	c.checkBest(report)
	if c.Train.OnCollapse.Rollback && !c.Watched() {
		report("train.on_collapse", "a model of kind %s is not watched for a collapse: that is for models with phases that play against each other, which draw samples", c.ModelKind())
	}
	names := map[string]bool{}
	for _, p := range c.Model.Phases() {
		names[p.Name] = true
	}
	for name := range c.Train.Optimizers {
		if !names[name] {
			report("train.optimizers."+name, "the model has no phase of that name, only %s", strings.Join(sortedKeys(names), ", "))
		}
	}
}

// Check reports the fields that are out of range.
func (t Train) Check(report func(key, format string, args ...any)) {
	atLeast := func(key string, got, least, most int) {
		if got < least || got > most {
			report(key, "%d, want it from %d to %d", got, least, most)
		}
	}
	atLeast("epochs", t.Epochs, 1, 1_000_000)
	atLeast("epoch_examples", t.EpochExamples, 0, 1_000_000_000)
	atLeast("batch", t.Batch, 1, 1_000_000)
	if t.Shards < 0 || t.Shards > maxShards || t.Shards&(t.Shards-1) != 0 {
		report("shards", "%d, want a power of two from 1 to %d", t.Shards, maxShards)
	} else if t.Shards > 1 && t.Batch%t.Shards != 0 {
		report("shards", "%d, want it to divide the %d examples of train.batch", t.Shards, t.Batch)
	}
	atLeast("warmup", t.Warmup, 0, math.MaxInt32)
	atLeast("samples", t.Samples, 0, 10_000)
	if !(t.Clip >= 0) || math.IsInf(t.Clip, 0) {
		report("clip", "%v, want the largest norm of a gradient, or 0 for none", t.Clip)
	}
	if !(t.EMA >= 0 && t.EMA < 1) {
		report("ema", "%v, want a decay in [0, 1), 0 for none", t.EMA)
	}
	if t.Precision != "" && t.Precision != FP32 && t.Precision != BF16 {
		report("precision", "%q, want fp32 or bf16", t.Precision)
	}
	t.checkPatience(report)
	places := map[string]bool{}
	for i, log := range t.Log {
		if log == nil {
			continue // it is reported
		}
		if places[log.Where()] {
			report(fmt.Sprintf("log[%d]", i), "%s is there already", log.Where())
		}
		places[log.Where()] = true
	}
}

// Check reports the fields that are out of range.
func (c Checkpoint) Check(report func(key, format string, args ...any)) {
	if c.Every < 0 {
		report("every", "%d, want steps, or 0 for the end of an epoch only", c.Every)
	}
	if c.Keep < 2 {
		report("keep", "%d, want at least 2, so that one is left when the newest is damaged", c.Keep)
	}
}

// Load reads a user's experiment file: from the disk or, if there is none at that path,
// the shipped one that the path names, such as experiments/vae.yaml, vae or paper/deep-ae. Each of
// sets is an edit KEY=VALUE, applied before the file is checked. The error lists all
// mistakes, a line each, with file, line and column.
func Load(file string, sets ...string) (Config, error) {
	src, err := Source(file)
	if err != nil {
		return Config{}, err
	}
	c := portable{Defaults()}
	if err := settings.Decode(file, src, &c, sets, Registry); err != nil {
		return Config{}, err
	}
	c.source = &userSource{file, src, sets}
	return c.suited(), nil
}

// Parse reads a user's experiment from src; file is its name in errors.
func Parse(file string, src []byte, sets ...string) (Config, error) {
	c, err := userSource{file, src, sets}.parse(Registry)
	if err != nil {
		return Config{}, err
	}
	return c.suited(), nil
}

// YAML returns the experiment with every default filled in.
func (c Config) YAML() ([]byte, error) { return settings.Encode(c, Registry) }

// Source returns the text of an experiment that [Load] would read.
func Source(file string) ([]byte, error) {
	return source(file, "", "experiment", slices.Concat(Shipped(), Papers()))
}

// SweepSource returns the text of a sweep: from the disk or, if there is none at that path, of the
// shipped one that the path names, such as experiments/sweeps/rates.yaml or rates.
func SweepSource(file string) ([]byte, error) {
	return source(file, "sweeps/", "sweep", Sweeps())
}

// source reads a file or a shipped one of a folder, which are a thing of a certain name.
func source(file, folder, thing string, names []string) ([]byte, error) {
	info, err := os.Stat(file)
	if err == nil && info.Mode().IsRegular() {
		src, err := untrusted.ReadFile(file, untrusted.Experiment)
		if err != nil {
			return nil, fmt.Errorf("experiments: %w", err)
		}
		if head := src[:min(len(src), untrusted.HeadSize)]; bytes.IndexByte(head, 0) >= 0 {
			return nil, fmt.Errorf("experiments: %s: %w", file, untrusted.NotA(thing+" in YAML", head))
		}
		return src, nil
	}
	slashed := strings.ReplaceAll(file, `\`, "/")
	inside := strings.TrimSuffix(strings.TrimPrefix(path.Clean(slashed), "experiments/"), ".yaml")
	if src, err := shipped.ReadFile(folder + strings.TrimPrefix(inside, folder) + ".yaml"); err == nil && (folder != "" || !strings.HasPrefix(inside, "sweeps/")) {
		return src, nil
	}
	switch {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("experiments: %s: a folder, want a YAML file", file)
	case err == nil:
		return nil, fmt.Errorf("experiments: %s: mode %v, want a regular file", file, info.Mode())
	}
	return nil, fmt.Errorf("experiments: %s: no such file, and no shipped %s of that name; there are %s",
		file, thing, strings.Join(names, ", "))
}

// Shipped returns the names of the embedded experiments, sorted, without those of papers.
func Shipped() []string { return embedded("*.yaml") }

// Papers returns the names of the embedded experiments that repeat published ones, such as
// paper/deep-ae, sorted.
func Papers() []string { return embedded("paper/*.yaml") }

// Sweeps returns the names of the embedded sweeps, sorted.
func Sweeps() []string {
	names := embedded("sweeps/*.yaml")
	for i, name := range names {
		names[i] = path.Base(name)
	}
	return names
}

// embedded returns the names of the embedded experiments whose files a pattern matches.
func embedded(pattern string) []string {
	files, err := fs.Glob(shipped, pattern)
	if err != nil {
		panic(err) // the pattern is well formed
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(f, ".yaml")
	}
	slices.Sort(files)
	return files
}
