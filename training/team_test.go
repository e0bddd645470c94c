package training

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"latentspace/data"
	"latentspace/experiments"
	"latentspace/rundir"
	"latentspace/tensor"
	"latentspace/training/ranks"
)

// together calls f as each of n ranks at once, which exchange bytes over channels, and returns the
// errors. Once a rank has an error that the others do not have, their exchanges fail.
func together(n int, f func(w *ranks.World) error) []error {
	type way struct{ from, to int }
	ways := map[way]chan []byte{}
	for i := range n * n {
		ways[way{i / n, i % n}] = make(chan []byte, 1)
	}
	ended, end := context.WithCancel(context.Background())
	defer end()
	errs := make([]error, n)
	var all sync.WaitGroup
	for me := range n {
		w := &ranks.World{Number: me, Count: n, Exchange: func(with int, send, receive []byte) error {
			ways[way{me, with}] <- slices.Clone(send)
			select {
			case got := <-ways[way{with, me}]:
				copy(receive, got)
				return nil
			case <-ended.Done():
				return errors.New("another rank has ended")
			}
		}}
		all.Go(func() {
			if errs[me] = f(w); errs[me] != nil {
				if _, ok := errors.AsType[*ranks.Agreed](errs[me]); !ok && !errors.Is(errs[me], ErrInterrupted) {
					end()
				}
			}
		})
	}
	all.Wait()
	return errs
}

// asRanks trains an experiment as n ranks in one folder, and returns the manifest of the first. Of all
// ranks only that one writes, so that the folder is as that of one process.
func asRanks(t *testing.T, n int, c experiments.Config, o Options) (*rundir.Manifest, []error) {
	t.Helper()
	manifests := make([]*rundir.Manifest, n)
	errs := together(n, func(w *ranks.World) (err error) {
		mine := o
		if mine.Ranks = w; w.Number > 0 {
			mine.Log = io.Discard
		}
		manifests[w.Number], err = Run(t.Context(), c, mine)
		return err
	})
	for rank, m := range manifests {
		if m != nil && errs[rank] == nil && m.ParamsSHA256 != manifests[0].ParamsSHA256 {
			t.Errorf("rank %d of %d has the weights %s, and rank 0 %s", rank, n, m.ParamsSHA256, manifests[0].ParamsSHA256)
		}
	}
	return manifests[0], errs
}

// The numbers are those of the shards: they, the folder and what is said have the same bytes for any
// number of ranks.
func TestRanksHaveTheBitsOfOneProcess(t *testing.T) {
	times := regexp.MustCompile(` *\d+ examples/s| after \S+`)
	for name, c := range map[string]experiments.Config{
		"gan":           parse(t, replayed, "train.batch=16", "train.shards=4"),
		"vae":           parse(t, tiny["vae"], "train.batch=16", "train.shards=4"),
		"stopped early": parse(t, tiny["vae"], "train.batch=16", "train.shards=8", "train.patience=1", "train.min_delta=50", "train.epochs=9", "train.checkpoint.every=0"),
		"figures": parse(t, tiny["vae"], "train.batch=16", "train.shards=4", "train.evaluate={metrics: [neg_elbo], n: 10, draws: 2, every: 3 steps}",
			"train.best=neg_elbo", "train.patience=2", "train.checkpoint.every=0"),
		"nothing held": parse(t, replayed, "train.batch=16", "train.shards=4", "data.valid=0", "data.test=3", "train.epochs=1"),
	} {
		var said bytes.Buffer
		whole := filepath.Join(t.TempDir(), "whole")
		want, err := Run(t.Context(), c, Options{Dir: whole, Log: &said, now: noon})
		if err != nil {
			t.Fatal(err)
		}
		if name == "stopped early" && want.Stopped == "" {
			t.Error("it is not stopped early")
		}
		for _, n := range []int{2, 4} {
			name := fmt.Sprintf("%s, %d ranks", name, n)
			dir := filepath.Join(t.TempDir(), "run")
			var log bytes.Buffer
			got, errs := asRanks(t, n, c, Options{Dir: dir, Log: &log, now: noon})
			if err := errors.Join(errs...); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			sameRun(t, name, want, got, whole, dir)
			if a, b := fmt.Sprint(want.Metrics), fmt.Sprint(got.Metrics); a != b {
				t.Errorf("%s: metrics %s, want %s", name, b, a)
			}
			a := times.ReplaceAllString(strings.ReplaceAll(said.String(), whole, "DIR"), "")
			b := times.ReplaceAllString(strings.ReplaceAll(log.String(), dir, "DIR"), "")
			if a != b {
				t.Errorf("%s: says\n%s\nwant\n%s", name, b, a)
			}
		}
	}
}

// A loss that one rank cannot measure is a warning of all, in the words of one process; an exchange that
// fails is an error.
func TestRanksWarnOfALossThatOneCannotMeasure(t *testing.T) {
	c := parse(t, tiny["ae"], "train.shards=4")
	losses := func(w *ranks.World) (*run, rundir.Metrics, error) {
		splits, _, tr, err := prepare(t.Context(), c, rundir.Whereabouts{})
		if err != nil {
			return nil, nil, err
		}
		tr.team = teamOf(w)
		r := &run{trainer: tr, splits: splits, evaluator: newEvaluator(c, tr.told, nil), report: &reporter{w: io.Discard}}
		m, err := r.losses(t.Context(), "validation", lost{splits.Valid.(data.Described), 13})
		return r, m, err
	}
	want, _, err := losses(nil)
	if err != nil || len(want.manifest.Warnings) != 1 || !strings.HasSuffix(want.manifest.Warnings[0], "example 13 is lost") {
		t.Fatalf("one process: %v, warnings %q", err, want.manifest.Warnings)
	}
	errs := together(4, func(w *ranks.World) error {
		r, m, err := losses(w)
		if err != nil || m != nil || !slices.Equal(r.manifest.Warnings, want.manifest.Warnings) {
			return fmt.Errorf("rank %d: got %v, %v and %q, want %q", w.Number, m, err, r.manifest.Warnings, want.manifest.Warnings)
		}
		return nil
	})
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	gone := errors.New("the other is gone")
	_, _, err = losses(&ranks.World{Number: 1, Count: 2, Exchange: func(int, []byte, []byte) error { return gone }})
	if !errors.Is(err, gone) {
		t.Errorf("got %v, want %v", err, gone)
	}
}

// lost is a data set from some example on.
type lost struct {
	data.Described
	from int
}

func (l lost) Read(i int, x []float32) error {
	if i >= l.from {
		return fmt.Errorf("example %d is lost", i)
	}
	return l.Described.Read(i, x)
}

// What asks one rank to stop stops all after the same step, and another number of ranks goes on to the
// same bits.
func TestAllRanksStopTogetherAndOthersGoOn(t *testing.T) {
	c := parse(t, replayed, "train.batch=16", "train.shards=4")
	whole, dir := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "run")
	want, err := Run(t.Context(), c, Options{Dir: whole, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range []int{4, 2, 1, 4} {
		at := []int{5, 9, 20, 33}[i]
		errs := together(n, func(w *ranks.World) error {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			_, err := Run(ctx, c, Options{Dir: dir, Log: io.Discard, Ranks: w, hook: func(step int, _ *trainer) {
				if step == at && w.Number == n-1 {
					cancel()
				}
			}})
			return err
		})
		for rank, err := range errs {
			last := at + min(1, n-1) // the next step tells the others
			if !errors.Is(err, ErrInterrupted) || !strings.Contains(err.Error(), fmt.Sprintf("at step %d of", last)) {
				t.Fatalf("rank %d of %d: %v, want it stopped after step %d", rank, n, err, last)
			}
		}
	}
	got, errs := asRanks(t, 2, c, Options{Dir: dir, Log: io.Discard})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	sameRun(t, "stopped four times", want, got, whole, dir)
	if again, errs := asRanks(t, 2, c, Options{Dir: dir, Log: io.Discard}); errors.Join(errs...) != nil || again.ParamsSHA256 != want.ParamsSHA256 {
		t.Errorf("a finished run: %v", errs)
	}
}

// All ranks go back to the same checkpoint, which one of them has written.
func TestRanksRollBackTogether(t *testing.T) {
	c := parse(t, explosive, "train.batch=20", "train.shards=2")
	dir := filepath.Join(t.TempDir(), "run")
	errs := together(2, func(w *ranks.World) error {
		m, err := Run(t.Context(), c, Options{Dir: dir, Log: io.Discard, Ranks: w, hook: poison(20)})
		if err == nil && (m.Step != 35 || m.Checkpoint != "step-00000035.safetensors") {
			err = fmt.Errorf("ended at step %d with %s", m.Step, m.Checkpoint)
		}
		return err
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if v := verified(t, dir, 0); !v.Agrees || v.From < 16 {
		t.Errorf("a replay: %+v, want it from step 16 or later: the run went back to that", v)
	}
}

// Every rank knows the shard that has the first value that is not finite.
func TestRanksFindWhatIsNotFinite(t *testing.T) {
	errs := together(2, func(w *ranks.World) error {
		tr, err := newTrainer(parse(t, tiny["ae"], "train.batch=8", "train.shards=4"), shaped(50, 28, 28, 1))
		if err != nil {
			return err
		}
		if err := tr.join(teamOf(w)); err != nil {
			return err
		}
		b := &data.Batch{X: tensor.New(8, 28, 28, 1), Index: []int{10, 11, 12, 13, 14, 15, 16, 17}}
		if w.Number == 1 {
			clear(b.X.Data[:4*28*28])
			b.X.Data[7*28*28] = float32(math.Inf(1)) // of shard 3
		}
		err = tr.run(func() (*data.Batch, error) { return b, nil }, tr.meter())
		var bad *NonFiniteError
		if !errors.As(err, &bad) || !strings.Contains(bad.Where, "input x, element 784") || !slices.Equal(bad.Batch, []int{16, 17}) {
			return fmt.Errorf("got %v, want the pixel of example 17, among 16 and 17", err)
		}
		return nil
	})
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
}

// Each mistake is one message, which all ranks have.
func TestRanksThatDiffer(t *testing.T) {
	const data = "name: ranks\ndata: {kind: ring, train: 64, valid: 16, test: 16}\n"
	const src = data + "model: {kind: vae}\ntrain: {batch: 16, epochs: 1, samples: 0, shards: 2}\n"
	for name, c := range map[string]struct {
		n    int
		src  string
		sets func(rank int) []string
		dir  func(rank int) string
		want string
	}{
		"another experiment": {n: 2, sets: func(rank int) []string { return []string{fmt.Sprintf("train.warmup=%d", rank)} },
			want: "rank 1 has another experiment than rank 0: train.warmup: 1, and rank 0 0"},
		"another folder": {n: 2, dir: func(rank int) string { return fmt.Sprintf("elsewhere%d", rank) },
			want: "rank 1 has another command than rank 0: -out elsewhere1 -fresh=false -extend=false, and rank 0 -out elsewhere0"},
		"too many ranks": {n: 4, want: "4 ranks and train.shards: 2, want a number of ranks that divides the shards: a power of two, at most 2"},
		"no shards":      {n: 2, sets: func(int) []string { return []string{"train.shards=1"} }, want: "2 ranks and train.shards: 1, want"},
		"fitted at once": {n: 2, src: data + "model: {kind: pca}\n",
			want: "a model of kind pca is fitted at once: there are no shards that 2 ranks could divide"},
	} {
		t.Run(name, func(t *testing.T) {
			shared := filepath.Join(t.TempDir(), "run")
			errs := together(c.n, func(w *ranks.World) error {
				var sets []string
				dir := shared
				if c.sets != nil {
					sets = c.sets(w.Number)
				}
				if c.dir != nil {
					dir = c.dir(w.Number)
				}
				_, err := Run(t.Context(), parse(t, cmp.Or(c.src, src), sets...), Options{Dir: dir, Log: io.Discard, Ranks: w})
				return err
			})
			for rank, err := range errs {
				if _, ok := errors.AsType[*ranks.Agreed](err); !ok || !strings.Contains(err.Error(), c.want) {
					t.Errorf("rank %d: got %v, want the agreed %q", rank, err, c.want)
				}
			}
			if _, err := os.Stat(shared); err == nil {
				t.Errorf("%s was made", shared)
			}
		})
	}
}
