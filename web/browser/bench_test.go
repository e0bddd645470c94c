package browser

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// clicks listens to when the mouse is released on the map, and to when the picture that comes of it is
// painted, as its pixels are read back, and to the frame in which the screen has it.
const clicks = `(() => {
	globalThis.painted = [];
	globalThis.shown = [];
	let began = 0;
	document.querySelector('.chart').addEventListener('pointerup', () => (began = performance.now()), true);
	new MutationObserver(() => {
		const since = began;
		began = 0;
		if (!since) return;
		document.querySelector('.decoded canvas').getContext('2d').getImageData(0, 0, 1, 1);
		painted.push(performance.now() - since);
		requestAnimationFrame(() => shown.push(performance.now() - since));
	}).observe(document.querySelector('.decoded'), { childList: true, subtree: true });
	return true;
})()`

// BenchmarkClick measures the time from a click to the painted picture, and to the frame that shows it, in
// milliseconds.
func BenchmarkClick(b *testing.B) {
	p := open(b, serve(b, trained(b, "vae", append(few, "train.epochs=2")...), "-n", "2000"), 1440, 900)
	at := p.opened(b)
	do(b, p, chromedp.MouseClickXY(at.X+at.Width/2, at.Y+at.Height/2))
	p.decoded(b)
	do(b, p, chromedp.Evaluate[bool](clicks))
	const n = 300
	for b.Loop() {
		for i := range n {
			do(b, p, chromedp.MouseClickXY(at.X+at.Width*(0.3+0.4*float64(i*37%n)/n), at.Y+at.Height*(0.35+0.3*float64(i*61%n)/n)))
			time.Sleep(30 * time.Millisecond)
		}
	}
	for _, what := range []string{"painted", "shown"} {
		report(b, p, do(b, p, chromedp.Evaluate[[]float64](what)), what)
	}
}

// frames keeps how long the work of each frame takes, to when a pixel of the map is read back after it,
// and the time from frame to frame.
const frames = `(() => {
	globalThis.took = [];
	globalThis.apart = [];
	const canvas = document.querySelector('.chart canvas'), done = new MessageChannel();
	let began = 0, last = performance.now();
	done.port1.onmessage = () => {
		canvas.getContext('2d')?.getImageData(0, 0, 1, 1);
		took.push(performance.now() - began);
		requestAnimationFrame(next);
	};
	const next = () => {
		began = performance.now();
		apart.push(began - last);
		last = began;
		done.port2.postMessage(0); // comes after all that the frame has to do
	};
	requestAnimationFrame(next);
	return true;
})()`

// look is what the map shows, as a sum.
const look = `(() => { const c = document.querySelector('.chart canvas'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let s = 0; for (let i = 0; i < d.length; i++) s = (s * 31 + d[i]) | 0; return s; })()`

// BenchmarkFrames measures how long a frame takes while the map is dragged, in milliseconds.
func BenchmarkFrames(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := trained(b, "ring", fmt.Sprintf("data={kind: ring, train: %d, valid: 100, test: 100}", 1_000_000),
				"model={kind: ae, latent: 2, encoder: {kind: mlp, hidden: [16]}}", "train={epochs: 1, batch: 1000, optimizer: {kind: adam, lr: 0.001}}")
			p := open(b, serve(b, dir, "-n", fmt.Sprint(n)), 1440, 900)
			at := p.opened(b)
			x, y := at.X+at.Width/2, at.Y+at.Height/2
			before := do(b, p, chromedp.Evaluate[int](look))
			for b.Loop() {
				do(b, p, chromedp.MouseEvent(input.DispatchMouseEventTypeMousePressed, x, y, chromedp.ButtonLeft, chromedp.ClickCount(1)))
				do(b, p, chromedp.Evaluate[bool](frames))
				for i := range 150 {
					do(b, p, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x+float64(i%60), y+float64(i%40), chromedp.ButtonLeft))
					time.Sleep(8 * time.Millisecond)
				}
				do(b, p, chromedp.MouseEvent(input.DispatchMouseEventTypeMouseReleased, x, y, chromedp.ButtonLeft, chromedp.ClickCount(1)))
			}
			if do(b, p, chromedp.Evaluate[int](look)) == before {
				b.Error("the map did not move")
			}
			report(b, p, do(b, p, chromedp.Evaluate[[]float64](`took`)), "frame")
			report(b, p, do(b, p, chromedp.Evaluate[[]float64](`apart`)), "between")
		})
	}
}

// BenchmarkFile measures how long the single file takes from its address to the first picture on its
// map, in milliseconds, and how large it is.
func BenchmarkFile(b *testing.B) {
	address, size := file(b, trained(b, "vae", append(few, "train.epochs=2")...), "-n", "2000", "-directions", "none")
	p := open(b, address, 1440, 900)
	var took []float64
	for b.Loop() {
		for range 10 {
			began := time.Now()
			do(b, p, chromedp.Navigate(address+"?again"))
			p.opened(b)
			took = append(took, float64(time.Since(began))/1e6)
		}
	}
	b.ReportMetric(float64(size), "bytes")
	report(b, p, took, filepath.Ext(address)[1:])
}

// report says the median, the 99th percentile and the largest of some times.
func report(b *testing.B, p *page, took []float64, what string) {
	if len(took) == 0 {
		b.Fatalf("nothing was measured; the page shows: %.500s", p.text())
	}
	slices.Sort(took)
	at := func(share float64) float64 { return took[min(len(took)-1, int(share*float64(len(took))))] }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(at(0.5), "ms/"+what+"-p50")
	b.ReportMetric(at(0.99), "ms/"+what+"-p99")
	b.ReportMetric(took[len(took)-1], "ms/"+what+"-max")
}
