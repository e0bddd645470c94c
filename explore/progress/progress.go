// Package progress tells a person how far long work is.
package progress

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"latentspace/internal/pace"
)

// Progress tells how far work is: by a bar on a terminal, by a line every few seconds elsewhere.
// Work that is done sooner says nothing.
type Progress struct {
	w     io.Writer
	bar   *progressbar.ProgressBar // nil without a terminal
	what  string
	total int
	begun int       // units that were done when it was first told of any
	since time.Time // when that was
	last  time.Time // when the last line was written

	// Watch, if not nil, is told whatever At is.
	Watch func(done int, more string)
}

// lineEvery is the time between lines.
const lineEvery = 5 * time.Second

// Begin begins to tell of total units of what. The log may be nil; on a terminal it gets a bar.
func Begin(log io.Writer, terminal bool, what string, total int) *Progress {
	p := &Progress{w: log, what: what, total: total, last: time.Now()}
	if p.w == nil {
		p.w = io.Discard
	}
	if terminal {
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

// At says that done units are done, and a word more about it.
func (p *Progress) At(done int, more string) {
	if p.Watch != nil {
		p.Watch(done, more)
	}
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

// Close removes the bar.
func (p *Progress) Close() {
	if p.bar != nil {
		p.bar.Exit()
		p.bar.Clear()
	}
}
