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
