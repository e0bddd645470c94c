package training

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"latentspace/data"
	"latentspace/data/preview"
	"latentspace/experiments"
	"latentspace/export"
	"latentspace/internal/pace"
	"latentspace/kernel"
	"latentspace/rundir"
	"latentspace/tensor"
	"latentspace/trained/saved"
)

// CheckOptions say where [Check] writes its contact sheet.
type CheckOptions struct {
	Dir   string // the folder that the run will have; runs/ and the experiment's name if empty
	Sheet string // the PNG; [rundir.CheckFile] in Dir if empty
}

// Checked is what [Check] found out about an experiment and the machine.
type Checked struct {
	Text string `json:"-"` // all of it, to be read

	Parameters        int     `json:"parameters"`                    // trained values
	Steps             int     `json:"steps"`                         // in all
	Examples          int     `json:"examples"`                      // in a step
	Kernels           string  `json:"kernels"`                       // avx512, avx2 or portable
	Slow              string  `json:"slow,omitempty"`                // why the kernels are those in Go, if they are
	CPUs              int     `json:"cpus"`                          // that a step is divided among
	Flops             float64 `json:"flops,omitempty"`               // of a step in products and convolutions, as they are defined
	ProductSpeed      float64 `json:"product_speed,omitempty"`       // floating-point operations a second that products reach here; the best of the measurements
	Busy              bool    `json:"busy,omitempty"`                // two measurements of that speed differed: other programs run
	ExamplesPerSecond float64 `json:"examples_per_second,omitempty"` // of a few steps
}

// Check opens an experiment's data and builds its model, and describes both
// without training: it makes a few steps to measure what one takes, and keeps nothing of them. If
// the examples are pictures, some of them go into a contact sheet.
func Check(ctx context.Context, cfg experiments.Config, o CheckOptions) (*Checked, error) {
	splits, _, t, err := prepare(ctx, cfg, rundir.Whereabouts{})
	if err != nil {
		return nil, err
	}
	origin, taken, err := t.initialise(nil)
	if err != nil {
		return nil, err
	}
	source, err := cfg.YAML()
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	if err := rehearse(ctx, cfg, splits, &b); err != nil {
		return nil, err
	}
	fmt.Fprintf(&b, "%s\ndata: %d training, %d validation and %d test examples of shape %s, SHA-256 %s\n", source,
		splits.Train.Len(), splits.Valid.Len(), splits.Test.Len(), tensor.FormatShape(t.shape), splits.SHA256)
	for _, note := range t.said(splits) {
		fmt.Fprintln(&b, note)
	}
	shown, err := show(cfg, splits, o)
	if err != nil {
		return nil, err
	}
	seen, err := inspect(ctx, cfg, splits)
	if err != nil {
		return nil, err
	}
	for _, fact := range seen.facts {
		fmt.Fprintln(&b, fact)
	}
	for _, warning := range seen.warnings {
		fmt.Fprintf(&b, "warning: %s\n", warning)
	}
	b.WriteString("\n" + shown)
	all := t.params.All()
	params := t.params.Trained()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		kind, from := "state", ""
		switch {
		case saved.InAny(name, cfg.Train.Init.Freeze):
			kind = "frozen"
		case slices.Contains(params, name):
			kind = "parameter"
		}
		if slices.Contains(taken, name) {
			from = "  taken"
		}
		fmt.Fprintf(&b, "%-9s  %-40s %12s %10d%s\n", kind, name, tensor.FormatShape(all[name].Shape), all[name].Len(), from)
	}
	c := &Checked{Parameters: t.parameters(), Steps: t.total(), Examples: t.examples, Kernels: kernel.Path(), Slow: kernel.Slow(), CPUs: runtime.GOMAXPROCS(0)}
	if _, ok := t.fitted(); ok {
		fmt.Fprintf(&b, "\nkernels: %s\n", c.Kernels)
		c.slow(&b)
		fmt.Fprintf(&b, "%d parameters, fitted at once\n", t.parameters())
		c.Text = b.String()
		return c, nil
	}
	if origin != nil {
		fmt.Fprintf(&b, "\n%d of %d tensors are taken from %s, step %d, SHA-256 %s\n", len(taken), len(all), cfg.Train.Init.From, origin.Step, origin.SHA256)
	}
	fmt.Fprintf(&b, "\n%d parameters; %d steps an epoch, %d in all\n", t.parameters(), t.perEpoch/t.PerStep, t.total())
	fmt.Fprintf(&b, "kernels: %s\n", c.Kernels)
	c.slow(&b)
	if why := t.slowHalves(); why != "" {
		fmt.Fprintln(&b, why)
	}
	c.floor(t, &b, kernel.Speed)
	if c.ExamplesPerSecond, err = t.forecast(ctx, splits, &b); err != nil {
		return nil, err
	}
	c.Text = b.String()
	return c, nil
}

// show writes the contact sheet of pictures and returns a sentence about it, or some rows of a table or
// some texts.
func show(cfg experiments.Config, splits *data.Splits, o CheckOptions) (string, error) {
	switch schema := splits.Train.Schema(); {
	case o.Sheet != "" && !schema.IsPicture():
		return "", fmt.Errorf("training: -sheet %s: a contact sheet is of pictures, and the examples are of shape %s", o.Sheet, tensor.FormatShape(schema.Shape()))
	case splits.Train.Len() == 0:
		return "", nil
	case schema.IsTable():
		rows, err := preview.Rows(splits.Train, cfg.Seed)
		return rows + "\n", err
	case schema.IsText():
		texts, err := preview.Texts(splits.Train, cfg.Seed)
		return texts + "\n", err
	case !schema.IsPicture():
		return "", nil
	}
	s, err := preview.Pictures(splits, cfg.Seed)
	if err != nil {
		return "", err
	}
	if o.Sheet == "" {
		if o.Dir == "" {
			o.Dir = DefaultDir(cfg.Name)
		}
		if err := os.MkdirAll(o.Dir, 0o777); err != nil {
			return "", fmt.Errorf("training: %w", err)
		}
		o.Sheet = filepath.Join(o.Dir, rundir.CheckFile)
	}
	if err := export.PNG(o.Sheet, s.Image); err != nil {
		return "", err
	}
	return fmt.Sprintf("contact sheet: %s, with %v\n\n", o.Sheet, s), nil
}

// slow says so if the kernels are.
func (c *Checked) slow(b *strings.Builder) {
	if c.Slow != "" {
		fmt.Fprintln(b, c.Slow)
	}
}

// floor says how long the products and convolutions of a step take as they are defined, at the speed
// of products as measure has it. Convolutions can take less: see package kernel. On a busy machine the
// speed is measured several times, and the best of them counts.
func (c *Checked) floor(t *trainer, b *strings.Builder, measure func() float64) {
	if c.Flops = t.flops(); c.Flops == 0 {
		return // nothing that a floor could be told of
	}
	speeds, steady := pace.Settle(measure)
	c.ProductSpeed, c.Busy = speeds[len(speeds)-1], !steady
	fmt.Fprintf(b, "%.3g GFLOP a step in products and convolutions as they are defined; at the %.3g GFLOP/s that products reach here (%s, %d processors),\n"+
		"they take %s: %.0f examples/s; convolutions can take less\n", c.Flops/1e9, c.ProductSpeed/1e9, c.Kernels, c.CPUs,
		brief(c.Flops/c.ProductSpeed), float64(c.Examples)*c.ProductSpeed/c.Flops)
	if c.Busy {
		fmt.Fprintf(b, "the machine is busy: %d measurements of that speed lie between %.3g and %.3g GFLOP/s, and what is measured here may be too slow\n",
			len(speeds), speeds[0]/1e9, c.ProductSpeed/1e9)
	}
}

// flops are the floating-point operations of a step in products and convolutions, as they are defined.
func (t *trainer) flops() float64 {
	sum := 0.0
	for _, p := range t.phases {
		sum += float64(float64(p.Steps()*t.shards) * p.program.Flops())
	}
	return sum
}

// warnOfSlowKernels says at the start of a run what its kernels are if they are slow, and how long it
// takes at least.
func (t *trainer) warnOfSlowKernels(steps int, log io.Writer) {
	if why := t.slowHalves(); why != "" && steps > 0 {
		fmt.Fprintln(log, why)
	}
	why := kernel.Slow()
	if why == "" || steps == 0 {
		return
	}
	fmt.Fprintln(log, why)
	if flops := t.flops(); flops > 0 {
		step := flops / kernel.Speed()
		whole := time.Duration(min(float64(steps)*step, maxSeconds) * float64(time.Second))
		fmt.Fprintf(log, "a step takes some %s with them, and the %d steps of this run %s\n", brief(step), steps, roughly(whole))
	}
}

// slowHalves says why the precision of the run takes time here, in place of saving it; "" where it
// saves some.
func (t *trainer) slowHalves() string {
	if t.cfg.Train.Precision != experiments.BF16 {
		return ""
	}
	return kernel.SlowHalves()
}

// forecast makes a few steps, on the first batches of the run, and says what one takes and how long
// the whole run will take. It returns the examples a second, 0 where a step fails. The trainer is of
// no use after that.
func (t *trainer) forecast(ctx context.Context, splits *data.Splits, b *strings.Builder) (float64, error) {
	stream, err := t.stream(splits)
	if err != nil {
		return 0, err
	}
	defer stream.Close()
	m, made := t.meter(), 0
	step := func() {
		if err == nil {
			err = t.run(func() (*data.Batch, error) { return stream.Next(ctx) }, m)
			made++
		}
	}
	step() // the first one is slower
	made = 0
	rate := leastMeasured * pace.Repeat(time.Now, 2*pace.Window, func() {
		for range leastMeasured {
			step()
		}
	})
	switch nonFinite := (*NonFiniteError)(nil); {
	case ctx.Err() != nil:
		return 0, fmt.Errorf("%w before the first step", ErrInterrupted)
	case errors.As(err, &nonFinite):
		fmt.Fprintf(b, "warning: %v\n", nonFinite)
		return 0, nil
	case err != nil:
		return 0, err
	}
	fmt.Fprintf(b, "a step takes %s here, measured over %d of them: %.0f examples/s\n", brief(1/rate), made, float64(t.examples)*rate)
	whole := time.Duration(min(float64(t.total())/rate, maxSeconds) * float64(time.Second))
	fmt.Fprintf(b, "%d steps take %s; this is an estimate, and validation, figures and pictures come on top\n", t.total(), roughly(whole))
	return float64(t.examples) * rate, nil
}

// leastMeasured is how many steps are measured at least.
const leastMeasured = 3

// brief is a number of seconds, in milliseconds if it is below one.
func brief(seconds float64) string {
	if seconds < 0.9995 {
		return fmt.Sprintf("%.3g ms", 1e3*seconds)
	}
	return fmt.Sprintf("%.3g s", seconds)
}

// maxSeconds is more than any run takes, and less than a Duration has.
const maxSeconds = 1e9

// roughly rounds a time to what an estimate can tell.
func roughly(d time.Duration) string {
	count := func(n time.Duration, unit string) string {
		if n == 1 {
			return "about 1 " + unit
		}
		return fmt.Sprintf("about %d %ss", n, unit)
	}
	switch {
	case d < time.Second:
		return "less than a second"
	case d < 10*time.Second:
		return fmt.Sprintf("about %.1f seconds", d.Seconds())
	case d < 2*time.Minute:
		return count(d.Round(time.Second)/time.Second, "second")
	case d < 2*time.Hour:
		return count(d.Round(time.Minute)/time.Minute, "minute")
	case d < 48*time.Hour:
		return count(d.Round(time.Hour)/time.Hour, "hour")
	}
	return count(d.Round(24*time.Hour)/(24*time.Hour), "day")
}
