package browser

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// few are edits that make an experiment train within seconds.
var few = []string{"data.train=2000", "data.valid=200", "data.test=200"}

// colours makes a folder of small pictures in colour and returns it.
func colours(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(runs, "colours")
	for i := range 240 {
		img := image.NewRGBA(image.Rect(0, 0, 32, 32))
		name := []string{"red", "green", "blue"}[i%3]
		for y := range 32 {
			for x := range 32 {
				c := color.RGBA{40, 40, 40, 255}
				if math.Hypot(float64(x-8-i%17), float64(y-10-i%11)) < 6+float64(i%4) {
					c = [3]color.RGBA{{230, 40, 30, 255}, {40, 200, 60, 255}, {50, 80, 240, 255}}[i%3]
				}
				img.Set(x, y, c)
			}
		}
		file := filepath.Join(dir, name, fmt.Sprintf("%03d.png", i))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(f, img); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	return dir
}

// box is where an element is in the window.
type box struct{ X, Y, Width, Height float64 }

func (p *page) box(t testing.TB, selector string) box {
	t.Helper()
	return do(t, p, chromedp.Evaluate[box](fmt.Sprintf(`(() => { const r = document.querySelector(%q).getBoundingClientRect(); return {X: r.x, Y: r.y, Width: r.width, Height: r.height} })()`, selector)))
}

// named is where a button, tab or option with a text or a label is; only those that are shown count.
const named = `[...document.querySelectorAll('button, [role=tab], a')].find((e) => e.offsetParent && (e.textContent.trim() === %[1]q || e.getAttribute('aria-label') === %[1]q))`

// press clicks what has a text or a label, as a person does.
func (p *page) press(t testing.TB, name string) {
	t.Helper()
	p.until(t, "there is no "+name, fmt.Sprintf(`!!(%s) && !(%[1]s).disabled`, fmt.Sprintf(named, name)))
	b := do(t, p, chromedp.Evaluate[box](fmt.Sprintf(`(() => { const e = %s; e.scrollIntoView({block: 'nearest'}); const r = e.getBoundingClientRect(); return {X: r.x, Y: r.y, Width: r.width, Height: r.height} })()`, fmt.Sprintf(named, name))))
	do(t, p, chromedp.MouseClickXY(b.X+b.Width/2, b.Y+b.Height/2))
}

// choose sets a choice with a label by keys, as those who use no mouse do.
func (p *page) choose(t testing.TB, label, value string) {
	t.Helper()
	find := fmt.Sprintf(`[...document.querySelectorAll('label')].find((l) => l.offsetParent && l.firstChild.textContent === %q).querySelector('select')`, label)
	text := do(t, p, chromedp.Evaluate[string](fmt.Sprintf(`(() => { const s = %s; s.focus(); return [...s.options].find((o) => o.value === %q)?.textContent ?? '' })()`, find, value)))
	if text == "" {
		t.Fatalf("%s has no %s", label, value)
	}
	do(t, p, chromedp.KeyEvent(text))
}

// drag moves the mouse with its button down along places in the window.
func (p *page) drag(t testing.TB, places ...[2]float64) {
	t.Helper()
	do(t, p, chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, places[0][0], places[0][1], chromedp.ButtonLeft, chromedp.ClickCount(1)))
	for _, at := range places[1:] {
		do(t, p, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at[0], at[1], chromedp.ButtonLeft))
	}
	last := places[len(places)-1]
	do(t, p, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, last[0], last[1], chromedp.ButtonLeft, chromedp.ClickCount(1)))
}

// chart is where the map is in the window.
const chart = ".chart"

// opened waits until the map is painted.
func (p *page) opened(t testing.TB) box {
	t.Helper()
	p.until(t, "the map", `(() => {
		const c = document.querySelector('.chart canvas');
		if (!c?.width) return false;
		const d = c.getContext('2d')?.getImageData(0, 0, c.width, c.height).data;
		return !d || new Set(new Uint32Array(d.buffer)).size > 2;
	})()`)
	return p.box(t, chart)
}

// decoded is what a canvas shows, as a sum that differs where pictures do; "" where it is not there.
const decoded = `(() => { const c = document.querySelector('.decoded canvas'); if (!c) return ''; const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let s = 0; for (let i = 0; i < d.length; i++) s = (s * 31 + d[i]) | 0; return String(s) })()`

func (p *page) decoded(t testing.TB) string {
	t.Helper()
	p.until(t, "a decoded picture", decoded+` !== ''`)
	return do(t, p, chromedp.Evaluate[string](decoded))
}

// changed waits until the decoded picture is another.
func (p *page) changed(t testing.TB, from string) string {
	t.Helper()
	p.until(t, "another picture", fmt.Sprintf(`%s !== '' && %[1]s !== %q`, decoded, from))
	return do(t, p, chromedp.Evaluate[string](decoded))
}

func (p *page) says(t testing.TB, what, text string) {
	t.Helper()
	p.until(t, what, fmt.Sprintf(`document.body.innerText.includes(%q)`, text))
}

// downloads makes the browser put files into a folder, which it returns.
func (p *page) downloads(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	do(t, p, chromedp.Func(func(ctx context.Context, to *chromedp.Target) error {
		_, err := chromedp.Call(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir})
		return err
	}))
	return dir
}

// saved waits for a file and returns it.
func saved(t testing.TB, dir, name string) []byte {
	t.Helper()
	for range 200 {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err == nil && len(b) > 0 {
			return b
		}
		time.Sleep(50 * time.Millisecond)
	}
	entries, _ := os.ReadDir(dir)
	t.Fatalf("no file %s was saved, but %v", name, entries)
	return nil
}

// kinds are the models that every feature is tried on, each trained when it is asked for.
var kinds = map[string]func(t testing.TB) string{
	"vae": func(t testing.TB) string { return trained(t, "vae", append(few, "train.epochs=2")...) },
	"pca": func(t testing.TB) string { return trained(t, "pca", few...) },
	"gan": func(t testing.TB) string {
		return trained(t, "gan", "data.train=2000", "data.valid=64", "data.test=64", "train.epochs=3")
	},
	"images": func(t testing.TB) string {
		return trained(t, "images", "data={kind: images, dir: "+colours(t)+", size: 32}", "model.encoder.channels=[8, 16]", "model.latent=8", "train.epochs=2", "train.epoch_examples=160")
	},
}

func TestEveryFeatureIsClicked(t *testing.T) {
	for kind, train := range kinds {
		t.Run(kind, func(t *testing.T) {
			p := open(t, serve(t, train(t), "-n", "1000"), 1440, 900)
			at := p.opened(t)
			p.shoot(t, kind+"-1440")
			middle := [2]float64{at.X + at.Width/2, at.Y + at.Height/2}
			do(t, p, chromedp.MouseClickXY(middle[0], middle[1]))
			first := p.decoded(t)
			p.says(t, "how far it is from the points", map[bool]string{true: "the draws", false: "the data"}[kind == "gan"])
			p.until(t, "the nearest examples", `document.querySelectorAll('.near .neighbour').length === 5`)
			do(t, p, chromedp.MouseClickXY(at.X+at.Width*0.3, at.Y+at.Height*0.4))
			second := p.changed(t, first)
			p.press(t, "Undo")
			p.changed(t, second)
			p.press(t, "Redo")
			p.changed(t, first)
			p.shoot(t, kind+"-here")
			for name, part := range map[string]func(testing.TB, *page, string){
				"hover": hovers, "search": searches, "lasso": lassoes, "path": walks, "dimensions": slides, "draws": draws, "pins": pins,
				"directions": directs, "neighbours": map2, "zoom": zooms, "theme": themes, "link": links,
			} {
				t.Run(name, func(t *testing.T) { part(t, p, kind) })
			}
		})
	}
}

// hovers moves the mouse over the map until a card is shown.
func hovers(t testing.TB, p *page, kind string) {
	at := p.box(t, chart)
	for i := range 200 {
		x, y := at.X+at.Width*(0.35+0.3*float64(i%14)/14), at.Y+at.Height*(0.35+0.3*float64(i/14)/14)
		do(t, p, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
		if do(t, p, chromedp.Evaluate[bool](`!document.querySelector('.hover').hidden`)) {
			break
		}
	}
	p.until(t, "the card of a point", `!document.querySelector('.hover').hidden && document.querySelectorAll('.hover canvas').length >= 2`)
	p.shoot(t, kind+"-hover")
	do(t, p, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, 5, 5))
}

func searches(t testing.TB, p *page, kind string) {
	do(t, p, chromedp.SendKeys(chromedp.CSS(`input[type=search]`), "#12\r"))
	p.says(t, "the example that was searched for", "#12")
	for range 3 {
		do(t, p, chromedp.KeyEvent("\b"))
	}
	p.until(t, "no search", `document.querySelector('input[type=search]').value === ''`)
}

func lassoes(t testing.TB, p *page, kind string) {
	into := p.downloads(t)
	p.press(t, "Lasso")
	at := p.box(t, chart)
	x, y, w, h := at.X+at.Width*0.3, at.Y+at.Height*0.3, at.Width*0.4, at.Height*0.4
	p.drag(t, [2]float64{x, y}, [2]float64{x + w, y}, [2]float64{x + w, y + h}, [2]float64{x, y + h}, [2]float64{x, y + h/2})
	p.until(t, "the selection", `/\d+ (examples|draws) of/.test(document.body.innerText)`)
	before := p.decoded(t)
	p.press(t, "Decode mean code")
	p.changed(t, before)
	p.press(t, "Save CSV")
	if b := saved(t, into, "selection.csv"); !strings.HasPrefix(string(b), "index,name,label") || strings.Count(string(b), "\n") < 2 {
		t.Errorf("the table begins with %.80q", b)
	}
	p.shoot(t, kind+"-selection")
	p.press(t, "Clear")
	p.says(t, "no selection", "Nothing is selected")
}

func walks(t testing.TB, p *page, kind string) {
	into := p.downloads(t)
	do(t, p, chromedp.Evaluate[bool](`(document.querySelector('.toolbar').scrollIntoView(), true)`))
	b := do(t, p, chromedp.Evaluate[box](`(() => { const r = [...document.querySelectorAll('.toolbar button')].find((b) => b.textContent === 'Path').getBoundingClientRect(); return {X: r.x, Y: r.y, Width: r.width, Height: r.height} })()`))
	do(t, p, chromedp.MouseClickXY(b.X+b.Width/2, b.Y+b.Height/2))
	at := p.box(t, chart)
	var line [][2]float64
	for i := range 9 {
		line = append(line, [2]float64{at.X + at.Width*(0.25+0.06*float64(i)), at.Y + at.Height*0.5})
	}
	p.drag(t, line...)
	p.until(t, "the pictures along the path", `document.querySelectorAll('#tab-panel-path .tile canvas').length >= 12`)
	p.choose(t, "Way", "slerp")
	p.press(t, "Save PNG")
	if b := saved(t, into, "path.png"); string(b[1:4]) != "PNG" {
		t.Errorf("path.png begins with %q", b[:8])
	}
	p.press(t, "Save GIF")
	if b := saved(t, into, "path.gif"); string(b[:6]) != "GIF89a" {
		t.Errorf("path.gif begins with %q", b[:6])
	}
	p.shoot(t, kind+"-path")
	p.press(t, "Move")
}

func slides(t testing.TB, p *page, kind string) {
	p.press(t, "Dimensions")
	before := p.decoded(t)
	p.until(t, "sliders", `document.querySelectorAll('#tab-panel-dimensions input[type=range]').length > 1`)
	do(t, p, chromedp.Evaluate[bool](`(document.querySelector('#tab-panel-dimensions input[type=range]').focus(), true)`))
	for range 30 {
		do(t, p, chromedp.KeyEvent("\u0302")) // arrow up
	}
	p.changed(t, before)
}

func draws(t testing.TB, p *page, kind string) {
	p.press(t, "Draws")
	p.press(t, "Draw")
	p.until(t, "draws", `document.querySelectorAll('#tab-panel-draws .tile canvas').length === 16`)
	before := p.decoded(t)
	p.press(t, "Draw 3")
	p.changed(t, before)
	if kind == "vae" || kind == "pca" {
		p.choose(t, "From", "gmm")
		p.press(t, "Draw")
		p.says(t, "draws of a mixture", "draws from a mixture of Gaussians")
	}
	p.shoot(t, kind+"-draws")
}

func pins(t testing.TB, p *page, kind string) {
	p.press(t, "Pin")
	do(t, p, chromedp.MouseClickXY(p.box(t, chart).X+200, p.box(t, chart).Y+300))
	p.until(t, "the pin beside what is here", `document.querySelectorAll('#tab-panel-pins .pin canvas').length >= 2`)
	p.until(t, "what is told of the place", `!document.querySelector('.status').textContent.startsWith('Pinned')`) // which moves what is below
	p.press(t, "Remove pin 1")
	p.says(t, "no pin", "Nothing is pinned")
}

func directs(t testing.TB, p *page, kind string) {
	p.press(t, "Attributes")
	if kind != "images" {
		p.choose(t, "Attribute", "slant")
	}
	p.press(t, "Fit its direction")
	p.until(t, "a direction with what it does", `!!document.querySelector('#tab-panel-directions .effects .effect')`)
	before := p.decoded(t)
	do(t, p, chromedp.Evaluate[bool](`(document.querySelector('#tab-panel-directions input[type=range]').focus(), true)`))
	for range 30 {
		do(t, p, chromedp.KeyEvent("\u0302"))
	}
	p.changed(t, before)
	p.shoot(t, kind+"-directions")
}

// map2 waits for the map by t-SNE, whose codes are mixed from neighbours.
func map2(t testing.TB, p *page, kind string) {
	p.choose(t, "Map", "tsne")
	p.says(t, "the map by t-SNE", "distances between groups mean little")
	at := p.box(t, chart)
	before := p.decoded(t)
	do(t, p, chromedp.MouseClickXY(at.X+at.Width*0.06, at.Y+at.Height*0.5))
	p.changed(t, before)
	p.says(t, "the weights", "mixed from the nearest points")
	p.shoot(t, kind+"-tsne")
}

func zooms(t testing.TB, p *page, kind string) {
	p.press(t, "Zoom in")
	p.press(t, "Zoom in")
	p.press(t, "Pictures")
	p.until(t, "pictures in place of dots", `document.querySelector('button[title^="Pictures in place"]').getAttribute('aria-pressed') === 'true'`)
	p.shoot(t, kind+"-pictures")
	p.press(t, "Pictures")
	p.press(t, "Show all")
}

func themes(t testing.TB, p *page, kind string) {
	p.press(t, "Light or dark")
	p.until(t, "the dark page", `document.documentElement.dataset.theme === 'dark'`)
	p.shoot(t, kind+"-dark")
	p.press(t, "Light or dark")
	p.until(t, "the light page", `document.documentElement.dataset.theme === 'light'`)
}

// links opens the address of a state again: the same picture is here.
func links(t testing.TB, p *page, kind string) {
	at := p.box(t, chart)
	do(t, p, chromedp.MouseClickXY(at.X+at.Width*0.6, at.Y+at.Height*0.6))
	time.Sleep(300 * time.Millisecond)
	want := p.decoded(t)
	do(t, p, chromedp.Reload())
	p.opened(t)
	if got := p.decoded(t); got != want {
		t.Errorf("the picture is another after the page was opened again by its address")
	}
}
