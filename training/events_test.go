package training

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"latentspace/export/tensorboard"
	"latentspace/rundir"
)

const eventsName = "events.out.tfevents.0.latentspace"

func events(t *testing.T, dir string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, eventsName))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// noon is a clock for events that are compared.
func noon() time.Time { return time.Unix(1_700_000_000, 0) }

// boarded is a tiny experiment that is logged for TensorBoard.
func boarded(name string) (src string, sets []string) {
	return tiny[name], []string{"train.log=[tensorboard]", "train.evaluate={metrics: [neg_elbo], every: 3 steps}", "train.checkpoint.every=2"}
}

// killed trains an experiment up to a step, as far as a process that is killed there: what dir then
// has is the folder at that moment, and a part of a frame more.
func killed(t *testing.T, src string, sets []string, dir string, at int) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	here := filepath.Join(t.TempDir(), "run")
	if _, err := os.Stat(dir); err == nil {
		copyRun(t, dir, here)
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	o := Options{Dir: here, Log: io.Discard, now: noon, hook: func(step int, _ *trainer) {
		if step == at {
			copyRun(t, here, dir)
			cancel()
		}
	}}
	if _, err := Run(ctx, parse(t, src, sets...), o); err == nil {
		t.Fatalf("a run that is stopped at step %d: no error", at)
	}
	b := events(t, dir)
	const second = 40 // where the second frame begins
	if err := os.WriteFile(filepath.Join(dir, eventsName), append(b, b[second:2*second]...), 0o666); err != nil {
		t.Fatal(err)
	}
}

// A run that was killed twice has the same file as one that was not.
func TestEventsHaveNoGapsAndNoDoubles(t *testing.T) {
	for name, kills := range map[string][2]int{"vae": {13, 20}, "gan": {7, 10}} {
		src, sets := boarded(name)
		if name == "gan" {
			sets = slices.Delete(sets, 1, 2) // it has no bound
		}
		whole, dir := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "run")
		want, err := Run(context.Background(), parse(t, src, sets...), Options{Dir: whole, Log: io.Discard, now: noon})
		if err != nil {
			t.Fatal(err)
		}
		killed(t, src, sets, dir, kills[0])
		killed(t, src, sets, dir, kills[1])
		got, err := Run(context.Background(), parse(t, src, sets...), Options{Dir: dir, Log: io.Discard, now: noon})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(events(t, dir), events(t, whole)) {
			t.Errorf("%s: %d bytes of events after two kills, want the %d of a run without", name, len(events(t, dir)), len(events(t, whole)))
		}
		if got.ParamsSHA256 != want.ParamsSHA256 {
			t.Errorf("%s: weights %s, want %s", name, got.ParamsSHA256, want.ParamsSHA256)
		}
		if v := verified(t, dir, 0); !v.Agrees {
			t.Errorf("%s: a replay: %v", name, v)
		}
	}
}

// A run that goes back has the steps after that once, in its file and as the server is told.
func TestEventsOfARunThatGoesBack(t *testing.T) {
	s := &tracker{metrics: map[string][]float64{}, params: map[string]string{}}
	web := httptest.NewServer(s)
	defer web.Close()
	dir := filepath.Join(t.TempDir(), "run")
	c := parse(t, explosive, "train.log=[tensorboard, {kind: mlflow, uri: "+web.URL+"}]", "train.evaluate={metrics: [squared_error], every: 10 steps}")
	if _, err := Run(context.Background(), c, Options{Dir: dir, Log: io.Discard, now: noon, hook: poison(50)}); err != nil {
		t.Fatal(err)
	}
	records, err := rundir.ReadMetrics(dir)
	if err != nil {
		t.Fatal(err)
	}
	var want, got []int64
	for _, r := range records {
		want = append(want, int64(r.Step))
	}
	for r := bufio.NewReader(bytes.NewReader(events(t, dir))); ; {
		e, _, err := tensorboard.Read(r)
		if err != nil {
			break
		}
		if len(e.Values) > 0 && e.Values[0].Tag == "epoch" {
			got = append(got, e.Step)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("events at the steps %v, want %v", got, want)
	}
	if sent := s.metrics["epoch"]; !slices.Equal(sent, []float64{10, 20, 30, 40, 50, 50, 60, 70}) {
		t.Errorf("sent at the steps %v", sent)
	}
}

// Events that cannot be written end a run as metrics that cannot be written do, and the same command
// goes on when they can.
func TestEventsThatCannotBeWritten(t *testing.T) {
	src, sets := boarded("vae")
	whole, dir := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "run")
	if _, err := Run(context.Background(), parse(t, src, sets...), Options{Dir: whole, Log: io.Discard, now: noon}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, eventsName)
	o := Options{Dir: dir, Log: io.Discard, now: noon, hook: func(step int, _ *trainer) {
		if step == 10 {
			if err := os.Remove(file); err != nil {
				t.Error(err)
			}
			if err := os.Mkdir(file, 0o777); err != nil {
				t.Error(err)
			}
		}
	}}
	_, err := Run(context.Background(), parse(t, src, sets...), o)
	m, readErr := rundir.ReadManifest(dir)
	if err == nil || !strings.Contains(err.Error(), "rundir: open "+file) || readErr != nil || m.Status != rundir.Failed || m.Error == "" {
		t.Fatalf("got %v, %+v, %v", err, m, readErr)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), parse(t, src, sets...), Options{Dir: dir, Log: io.Discard, now: noon}); err != nil {
		t.Fatal(err)
	}
	if got, most := len(events(t, dir)), len(events(t, whole)); got == 0 || got >= most {
		t.Errorf("%d bytes of events, want less than %d: histograms of epochs before the file was lost are lost", got, most)
	}
}

// boardReader prints all that TensorBoard's own reader finds in a folder, as JSON.
const boardReader = `
import json, sys
from tensorboard.backend.event_processing import event_accumulator as ea
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
every = {kind: 0 for kind in (ea.SCALARS, ea.HISTOGRAMS, ea.IMAGES, ea.TENSORS)}
a = ea.EventAccumulator(sys.argv[1], size_guidance=every).Reload()
tags = a.Tags()
start = HParamsPluginData.FromString(a.SummaryMetadata("_hparams_/session_start_info").plugin_data.content)
json.dump({
    "scalars": {t: [[e.step, str(e.value)] for e in a.Scalars(t)] for t in tags["scalars"]},
    "histograms": {t: [[e.step, str(e.histogram_value.num)] for e in a.Histograms(t)] for t in tags["histograms"]},
    "images": {t: [[e.step, "%dx%d" % (e.width, e.height)] for e in a.Images(t)] for t in tags["images"]},
    "texts": {t: [[e.step, e.tensor_proto.string_val[0].decode()] for e in a.Tensors(t)]
              for t in tags["tensors"] if not t.startswith("_")},
    "hparams": {k: v.number_value for k, v in start.session_start_info.hparams.items()},
}, sys.stdout)
`

// board is what TensorBoard's reader found: by kind and tag, the steps and values.
type board struct {
	Scalars, Histograms, Images, Texts map[string][][2]any
	Hparams                            map[string]float64
}

func readBoard(t *testing.T, dir string) board {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	if exec.Command(python, "-c", "import tensorboard").Run() != nil {
		t.Skip("python3 has no tensorboard: pip install tensorboard")
	}
	var stderr strings.Builder
	cmd := exec.Command(python, "-c", boardReader, dir)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	var b board
	if err := json.Unmarshal(out, &b); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return b
}

// TensorBoard's own reader finds every number of metrics.jsonl at its step, once, after two kills.
func TestTensorBoardReadsARunThatWasKilledTwice(t *testing.T) {
	src, sets := boarded("vae")
	dir := filepath.Join(t.TempDir(), "run")
	killed(t, src, sets, dir, 13)
	killed(t, src, sets, dir, 20)
	if _, err := Run(context.Background(), parse(t, src, sets...), Options{Dir: dir, Log: io.Discard}); err != nil {
		t.Fatal(err)
	}
	got := readBoard(t, dir)
	records, err := rundir.ReadMetrics(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][][2]any{}
	var epochs []float64
	for _, r := range records {
		add := func(tag string, x float64) { want[tag] = append(want[tag], [2]any{float64(r.Step), x}) }
		add("epoch", float64(r.Epoch))
		for _, m := range r.Train {
			add("train/"+m.Name, m.Value)
		}
		for _, m := range r.Valid {
			add("valid/"+m.Name, m.Value)
		}
		for name, f := range r.Figures {
			add("figures/"+name, f.Value)
			add("standard_errors/"+name, f.Error)
		}
		if r.EndsEpoch() {
			epochs = append(epochs, float64(r.Step))
		}
	}
	if len(got.Scalars) != len(want) || len(epochs) != 4 {
		t.Errorf("%d tags of scalars, want %d; %d epochs, want 4", len(got.Scalars), len(want), len(epochs))
	}
	for tag, all := range want {
		found := got.Scalars[tag]
		if len(found) != len(all) {
			t.Errorf("%s: %v, want %v", tag, found, all)
			continue
		}
		for i, w := range all {
			var x float64
			if _, err := fmt.Sscan(found[i][1].(string), &x); err != nil || found[i][0] != w[0] ||
				math.Abs(x-w[1].(float64)) > 1e-6*math.Abs(w[1].(float64)) {
				t.Errorf("%s: %v, want %v (%v)", tag, found[i], w, err)
			}
		}
	}
	for kind, of := range map[string]map[string][][2]any{"histograms": got.Histograms, "images": got.Images} {
		if len(of) < 2 {
			t.Errorf("%d %s, want some", len(of), kind)
		}
		for tag, found := range of {
			var steps []float64
			for _, at := range found {
				steps = append(steps, at[0].(float64))
			}
			if !slices.Equal(steps, epochs) {
				t.Errorf("%s of %s at the steps %v, want %v", kind, tag, steps, epochs)
			}
		}
	}
	for _, tag := range []string{"weights/encoder.layer1.weight", "gradients/encoder.layer1.weight"} {
		if got.Histograms[tag] == nil {
			t.Errorf("no histogram %s", tag)
		}
	}
	if text := got.Texts["experiment"]; len(text) != 1 || !strings.Contains(fmt.Sprint(text), "latent: 3") {
		t.Errorf("the experiment: %v", text)
	}
	if got.Hparams["model.latent"] != 3 {
		t.Errorf("hyperparameters %v, want model.latent 3", got.Hparams)
	}
}
