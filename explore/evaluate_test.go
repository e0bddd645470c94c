package explore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"latentspace/experiments"
	"latentspace/internal/untrusted"
	"latentspace/training"
)

const evaluatedVAE = "data: {kind: glyphs, train: 300, valid: 20, test: 120}\nmodel: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [16]}}\ntrain: {epochs: 1, batch: 20, samples: 4}\n"

// evaluated measures a model with few draws.
func evaluated(t *testing.T, m *training.Trained, e Evaluate) Evaluated {
	t.Helper()
	e.Options = Options{Seed: 1, Split: "test", File: e.File}
	e.Draws = 3
	r, err := e.Run(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	return r.(Evaluated)
}

func TestTheReportHasEachFigureTwice(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	m := learned(t, evaluatedVAE)
	e := Evaluate{}
	e.File = filepath.Join(t.TempDir(), "report.json")
	r := evaluated(t, m, e)
	b, err := os.ReadFile(r.File)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(b, &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"neg_elbo", "nll", "active_units", "recall", "mig", "probe_knn_codes_10"} {
		f, ok := r.Figure(name)
		if !ok {
			t.Errorf("no figure %s", name)
			continue
		}
		if v, ok := fields[name].(float64); !ok || v != f.Value {
			t.Errorf("the report has %s: %v, want %v", name, fields[name], f.Value)
		}
	}
	for _, name := range []string{"file", "checkpoint", "seconds", "run", "sections", "diagnosis", "data_sha256"} {
		if fields[name] == nil {
			t.Errorf("the report has no %s", name)
		}
	}
	again, err := readReport(r.File)
	if err != nil || again.Run != r.Run || again.String() != r.String() {
		t.Errorf("read again: %v, %+v, want %+v", err, again.Run, r.Run)
	}
}

func TestReportsThatAreNone(t *testing.T) {
	const none = "no report of sample evaluate"
	const good = `{"model":"vae","run":{"params_sha256":"00"},"sections":[{"figures":[{"name":"nll","standard_error":0.1}]}]}`
	for name, c := range map[string]struct{ text, want string }{
		"a report":             {good, ""},
		"no JSON":              {"{", none},
		"another's":            {`{"a": 1}`, none},
		"nothing":              {"", none},
		"no model":             {strings.Replace(good, "vae", "", 1), none},
		"no weights":           {strings.Replace(good, "00", "", 1), none},
		"an error below zero":  {strings.Replace(good, "0.1", "-0.1", 1), "nll has the standard error -0.1, want none below 0"},
		"more than a report's": {good + strings.Repeat(" ", int(untrusted.Report.Most)), "16777323 bytes, want at most 16777216"},
	} {
		file := filepath.Join(t.TempDir(), "r.json")
		if err := os.WriteFile(file, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := readReport(file); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// chromium is a browser to look at pages with, "" where there is none.
func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// The page needs nothing beside itself, fits a phone and has pictures that decode; words of
// the experiment are words and not HTML.
func TestThePageInABrowser(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	for name, c := range map[string]struct {
		text     string
		pictures int
	}{
		"pictures": {evaluatedVAE, 5},
		"points":   {"data: {kind: ring, train: 300, valid: 20, test: 100}\nmodel: {kind: vae, latent: 2, likelihood: gaussian, encoder: {kind: mlp, hidden: [8]}}\ntrain: {epochs: 1, batch: 20, samples: 0}\n", 3},
		"a GAN":    {"data: {kind: ring, train: 300, valid: 20, test: 100}\nmodel: {kind: gan, latent: 2, generator: {kind: mlp, hidden: [8]}, discriminator: {kind: mlp, hidden: [8]}}\ntrain: {epochs: 1, batch: 20, samples: 0}\n", 2},
	} {
		t.Run(name, func(t *testing.T) {
			m := learned(t, c.text)
			m.Config.Name = "<script>document.title='broken'</script>"
			e := Evaluate{HTML: true}
			r := evaluated(t, m, e)
			b, err := os.ReadFile(r.Also[0])
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(b, []byte("<script")) || !bytes.Contains(b, []byte("&lt;script&gt;document.title")) {
				t.Error("the run's name is not escaped")
			}
			if found := regexp.MustCompile(`(?:src|href)="[^"]*"|url\([^)]*\)|@import`).FindAllString(string(b), -1); len(found) != c.pictures {
				t.Errorf("%d references, want %d pictures", len(found), c.pictures)
			} else {
				for _, f := range found {
					if !strings.HasPrefix(f, `src="data:image/png;base64,`) {
						t.Errorf("the page refers to %.60s", f)
					}
				}
			}
			if chromium() == "" {
				t.Skip("no Chromium to look at the page with")
			}
			look(t, b, c.pictures)
		})
	}
}

// look opens a page in a browser as narrow as a phone.
func look(t *testing.T, page []byte, pictures int) {
	t.Helper()
	// What the browser made of the page is told in an attribute.
	const check = `<script>window.onerror = e => document.body.dataset.error = e;
window.onload = () => { document.body.dataset.seen = JSON.stringify({
 width: document.documentElement.scrollWidth, inner: window.innerWidth, height: document.documentElement.scrollHeight,
 pictures: [...document.images].filter(i => i.complete && i.naturalWidth > 0 && i.clientWidth > 50).length}) }</script></body>`
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, bytes.Replace(page, []byte("</body>"), []byte(check), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--user-data-dir="+t.TempDir(),
		"--window-size=500,900", "--virtual-time-budget=5000", "--dump-dom", "file://"+file)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("chromium: %v", err)
	}
	found := regexp.MustCompile(`data-seen="([^"]*)"`).FindSubmatch(out)
	if found == nil {
		t.Fatalf("the browser says nothing of the page:\n%.500s", out)
	}
	var seen struct{ Width, Inner, Height, Pictures int }
	if err := json.Unmarshal(bytes.ReplaceAll(found[1], []byte("&quot;"), []byte(`"`)), &seen); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte("data-error")) {
		t.Error("the page has an error")
	}
	if seen.Width > seen.Inner || seen.Height < 1000 || seen.Pictures != pictures {
		t.Errorf("got %+v, want a page no wider than the window, long, with %d pictures", seen, pictures)
	}
}

func TestCompare(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	longer := strings.Replace(evaluatedVAE, "epochs: 1", "epochs: 12", 1)
	short, long := learned(t, evaluatedVAE), learned(t, longer)
	dir := t.TempDir()
	c := Compare{Evaluate: Evaluate{Options: Options{Split: "test", Seed: 1, File: filepath.Join(dir, "c.png")}, Draws: 3},
		Runs: []string{filepath.Dir(short.File), long.File}}
	var told bytes.Buffer
	c.Log = &told
	r, err := c.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	got := r.(Comparison)
	row := func(name string) ComparedRow {
		for _, row := range got.Rows {
			if row.Name == name {
				return row
			}
		}
		t.Fatalf("no row %s", name)
		return ComparedRow{}
	}
	if v := row("neg_elbo").Values; v[0].Mark != "" || v[1].Mark != "better" || !(v[1].Value < v[0].Value) {
		t.Errorf("−ELBO: got %+v and %+v, want the second better", v[0], v[1])
	}
	if v := row("kl").Values[1]; v.Mark != "other" {
		t.Errorf("KL: got %+v, want it different, and neither better", v)
	}
	if got.X != "kl" || got.Y != "reconstruction_nll" {
		t.Errorf("drawn %s and %s, want distortion over rate", got.X, got.Y)
	}
	for _, file := range append(got.Also, got.File) {
		if info, err := os.Stat(file); err != nil || info.Size() < 1000 {
			t.Errorf("%s: %v", file, err)
		}
	}
	if n := strings.Count(told.String(), "which has no whole report"); n != 2 {
		t.Errorf("%d runs are said to be measured, want 2:\n%s", n, &told)
	}

	// A second time the reports are there; one by another protocol is told apart.
	told.Reset()
	if _, err := c.Run(context.Background()); err != nil || strings.Contains(told.String(), "measuring") {
		t.Errorf("measured again: %v\n%s", err, &told)
	}

	// A report of other weights is not the model's.
	kept := filepath.Join(filepath.Dir(short.File), "evaluate.json")
	b, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	mine := runOf(short).ParamsSHA256
	if err := os.WriteFile(kept, bytes.ReplaceAll(b, []byte(mine), []byte(strings.Repeat("0", len(mine)))), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Run(context.Background()); err != nil || strings.Count(told.String(), "which has no whole report of these weights") != 1 {
		t.Errorf("a report of other weights: %v\n%s", err, &told)
	}

	e := Evaluate{}
	e.File = filepath.Join(dir, "fewer.json")
	e.Options.N = 40
	fewer := e
	fewer.Options = Options{Seed: 1, Split: "test", File: e.File, N: 40}
	fewer.Draws = 3
	if _, err := fewer.Run(context.Background(), long); err != nil {
		t.Fatal(err)
	}
	c.Runs[1] = e.File
	if r, err = c.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	got = r.(Comparison)
	if v := row("neg_elbo").Values[1]; v.Mark != "protocol" || len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "by another protocol") {
		t.Errorf("fewer examples: got %+v, notes %q", v, got.Notes)
	}
}

func TestCompareErrors(t *testing.T) {
	m := learned(t, evaluatedVAE)
	run := filepath.Dir(m.File)
	for name, c := range map[string]struct {
		c     Compare
		want  string
		usage bool
	}{
		"one run":           {Compare{Runs: []string{run}}, "1 runs, want two or more", true},
		"a folder of none":  {Compare{Runs: []string{t.TempDir(), run}}, "has no checkpoint", false},
		"nothing there":     {Compare{Runs: []string{"nowhere", run}}, "nowhere", false},
		"one axis":          {Compare{Runs: []string{run, run}, X: "kl"}, `-x "kl" and -y "", want both`, true},
		"an unknown figure": {Compare{Runs: []string{run, run}, X: "kll", Y: "nll"}, `no figure "kll", did you mean "kl"?`, true},
	} {
		c.c.Options = Options{Split: "test", Seed: 1}
		_, err := c.c.Run(context.Background())
		var mistake *experiments.UsageError
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.As(err, &mistake) != c.usage {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// FuzzReadReport wants an error or a report of any file, never a panic.
func FuzzReadReport(f *testing.F) {
	f.Add([]byte(`{"model":"vae","run":{"name":"a","step":1,"params_sha256":"00"},"sections":[{"name":"likelihood","figures":[{"name":"nll","value":1,"standard_error":0.1}]}],"diagnosis":[]}`))
	f.Add([]byte(`{"model":"vae","run":{"params_sha256":"00"},"sections":[{"figures":null},null],"diagnosis":null}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		file := filepath.Join(t.TempDir(), "r.json")
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := readReport(file)
		if err != nil {
			return
		}
		_ = r.String()
		compared([]Evaluated{r, r}, []string{"a", "b"}, nil)
	})
}
