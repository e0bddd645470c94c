package training

import (
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"latentspace/kernel"
	"latentspace/rundir"
)

func TestACheckShowsPicturesAndTellsTheTime(t *testing.T) {
	t.Chdir(t.TempDir())
	cfg := parse(t, "name: t\ndata: {kind: glyphs, train: 60, valid: 10, test: 10}\nmodel: {kind: vae, encoder: {kind: mlp, hidden: [8]}}\ntrain: {batch: 20, epochs: 3}\n")
	c, err := Check(t.Context(), cfg, CheckOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Steps != 6 || c.Examples != 20 || c.Flops < 1e5 || !(c.ProductSpeed > 0) || !(c.ExamplesPerSecond > 0) || c.Kernels != kernel.Path() {
		t.Errorf("got %+v, want 6 steps of 20 examples, measured", c)
	}
	for _, want := range []string{
		`contact sheet: ` + regexp.QuoteMeta(filepath.Join("runs", "t", "check.png")) + `, with 50 training pictures, by class\n`,
		`a step takes [0-9.e+-]+ ms here, measured over [1-9][0-9]* of them: [0-9]+ examples/s\n`,
		`6 steps take less than a second; this is an estimate`,
	} {
		if !regexp.MustCompile(want).MatchString(c.Text) {
			t.Errorf("got\n%s\nwant %s", c.Text, want)
		}
	}
	f, err := os.Open(filepath.Join("runs", "t", "check.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := png.Decode(f); err != nil {
		t.Error(err)
	}
	if m, err := Run(t.Context(), cfg, Options{Log: &strings.Builder{}}); err != nil || m.Step != 6 {
		t.Errorf("a run in the folder of the sheet: %+v, %v, want 6 steps", m, err)
	}
	if _, err := Check(t.Context(), cfg, CheckOptions{Sheet: "sheet.png"}); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat("sheet.png"); err != nil {
		t.Error(err)
	}
}

func TestACheckOfPointsHasNoSheet(t *testing.T) {
	points := parse(t, "name: t\ndata: {kind: moons, train: 60}\nmodel: {kind: vae, encoder: {kind: mlp, hidden: [8]}}\ntrain: {batch: 20}\n")
	_, err := Check(t.Context(), points, CheckOptions{Sheet: filepath.Join(t.TempDir(), "sheet.png")})
	if err == nil || !strings.Contains(err.Error(), "a contact sheet is of pictures, and the examples are of shape 2") {
		t.Errorf("got %v", err)
	}
}

func TestAFloorIsMeasuredAgainOnABusyMachine(t *testing.T) {
	cfg := parse(t, "name: t\ndata: {kind: glyphs, train: 60, valid: 10, test: 10}\nmodel: {kind: vae, encoder: {kind: mlp, hidden: [8]}}\ntrain: {batch: 20, epochs: 3}\n")
	_, _, tr, err := prepare(t.Context(), cfg, rundir.Whereabouts{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := tr.initialise(nil); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		speeds []float64
		best   float64
		says   string
	}{
		"an idle machine": {[]float64{346e9, 350e9}, 350e9, ""},
		"a machine that is busy at times": {[]float64{350e9, 180e9, 344e9}, 350e9,
			"the machine is busy: 3 measurements of that speed lie between 180 and 350 GFLOP/s, and what is measured here may be too slow\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			c, n := &Checked{Examples: tr.examples, Kernels: "avx2", CPUs: 2}, 0
			c.floor(tr, &b, func() float64 { n++; return test.speeds[n-1] })
			if c.ProductSpeed != test.best || c.Busy != (test.says != "") || n != len(test.speeds) {
				t.Errorf("got %+v after %d measurements, want %v after %d", c, n, test.best, len(test.speeds))
			}
			if text := b.String(); !strings.Contains(text, "at the 350 GFLOP/s that products reach here (avx2, 2 processors),\n") || !strings.HasSuffix(text, "examples/s; convolutions can take less\n"+test.says) {
				t.Errorf("got\n%s\nwant at its end %q", text, test.says)
			}
		})
	}
}

func TestTimesOfStepsAreBrief(t *testing.T) {
	for seconds, want := range map[float64]string{0.0004761: "0.476 ms", 0.358: "358 ms", 0.9994: "999 ms", 0.9999: "1 s", 1.284: "1.28 s", 41: "41 s"} {
		if got := brief(seconds); got != want {
			t.Errorf("%v s: got %s, want %s", seconds, got, want)
		}
	}
}

func TestEstimatesAreRound(t *testing.T) {
	for d, want := range map[time.Duration]string{
		340 * time.Millisecond: "less than a second", 5300 * time.Millisecond: "about 5.3 seconds",
		75 * time.Second:                 "about 75 seconds",
		150 * time.Second:                "about 3 minutes",
		119*time.Minute + 40*time.Second: "about 120 minutes",
		3 * time.Hour:                    "about 3 hours",
		24*time.Hour*2 + 13*time.Hour:    "about 3 days",
	} {
		if got := roughly(d); got != want {
			t.Errorf("%v: got %s, want %s", d, got, want)
		}
	}
}
