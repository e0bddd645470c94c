package training

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"latentspace/internal/jsontest"
	"latentspace/rundir"
)

// still returns a clock that stands still and moves by a tick after a number of readings.
func still(tick time.Duration, readings int) func() time.Time {
	n := 0
	return func() time.Time {
		n++
		return time.Unix(1, 0).Add(time.Duration(n/readings) * tick)
	}
}

// A clock that does not move while a step is made ends no run, and makes no rate of it.
func TestARunGoesOnByAClockThatStandsStill(t *testing.T) {
	for name, c := range map[string]struct {
		now  func() time.Time
		rate bool
	}{
		"it never moves":               {still(0, 1), false},
		"20 ms, for all steps at once": {still(20*time.Millisecond, 1_000_000), false},
		"20 ms, for two steps":         {still(20*time.Millisecond, 7), true}, // some ticks fall within a step, some between
		"15.6 ms, within every step":   {still(15_600*time.Microsecond, 1), true},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			o := Options{Dir: filepath.Join(t.TempDir(), "run"), Log: &log, now: c.now}
			m, err := Run(context.Background(), parse(t, tiny["vae"], "train.epochs=10", "train.samples=0", "train.checkpoint.every=0"), o)
			if err != nil {
				t.Fatalf("%v\n%s", err, &log)
			}
			if got := m.ExamplesPerSecond > 0; got != c.rate || math.IsInf(m.ExamplesPerSecond, 0) || math.IsNaN(m.ExamplesPerSecond) {
				t.Errorf("%v examples/s, want a rate: %v", m.ExamplesPerSecond, c.rate)
			}
			if s := log.String(); strings.Contains(s, "Inf") || strings.Contains(s, "NaN") {
				t.Errorf("the log says:\n%s", s)
			}
			b, err := os.ReadFile(filepath.Join(o.Dir, rundir.ManifestFile))
			if err != nil {
				t.Fatal(err)
			}
			var fields map[string]any
			if err := json.Unmarshal(b, &fields); err != nil {
				t.Fatal(err)
			}
			if _, ok := fields["examples_per_second"]; ok != c.rate || fields["status"] != rundir.Finished {
				t.Errorf("run.json has\n%s", b)
			}
			if _, err := rundir.ReadManifest(o.Dir); err != nil {
				t.Error(err)
			}
			if v, err := Verify(context.Background(), o.Dir, VerifyOptions{Log: &log, now: c.now}); err != nil || !v.Agrees {
				t.Errorf("replayed: %v, %v", v, err)
			}
		})
	}
}

// A NaN or an infinity ends no run: all of its files can be written.
func TestWhatARunWritesNeedsNoNumbers(t *testing.T) {
	jsontest.Check(t, rundir.Manifest{}, rundir.Record{}, progress{}, meterState{}, Verification{}, Checked{})
}
