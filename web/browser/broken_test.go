package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// An address that was cut or mistyped, or that is of another model, shows what there is of it, when
// the page is open as well.
func TestAddressesThatAreCut(t *testing.T) {
	p := open(t, serve(t, kinds["vae"](t), "-n", "300"), 1440, 900)
	p.opened(t)
	for _, text := range []string{
		"tab=expl", "panel=pi", "colour=nothing", "map=other", "z=AAAA", "z=%", "steps=99999999&stops=AAAA.AAAA&panel=path", "n=99999&panel=draws", "view=1,2", "lasso=1,2,3,4",
		"conditions=%7B%22a%22%3A1%7D", "at=1e300,2&from=place",
	} {
		do(t, p, chromedp.Evaluate[bool](`(location.hash = '`+text+`', true)`))
		p.until(t, "the map after "+text, `!!document.querySelector('.chart')?.offsetParent && !!document.querySelector('.part')?.parentElement.querySelector('.part:not([hidden])')`)
	}
}

// A run that there is not leads back to one that there is.
func TestARunThatThereIsNot(t *testing.T) {
	p := open(t, serve(t, kinds["vae"](t), "-n", "300"), 1440, 900)
	p.opened(t)
	do(t, p, chromedp.Evaluate[bool](`(location.hash = 'run=999', true)`))
	p.until(t, "a reason", `!!document.querySelector('.waiting[role=alert]')`)
	p.press(t, "Show the first run")
	p.opened(t)
	p.forgive()
}

// Once the program is stopped, the page says so, and shows no picture that is of another code.
func TestTheProgramIsStopped(t *testing.T) {
	url, stop := serving(t, kinds["vae"](t), "-n", "300")
	p := open(t, url, 1440, 900)
	at := p.opened(t)
	do(t, p, chromedp.MouseClickXY(at.X+at.Width/2, at.Y+at.Height/2))
	p.decoded(t)
	stop()
	p.says(t, "the page waits", "does not answer any more")
	do(t, p, chromedp.MouseClickXY(at.X+at.Width*0.3, at.Y+at.Height*0.4))
	p.until(t, "a reason in place of the picture", `!document.querySelector('.decoded canvas') && document.querySelector('.decoded').textContent.includes('still running')`)
	p.forgive()
}
