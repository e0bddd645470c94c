package training

import (
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestACheckShowsPicturesAndTellsTheTime(t *testing.T) {
	t.Chdir(t.TempDir())
	cfg := parse(t, "name: t\ndata: {kind: glyphs, train: 60, valid: 10, test: 10}\nmodel: {kind: vae, encoder: {kind: mlp, hidden: [8]}}\ntrain: {batch: 20, epochs: 3}\n")
	text, err := Check(t.Context(), cfg, CheckOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`contact sheet: ` + regexp.QuoteMeta(filepath.Join("runs", "t", "check.png")) + `, with 50 training pictures, by class\n`,
		`a step takes [0-9.e+-]+ ms here, measured over [1-9][0-9]* of them: [0-9]+ examples/s\n`,
		`6 steps take less than a second; this is an estimate`,
	} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("got\n%s\nwant %s", text, want)
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
