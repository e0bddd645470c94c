// Package browser tests the explorer's page in a real browser, as a person uses it: by clicks and
// keys. It is a module of its own, so that nothing else needs the driver of the browser.
//
// Without Chromium, or where its name is not one of those that are tried, the tests skip.
package browser

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// pictures is a folder for what the tests see, those of docs/EXPLORER.md among it.
var pictures = flag.String("pictures", "", "write screenshots to this `folder`")

var (
	chromium string // the program, "" for none
	bin      string // the folder of train and sample
	runs     string // the folder of the trained models
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			chromium = path
			break
		}
	}
	if chromium == "" {
		return m.Run()
	}
	work, err := os.MkdirTemp("", "browser")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(work)
	bin, runs = filepath.Join(work, "bin"), filepath.Join(work, "runs")
	build := exec.Command("go", "build", "-o", bin+string(filepath.Separator), "./cmd/train", "./cmd/sample")
	build.Dir, build.Env = filepath.Join("..", ".."), append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// trained returns the folder of a run of a shipped experiment, which is trained once.
func trained(t testing.TB, experiment string, edits ...string) string {
	t.Helper()
	if chromium == "" {
		t.Skip("browser: there is no Chromium on the path")
	}
	dir := filepath.Join(runs, experiment)
	if _, err := os.Stat(filepath.Join(dir, "run.json")); err == nil {
		return dir
	}
	args := []string{"-config", experiment, "-out", dir, "-set", "train.samples=0"}
	for _, e := range edits {
		args = append(args, "-set", e)
	}
	if out, err := exec.Command(filepath.Join(bin, "train"), args...).CombinedOutput(); err != nil {
		t.Fatalf("train %s: %v\n%s", experiment, err, out)
	}
	return dir
}

// serve starts sample explore of a run and returns the address that it prints.
func serve(t testing.TB, dir string, flags ...string) string {
	t.Helper()
	url, _ := serving(t, dir, flags...)
	return url
}

// serving is serve, with what stops the program.
func serving(t testing.TB, dir string, flags ...string) (url string, stop func()) {
	t.Helper()
	c := exec.Command(filepath.Join(bin, "sample"), append([]string{"explore", "-run", dir, "-no-browser"}, flags...)...)
	out, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		c.Process.Signal(os.Interrupt)
		c.Wait()
	})
	t.Cleanup(stop)
	var told []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		told = append(told, lines.Text())
		if url := address.FindString(lines.Text()); url != "" {
			go io.Copy(io.Discard, out)
			return url, stop
		}
	}
	t.Fatalf("sample explore printed no address: %s", strings.Join(told, "\n"))
	return "", stop
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+/\S*`)

// page is a page in a browser, with what went wrong in it and what it asked for.
type page struct {
	context.Context
	mu       sync.Mutex
	wrong    []string
	requests []string
}

// open shows an address in a window of a size. What the page logs as an error, such as a breach of
// its content security policy, fails the test at its end.
func open(t testing.TB, url string, width, height int) *page {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.WindowSize(width, height))
	allocated, end := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(end)
	browser, end := chromedp.NewContext(allocated)
	t.Cleanup(end)
	limited, end := context.WithTimeout(browser, 2*time.Minute)
	t.Cleanup(end)
	p := &page{Context: limited}
	if err := chromedp.Listen(limited, p.heard); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, w := range p.wrong {
			t.Errorf("the page: %s", w)
		}
	})
	do(t, p, chromedp.EmulateViewport(int64(width), int64(height)))
	do(t, p, chromedp.Navigate(url))
	return p
}

// heard keeps errors and requests.
func (p *page) heard(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += ": " + x.Description
		}
		p.wrong = append(p.wrong, text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			p.wrong = append(p.wrong, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	}
}

// do runs an action and returns its value.
func do[T any](t testing.TB, p *page, a chromedp.Action[T]) T {
	t.Helper()
	v, err := chromedp.Run(p, a)
	if err != nil {
		t.Fatalf("%v; the page shows: %.2000s", err, p.text())
	}
	return v
}

// text is what the page shows as text.
func (p *page) text() string {
	short, end := context.WithTimeout(p, 5*time.Second)
	defer end()
	text, err := chromedp.Run(short, chromedp.Evaluate[string]("document.body.innerText"))
	if err != nil {
		return err.Error()
	}
	return text
}

// until waits until an expression of the page is true.
func (p *page) until(t testing.TB, what, expression string) {
	t.Helper()
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(25 * time.Millisecond) {
		if ok, err := chromedp.Run(p, chromedp.Evaluate[bool](expression)); err == nil && ok {
			return
		} else if p.Err() != nil {
			break
		}
	}
	p.shoot(t, "failed")
	t.Fatalf("%s: not within 20 s; the page shows: %.3000s", what, p.text())
}

// shoot keeps a screenshot, where -pictures asks for it.
func (p *page) shoot(t testing.TB, name string) {
	t.Helper()
	png := do(t, p, chromedp.CaptureScreenshot())
	if *pictures == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*pictures, name+".png"), png, 0o666); err != nil {
		t.Fatal(err)
	}
}

// asked are the requests of the page to a path.
func (p *page) asked(path string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.requests {
		if strings.Contains(r, path) {
			n++
		}
	}
	return n
}

// forgive forgets what went wrong in the page, where the test is of that.
func (p *page) forgive() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wrong = nil
}
