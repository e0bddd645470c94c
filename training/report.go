package training

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"latentspace/internal/pace"
	"latentspace/rundir"
)

// reporter shows how training goes: as a bar on a terminal, elsewhere as a line every
// ten seconds.
type reporter struct {
	w        io.Writer
	bar      *progressbar.ProgressBar // nil without a terminal
	total    int                      // steps of the run
	epochs   int
	examples int // in a step
	first    int // the step that this process began at
	now      func() time.Time
	started  time.Time
	last     time.Time // when a line or the bar's text was last written
	pace     pace.Meter
}

// newReporter returns a reporter by the clock now, [time.Now] if it is nil.
func newReporter(w io.Writer, terminal bool, t *trainer, now func() time.Time) *reporter {
	if now == nil {
		now = time.Now
	}
	r := &reporter{
		w: w, total: t.total(), epochs: t.epochs, examples: t.examples,
		first: t.step, now: now, started: now(), last: now(),
	}
	if terminal && t.step < t.total() {
		r.bar = progressbar.NewOptions(t.total()-t.step,
			progressbar.OptionSetWriter(w),
			progressbar.OptionSetWidth(20),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
		)
	}
	return r
}

// step counts a step and the time it took, and shows the running means now and then.
func (r *reporter) step(step, epoch int, took time.Duration, m *meter) {
	r.pace.Add(r.examples, took)
	every := 10 * time.Second
	if r.bar != nil {
		every = 500 * time.Millisecond
		r.bar.Add(1)
	}
	now := r.now()
	if now.Sub(r.last) < every {
		return
	}
	r.last = now
	text := fmt.Sprintf("epoch %d/%d  %s%s", min(epoch+1, r.epochs), r.epochs, formatMetrics(m.means()), r.rate())
	if r.bar != nil {
		r.bar.Describe(text)
		return
	}
	left := pace.Left(now.Sub(r.started), step-r.first, r.total-step)
	fmt.Fprintf(r.w, "%s  step %d/%d  %s left\n", text, step, r.total, left.Round(time.Second))
}

// line writes a whole line, above the bar where there is one.
func (r *reporter) line(format string, args ...any) {
	if r.bar != nil {
		r.bar.Clear()
	}
	fmt.Fprintf(r.w, format+"\n", args...)
}

// close removes the bar. It may be called before there is a reporter.
func (r *reporter) close() {
	if r != nil && r.bar != nil {
		r.bar.Exit()
		r.bar.Clear()
		r.bar = nil
	}
}

// rate formats the pace so far, to follow other text; "" if it is not known yet.
func (r *reporter) rate() string {
	rate, _ := r.pace.Rate()
	return formatRate(rate)
}

// formatRate is "  5426 examples/s", and nothing for 0, which stands for no rate.
func formatRate(rate float64) string {
	if rate == 0 {
		return ""
	}
	return fmt.Sprintf("  %.0f examples/s", rate)
}

// formatMetrics is "loss 105.59  kl 25.31".
func formatMetrics(m rundir.Metrics) string {
	parts := make([]string, len(m))
	for i, x := range m {
		parts[i] = fmt.Sprintf("%s %.5g", x.Name, x.Value)
	}
	return strings.Join(parts, "  ")
}
