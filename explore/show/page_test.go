package show

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"latentspace/explore"
)

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
	for name, c := range map[string]struct {
		text     string
		pictures int
	}{
		"pictures": {evaluatedVAE, 5},
		"features": {"data: {kind: glyphs, train: 300, valid: 20, test: 100}\nmodel: {kind: sae, latent: 30, activation: {kind: topk, k: 4}}\ntrain: {epochs: 1, batch: 20, samples: 0}\n", 5 + 2*shownFeatures},
		"points":   {"data: {kind: ring, train: 300, valid: 20, test: 100}\nmodel: {kind: vae, latent: 2, likelihood: gaussian, encoder: {kind: mlp, hidden: [8]}}\ntrain: {epochs: 1, batch: 20, samples: 0}\n", 3},
		"a GAN":    {"data: {kind: ring, train: 300, valid: 20, test: 100}\nmodel: {kind: gan, latent: 2, generator: {kind: mlp, hidden: [8]}, discriminator: {kind: mlp, hidden: [8]}}\ntrain: {epochs: 1, batch: 20, samples: 0}\n", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := learned(t, c.text)
			m.Config.Name = "<script>document.title='broken'</script>"
			r := evaluated(t, m, explore.Evaluate{}, Output{}, true)
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
