package training

import (
	"context"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/rundir"
	"latentspace/tensor"
	"latentspace/trained/saved"
)

// A step moves the statistics of the discriminator twice for each of its updates, on data and
// on samples, and those of the generator once.
func TestMovesOfAStep(t *testing.T) {
	c := parse(t, tiny["gan"], "model.discriminator.norm=batch")
	_, _, tr, err := prepare(context.Background(), c, rundir.Whereabouts{})
	if err != nil {
		t.Fatal(err)
	}
	got, want := map[string]int{}, map[string]int{
		"generator.layer1.norm.running_mean": 1, "generator.layer1.norm.running_var": 1,
		"discriminator.layer1.norm.running_mean": 6, "discriminator.layer1.norm.running_var": 6,
	}
	for name := range tr.movers {
		got[name] = tr.moves(name, 1)
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// An autoencoder that was trained for few steps is drawn from around its codes, from the run
// and from its checkpoint alike; the checkpoint keeps the moments as they moved.
func TestAnAutoencoderAfterFewStepsDrawsItsCodes(t *testing.T) {
	c := parse(t, tiny["ae"], "train.epochs=1", "model.latent=2", "train.optimizer.lr=1e-6")
	m, dir := mustRun(t, c)
	if m.Step != 8 {
		t.Fatalf("%d steps, want 8", m.Step)
	}
	opened, _, err := Find(dir, "", false, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	splits, err := opened.Data(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	z, err := opened.Codes(context.Background(), splits.Train, 70)
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := opened.Draw(2000, 1)
	if err != nil {
		t.Fatal(err)
	}
	for k := range 2 {
		mean, sd := moments(z.Data, k)
		got, gotSD := moments(drawn.Data, k)
		if math.Abs(got-mean) > 0.3*sd || gotSD < 0.7*sd || gotSD > 1.5*sd {
			t.Errorf("dimension %d: draws have mean %v and deviation %v, codes %v and %v", k, got, gotSD, mean, sd)
		}
	}
}

// moments are the mean and the deviation of a column of two.
func moments(x []float32, column int) (mean, deviation float64) {
	n := float64(len(x) / 2)
	for i := column; i < len(x); i += 2 {
		mean += float64(x[i]) / n
	}
	for i := column; i < len(x); i += 2 {
		deviation += (float64(x[i]) - mean) * (float64(x[i]) - mean) / n
	}
	return mean, math.Sqrt(deviation)
}

// averagedStatistics is an experiment with averages of weights and of statistics.
const averagedStatistics = `name: r
data: {kind: ring, train: 256, valid: 16, test: 16}
model: {kind: gan, latent: 2, generator: {kind: mlp, hidden: [4], norm: batch}, discriminator: {kind: mlp, hidden: [4]}}
train: {epochs: 3, batch: 32, ema: 0.9, samples: 0}
`

// The statistics of normalisation by the batch are averaged with the weights that they are of, and
// are what is sampled with: of a constant batch both are the batch's.
func TestStatisticsAreAveragedWithTheWeights(t *testing.T) {
	c := parse(t, averagedStatistics)
	dir := t.TempDir()
	m, err := Run(t.Context(), c, Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, m.Checkpoint)
	stored, err := checkpoints.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	const name = "generator.layer1.norm.running_var"
	raw, averaged := stored.Tensors[saved.ParamPrefix+name], stored.Tensors[saved.AveragePrefix+name]
	if averaged == nil || averaged.Equal(raw) {
		t.Fatalf("the average of %s is %v, and its last value %v", name, averaged, raw)
	}
	if got := opened.Weights()[name]; !got.Equal(averaged) {
		t.Errorf("sampled with %v, want the average %v", got, averaged)
	}
}

// withoutStatistics saves the checkpoint of a step as a program did that averaged weights alone.
func withoutStatistics(t *testing.T, store checkpoints.Store, step int) {
	t.Helper()
	c := checkpointFile(t, store.Path(step))
	left := 0
	for name := range c.Tensors {
		if strings.HasPrefix(name, saved.AveragePrefix) && strings.Contains(name, "running") {
			delete(c.Tensors, name)
			left++
		}
	}
	if left != 2 {
		t.Fatalf("%d averages of statistics, want 2", left)
	}
	if _, err := store.Save(step, c); err != nil {
		t.Fatal(err)
	}
}

// A run of a program that did not average statistics begins their averages where this program went
// on with it, and so does its replay.
func TestARunThatGotAveragesOfStatisticsLaterIsReplayed(t *testing.T) {
	for name, test := range map[string]struct {
		earlier, lost []int // steps of checkpoints
		sets          []string
		want          []int
	}{
		"stopped and gone on with": {[]int{8}, []int{16, 24}, nil, []int{8, 16, 24}},
		"finished and extended":    {[]int{8, 16, 24}, nil, []string{"train.epochs=4"}, []int{16, 24, 32}},
	} {
		t.Run(name, func(t *testing.T) {
			_, dir := mustRun(t, parse(t, averagedStatistics))
			store := checkpoints.Store{Dir: dir, Keep: 3}
			for _, step := range test.earlier {
				withoutStatistics(t, store, step)
			}
			for _, step := range test.lost {
				if err := os.Remove(store.Path(step)); err != nil {
					t.Fatal(err)
				}
			}
			if len(test.lost) > 0 { // it says that the run is finished
				if err := os.Remove(filepath.Join(dir, rundir.ManifestFile)); err != nil {
					t.Fatal(err)
				}
			}
			o := Options{Dir: dir, Log: io.Discard, Extend: len(test.sets) > 0}
			if _, err := Run(t.Context(), parse(t, averagedStatistics, test.sets...), o); err != nil {
				t.Fatal(err)
			}
			v, err := Verify(t.Context(), dir, VerifyOptions{Log: io.Discard})
			if err != nil || !v.Agrees || !slices.Equal(v.Checked, test.want) {
				t.Errorf("verified: %+v, %v, want agreement at %v", v, err, test.want)
			}
		})
	}
}

// After one step r = 0.9·1 + 0.1·v of a batch's variance v, which is v without its start, and the
// average, whose first decay is 1/10, is 0.1·1 + 0.9·v.
func TestAnAverageOfStatisticsIsOfTheirCorrectedValues(t *testing.T) {
	c := parse(t, tiny["gan"])
	splits, _, tr, err := prepare(t.Context(), c, rundir.Whereabouts{})
	if err != nil {
		t.Fatal(err)
	}
	batch := &data.Batch{X: tensor.New(8, 2)}
	if err := data.ReadBatch(splits.Train, 0, 8, batch.X.Data, nil); err != nil {
		t.Fatal(err)
	}
	if err := tr.run(func() (*data.Batch, error) { return batch, nil }, tr.meter()); err != nil {
		t.Fatal(err)
	}
	const name = "generator.layer1.norm.running_var"
	for i, r := range tr.params.Get(name).Data {
		v := (float64(r) - 0.9) / 0.1
		want := 0.1 + float64(0.9*v)
		if got := float64(tr.weights()[name].Data[i]); math.Abs(got-want) > 1e-4 || math.Abs(v-1) < 1e-3 {
			t.Errorf("channel %d: got the average %v, want %v of the variance %v, which is not 1", i, got, want, v)
		}
	}
}

// Of the 8 batches of each epoch, r = (1 − 0.9ᵗ)·r̂ + 0.9ᵗ after t moves of a variance: one for each
// update of an autoencoder, and two for each of a critic, which sees data and samples. What the others
// of a model's phases did meanwhile does not count.
func TestAMovingAverageIsCorrectedForTheUpdatesOfItsPhase(t *testing.T) {
	const net = "{kind: mlp, hidden: [4], norm: batch}"
	const of = "name: r\ndata: {kind: ring, train: 256, valid: 16, test: 16}\ntrain: {epochs: 2, batch: 32, samples: 0}\nmodel: "
	const flow = of + "{kind: flow-vae, latent: 2, from: 1, flow: {width: 4, blocks: 1}, encoder: " + net + "}\n"
	const critic = of + "{kind: vaegan, latent: 2, from: 1, encoder: {kind: mlp, hidden: [4]}, critic: " + net + "}\n"
	for name, test := range map[string]struct {
		experiment string
		extend     string // and go on for an epoch
		average    string
		moves      int
	}{
		"a phase that ended early":           {flow, "", "autoencoder.encoder.layer1.norm.running_var", 8},
		"a phase that began late":            {critic, "", "critic.layer1.norm.running_var", 16},
		"a change of the batch":              {critic, "train.batch=64", "critic.layer1.norm.running_var", 24},
		"a change of the optimizer":          {critic, "train.optimizer={kind: sgd, lr: 0.001}", "critic.layer1.norm.running_var", 32},
		"a phase that ended before a change": {flow, "train.optimizer={kind: sgd, lr: 0.001}", "autoencoder.encoder.layer1.norm.running_var", 8},
	} {
		t.Run(name, func(t *testing.T) {
			m, dir := mustRun(t, parse(t, test.experiment))
			if test.extend != "" {
				var err error
				c := parse(t, test.experiment, "train.epochs=3", test.extend)
				if m, err = Run(t.Context(), c, Options{Dir: dir, Log: io.Discard, Extend: true}); err != nil {
					t.Fatal(err)
				}
			}
			file := filepath.Join(dir, m.Checkpoint)
			stored, err := checkpoints.Read(file)
			if err != nil {
				t.Fatal(err)
			}
			opened, err := Open(file)
			if err != nil {
				t.Fatal(err)
			}
			start := math.Pow(0.9, float64(test.moves))
			for i, r := range stored.Tensors[saved.ParamPrefix+test.average].Data {
				want := (float64(r) - start) / (1 - start)
				if got := float64(opened.Weights()[test.average].Data[i]); math.Abs(got-want) > 1e-5*math.Max(1, math.Abs(want)) {
					t.Errorf("channel %d: got the average %v, want %v after %d moves of what is now %v", i, got, want, test.moves, r)
				}
			}
		})
	}
}

// A phase makes as many updates as its optimizer counts while the rule stays the same.
func TestUpdatesAreThoseThatThePhasesMake(t *testing.T) {
	const of = "name: r\ndata: {kind: ring, train: 64, valid: 16, test: 16}\ntrain: {epochs: 3, batch: 8, ema: 0.9, samples: 0}\n"
	for _, model := range []string{
		"{kind: flow-vae, latent: 2, from: 1.3, flow: {width: 4, blocks: 1}}",
		"{kind: vaegan, latent: 2, from: 0.7}",
		"{kind: gan, latent: 2}",
	} {
		c := parse(t, of+"model: "+model+"\n")
		splits, _, tr, err := prepare(t.Context(), c, rundir.Whereabouts{})
		if err != nil {
			t.Fatal(err)
		}
		batch := &data.Batch{X: tensor.New(8, 2)}
		if err := data.ReadBatch(splits.Train, 0, 8, batch.X.Data, nil); err != nil {
			t.Fatal(err)
		}
		for range tr.total() {
			if err := tr.run(func() (*data.Batch, error) { return batch, nil }, tr.meter()); err != nil {
				t.Fatal(err)
			}
			for _, p := range tr.phases {
				if got, want := tr.Updates(p.Phase, tr.step), p.optimizer.Steps(); got != want {
					t.Fatalf("%s, step %d: %d updates of phase %s, want %d", model, tr.step, got, p.Name, want)
				}
			}
		}
	}
}
