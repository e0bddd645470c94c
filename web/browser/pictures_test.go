package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestPicturesOfTheDocument makes the pictures of docs/EXPLORER.md, with -pictures, of the model of the
// README's first command.
func TestPicturesOfTheDocument(t *testing.T) {
	if *pictures == "" {
		t.Skip("browser: without -pictures there is no folder for them")
	}
	dir := trained(t, "vae", "data.train=60000")
	p := open(t, serve(t, dir, "-n", "5000"), 1280, 800)
	at := p.opened(t)
	p.choose(t, "Map", "tsne")
	p.says(t, "the map by t-SNE", "distances between groups mean little")
	do(t, p, chromedp.MouseClickXY(at.X+at.Width*0.5, at.Y+at.Height*0.48))
	p.decoded(t)
	p.until(t, "the nearest examples", `document.querySelectorAll('.near .neighbour canvas').length === 5`)
	p.shoot(t, "explore")

	p.press(t, "Path")
	walks(t, p, "path")

	p.choose(t, "Map", "pca")
	p.press(t, "Attributes")
	p.choose(t, "Attribute", "slant")
	p.press(t, "Fit its direction")
	p.until(t, "a direction with what it does", `!!document.querySelector('#tab-panel-directions .effects .effect')`)
	do(t, p, chromedp.Evaluate[bool](`(document.querySelector('#tab-panel-directions input[type=range]').focus(), true)`))
	for range 30 {
		do(t, p, chromedp.KeyEvent("\u0302"))
	}
	p.press(t, "Pictures")
	p.shoot(t, "attributes")
	p.press(t, "Light or dark")
	p.shoot(t, "dark")

	phone := open(t, serve(t, dir, "-n", "5000"), 390, 844)
	at = phone.opened(t)
	do(t, phone, chromedp.MouseClickXY(at.X+at.Width/2, at.Y+at.Height/2))
	phone.decoded(t)
	do(t, phone, chromedp.Evaluate[bool](`(scrollTo(0, 330), true)`))
	phone.shoot(t, "phone")
}
