package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// smallest is the size of the smallest text that is shown, in pixels, and where it is.
const smallest = `(() => {
	let least = [1000, ''];
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement;
		if (!walk.currentNode.textContent.trim() || !e.offsetParent || e.closest('script, noscript')) continue;
		const size = parseFloat(getComputedStyle(e).fontSize);
		if (size < least[0]) least = [size, e.className + ' ' + walk.currentNode.textContent.slice(0, 40)];
	}
	return least;
})()`

// On a telephone nothing is wider than the window, and everything can be reached by the thumb.
func TestThePageFitsATelephone(t *testing.T) {
	for kind, train := range kinds {
		t.Run(kind, func(t *testing.T) {
			if testing.Short() && kind != "vae" && kind != "images" {
				t.Skip("with -short two models stand for all")
			}
			p := open(t, serve(t, train(t), "-n", "1000"), 390, 844)
			at := p.opened(t)
			do(t, p, chromedp.MouseClickXY(at.X+at.Width/2, at.Y+at.Height/2))
			p.decoded(t)
			for _, name := range []string{"Dimensions", "Attributes", "Path", "Draws", "Selection", "Pins"} {
				p.press(t, name)
				if w := do(t, p, chromedp.Evaluate[int](`document.documentElement.scrollWidth`)); w > 390 {
					t.Errorf("with %s the page is %d pixels wide", name, w)
				}
				least := do(t, p, chromedp.Evaluate[[]any](smallest))
				if least[0].(float64) < 12 {
					t.Errorf("with %s a text has %v pixels: %v", name, least[0], least[1])
				}
			}
			do(t, p, chromedp.Evaluate[bool](`(scrollTo(0, 0), true)`))
			p.shoot(t, kind+"-390")
		})
	}
}

// Every control has a name for who cannot see it, and is reached by the key Tab.
func TestControlsHaveNames(t *testing.T) {
	p := open(t, serve(t, kinds["vae"](t), "-n", "500"), 1440, 900)
	p.opened(t)
	nameless := do(t, p, chromedp.Evaluate[[]string](`[...document.querySelectorAll('button, input, select, a, [role=tab], canvas[tabindex], [tabindex="0"]')]
		.filter((e) => e.offsetParent && !(e.textContent.trim() || e.getAttribute('aria-label') || e.title || e.closest('label')?.textContent.trim()))
		.map((e) => e.outerHTML.slice(0, 120))`))
	if len(nameless) > 0 {
		t.Errorf("without a name: %s", strings.Join(nameless, "\n"))
	}
	reached := map[string]bool{}
	for range 40 {
		do(t, p, chromedp.KeyEvent("\t"))
		reached[do(t, p, chromedp.Evaluate[string](`document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim().slice(0, 30)`))] = true
	}
	for _, name := range []string{"Explore", "Copy link", "Lasso", "Zoom in"} {
		if !reached[name] {
			t.Errorf("the key Tab does not reach %s, but %v", name, reached)
		}
	}
}

// file writes the page of a run as one file and returns its address.
func file(t testing.TB, dir string, flags ...string) (string, int64) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "space.html")
	c := exec.Command(filepath.Join(bin, "sample"), append([]string{"explore", "-run", dir, "-o", to}, flags...)...)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(to)
	if err != nil {
		t.Fatal(err)
	}
	return "file://" + to, info.Size()
}

// The single file works from a folder, asks for nothing, and shows the bytes of the program.
func TestTheSingleFileWorksAlone(t *testing.T) {
	for kind, train := range kinds {
		t.Run(kind, func(t *testing.T) {
			if testing.Short() && kind != "vae" && kind != "images" {
				t.Skip("with -short two models stand for all")
			}
			dir := train(t)
			address, size := file(t, dir, "-n", "1000", "-directions", "none")
			began := time.Now()
			p := open(t, address, 1440, 900)
			at := p.opened(t)
			do(t, p, chromedp.MouseClickXY(at.X+at.Width/2, at.Y+at.Height/2))
			first := p.decoded(t)
			t.Logf("%d bytes; %v from the start to a picture, with clicks and waiting", size, time.Since(began).Round(time.Millisecond))
			p.shoot(t, kind+"-file")
			live := open(t, serve(t, dir, "-n", "1000"), 1440, 900)
			live.opened(t)
			fragment := do(t, p, chromedp.Evaluate[string](`location.hash`))
			for i := range 20 {
				do(t, p, chromedp.MouseClickXY(at.X+at.Width*(0.2+0.03*float64(i)), at.Y+at.Height*(0.3+0.02*float64(i))))
				first = p.changed(t, first)
				p.until(t, "the address of another state", fmt.Sprintf(`location.hash !== %q`, fragment))
				fragment = do(t, p, chromedp.Evaluate[string](`location.hash`))
				do(t, live, chromedp.Evaluate[bool](fmt.Sprintf(`(location.hash = %q, true)`, fragment)))
				live.until(t, "the same picture on the page of the server", fmt.Sprintf(`%s === %q`, decoded, first))
			}
			p.press(t, "Draws")
			p.press(t, "Draw")
			p.until(t, "draws", `document.querySelectorAll('#tab-panel-draws .tile canvas').length > 0`)
			p.choose(t, "Map", "tsne")
			p.says(t, "the map by t-SNE", "distances between groups mean little")
			p.mu.Lock()
			defer p.mu.Unlock()
			for _, r := range p.requests {
				if r != address && !strings.HasPrefix(r, "data:") && !strings.HasPrefix(r, "blob:") && !strings.HasPrefix(r, address+"#") {
					t.Errorf("the file asks for %.100s", r)
				}
			}
		})
	}
}

// A run in training is shown as it goes on.
func TestARunInTrainingIsFollowed(t *testing.T) {
	if chromium == "" {
		t.Skip("browser: there is no Chromium on the path")
	}
	dir := filepath.Join(t.TempDir(), "live")
	c := exec.Command(filepath.Join(bin, "train"), "-config", "vae", "-threads", "1", "-out", dir, "-set", "data.train=2000", "-set", "data.valid=200", "-set", "data.test=200", "-set", "train.epochs=400", "-set", "train.checkpoint={every: 1}")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	t.Cleanup(func() {
		c.Process.Signal(os.Interrupt)
		<-ended
	})
	for {
		if found, _ := filepath.Glob(filepath.Join(dir, "step-*.safetensors")); len(found) > 0 {
			break
		}
		select {
		case err := <-ended:
			t.Fatalf("train ended: %v", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
	p := open(t, serve(t, dir, "-n", "500"), 1440, 900)
	p.opened(t)
	p.press(t, "Training")
	p.says(t, "the run", "running")
	epoch := `+(/epoch (\d+)/.exec(document.querySelector('.run').textContent)?.[1] ?? 0)`
	first := do(t, p, chromedp.Evaluate[int](epoch))
	p.until(t, "a later epoch", fmt.Sprintf(`%s > %d`, epoch, first+2))
	p.until(t, "curves", `document.querySelectorAll('.curves canvas').length > 0`)
	p.shoot(t, "training-1440")
	// How late the page is: the newest record of the file, and that of the page.
	late := 0.0
	for range 10 {
		b, err := os.ReadFile(filepath.Join(dir, "metrics.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(b)), "\n")
		var newest struct{ Epoch int }
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &newest); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		p.until(t, "the newest epoch", fmt.Sprintf(`%s >= %d`, epoch, newest.Epoch))
		late = max(late, time.Since(began).Seconds())
		time.Sleep(150 * time.Millisecond)
	}
	t.Logf("the page was at most %.2f s behind the run", late)
}

// Runs stand side by side, and another can be opened.
func TestRunsStandSideBySide(t *testing.T) {
	dir := kinds["vae"](t)
	kinds["pca"](t)
	p := open(t, serve(t, dir, "-n", "500"), 1440, 900)
	p.opened(t)
	p.press(t, "Runs")
	p.says(t, "the other run", "pca")
	p.shoot(t, "runs-1440")
	do(t, p, chromedp.Evaluate[bool](`(document.querySelector('#tab-runs').scrollIntoView(), true)`))
	open := `[...document.querySelectorAll('#tab-runs tr')].find((r) => r.innerText.includes('pca'))?.querySelector('a, button')`
	p.until(t, "a link to the other run", `!!(`+open+`)`)
	b := do(t, p, chromedp.Evaluate[box](`(() => { const r = (`+open+`).getBoundingClientRect(); return {X: r.x, Y: r.y, Width: r.width, Height: r.height} })()`))
	do(t, p, chromedp.MouseClickXY(b.X+b.Width/2, b.Y+b.Height/2))
	p.until(t, "the page of the other run", `document.querySelector('h1')?.textContent === 'pca'`)
}
