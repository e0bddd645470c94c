package experiments

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
)

// reporter tells a person how training goes: by a bar on a terminal, by a whole
// line every ten seconds elsewhere.
type reporter struct {
	w        io.Writer
	bar      *progressbar.ProgressBar // nil without a terminal
	total    int                      // steps of the run
	epochs   int
	examples int // in a step
	first    int // the step that this process began at
	started  time.Time
	last     time.Time // when a line or the bar's text was last written
	times    []float64 // seconds of steps, the newest stepTimes of them
	count    int
}

// stepTimes is how many durations of steps the median is over.
const stepTimes = 1 << 14

func newReporter(w io.Writer, terminal bool, t *trainer) *reporter {
	r := &reporter{
		w: w, total: t.total(), epochs: t.epochs, examples: t.examples,
		first: t.step, started: time.Now(), last: time.Now(), times: make([]float64, 0, stepTimes),
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

// step counts a step that took some time, and shows the running means now and
// then.
func (r *reporter) step(step, epoch int, took time.Duration, m *meter) {
	if len(r.times) < stepTimes {
		r.times = append(r.times, took.Seconds())
	} else {
		r.times[r.count%stepTimes] = took.Seconds()
	}
	r.count++
	every := 10 * time.Second
	if r.bar != nil {
		every = 500 * time.Millisecond
		r.bar.Add(1)
	}
	if time.Since(r.last) < every {
		return
	}
	r.last = time.Now()
	text := fmt.Sprintf("epoch %d/%d  %s  %s", min(epoch+1, r.epochs), r.epochs, formatMetrics(m.means()), r.rate())
	if r.bar != nil {
		r.bar.Describe(text)
		return
	}
	left := time.Duration(float64(time.Since(r.started)) / float64(step-r.first) * float64(r.total-step))
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

// examplesPerSecond is the median over the steps of this process, 0 without any.
func (r *reporter) examplesPerSecond() float64 {
	if len(r.times) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(r.times))
	return float64(r.examples) / sorted[len(sorted)/2]
}

func (r *reporter) rate() string { return fmt.Sprintf("%.0f examples/s", r.examplesPerSecond()) }

// formatMetrics is "loss 105.59  kl 25.31".
func formatMetrics(m Metrics) string {
	parts := make([]string, len(m))
	for i, x := range m {
		parts[i] = fmt.Sprintf("%s %.5g", x.Name, x.Value)
	}
	return strings.Join(parts, "  ")
}
