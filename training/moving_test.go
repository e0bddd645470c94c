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
)

// A step moves the statistics of the discriminator twice for each of its updates, on data and
// on samples, and those of the generator once.
func TestMovesOfAStep(t *testing.T) {
	c := parse(t, tiny["gan"], "model.discriminator.norm=batch")
	_, _, tr, err := prepare(context.Background(), c, rundir.Whereabouts{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{
		"generator.layer1.norm.running_mean": 1, "generator.layer1.norm.running_var": 1,
		"discriminator.layer1.norm.running_mean": 6, "discriminator.layer1.norm.running_var": 6,
	}
	if !maps.Equal(tr.moves, want) {
		t.Errorf("got %v, want %v", tr.moves, want)
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
	saved, err := checkpoints.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	const name = "generator.layer1.norm.running_var"
	raw, averaged := saved.Tensors[paramPrefix+name], saved.Tensors[averagePrefix+name]
	if averaged == nil || averaged.Equal(raw) {
		t.Fatalf("the average of %s is %v, and its last value %v", name, averaged, raw)
	}
	if got := opened.Weights()[name]; !got.Equal(averaged) {
		t.Errorf("sampled with %v, want the average %v", got, averaged)
	}
}

// A run whose first epoch is of a program that did not average statistics begins their averages
// where this program went on with it, and so does its replay.
func TestARunThatGotAveragesOfStatisticsLaterIsReplayed(t *testing.T) {
	c := parse(t, averagedStatistics)
	m, dir := mustRun(t, c)
	store := checkpoints.Store{Dir: dir}
	first := checkpointFile(t, store.Path(8))
	left := 0
	for name := range first.Tensors {
		if strings.HasPrefix(name, averagePrefix) && strings.Contains(name, "running") {
			delete(first.Tensors, name)
			left++
		}
	}
	if left != 2 {
		t.Fatalf("%d averages of statistics, want 2", left)
	}
	for _, file := range []string{store.Path(16), store.Path(24), filepath.Join(dir, rundir.ManifestFile)} {
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.Save(8, first); err != nil {
		t.Fatal(err)
	}
	again, err := Run(t.Context(), c, Options{Dir: dir, Log: io.Discard})
	if err != nil || again.ParamsSHA256 != m.ParamsSHA256 {
		t.Fatalf("went on to weights of SHA-256 %s, %v, want %s", again.ParamsSHA256, err, m.ParamsSHA256)
	}
	v, err := Verify(t.Context(), dir, VerifyOptions{Log: io.Discard})
	if err != nil || !v.Agrees || !slices.Equal(v.Checked, []int{8, 16, 24}) {
		t.Errorf("verified: %+v, %v, want agreement at 8, 16 and 24", v, err)
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
