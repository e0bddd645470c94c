package explore

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"latentspace/internal/pace"
)

// progress tells a person how far long work is: by a bar on a terminal, by a line
// every few seconds elsewhere. Work that is done sooner says nothing.
type progress struct {
	w     io.Writer
	bar   *progressbar.ProgressBar // nil without a terminal
	what  string
	total int
	begun int       // units that were done when it was first told of any
	since time.Time // when that was
	last  time.Time // when the last line was written
}

// lineEvery is the time between lines.
const lineEvery = 5 * time.Second

// progress begins to tell of total units of what.
func (o Options) progress(what string, total int) *progress {
	p := &progress{w: o.Log, what: what, total: total, last: time.Now()}
	if p.w == nil {
		p.w = io.Discard
	}
	if o.Terminal {
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(p.w),
			progressbar.OptionSetWidth(20),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSetDescription(what),
			progressbar.OptionClearOnFinish(),
		)
	}
	return p
}

// at says that done units are done, and a word more about it.
func (p *progress) at(done int, more string) {
	if p.bar != nil {
		p.bar.Describe(p.what + more)
		p.bar.Set(done)
		return
	}
	if p.since.IsZero() {
		p.begun, p.since = done, time.Now()
	}
	if time.Since(p.last) < lineEvery {
		return
	}
	p.last = time.Now()
	left := ""
	if done > p.begun {
		left = fmt.Sprintf("  %s left", pace.Left(time.Since(p.since), done-p.begun, p.total-done).Round(time.Second))
	}
	fmt.Fprintf(p.w, "%s  %d/%d%s%s\n", p.what, done, p.total, more, left)
}

// close removes the bar.
func (p *progress) close() {
	if p.bar != nil {
		p.bar.Exit()
		p.bar.Clear()
	}
}
