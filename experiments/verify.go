package experiments

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"latentspace/checkpoints"
	"latentspace/data"
	"latentspace/internal/untrusted"
	"latentspace/nn/tensor"
)

// Verification is what a replay of a run found.
type Verification struct {
	Dir     string `json:"dir"`
	From    int    `json:"from"`    // the step whose checkpoint the replay began with, 0 for the first weights
	To      int    `json:"to"`      // the last step that was replayed
	Checked []int  `json:"checked"` // steps whose checkpoints were compared
	Agrees  bool   `json:"agrees"`
	// Where the bits part: at a step in Between, first seen in Tensor at its element Element.
	Between *[2]int `json:"between,omitempty"`
	Tensor  string  `json:"tensor,omitempty"`
	Element int     `json:"element,omitempty"`
	Want    float32 `json:"want,omitempty"` // in the run
	Got     float32 `json:"got,omitempty"`  // in the replay
	Tensors int     `json:"tensors,omitempty"`

	// What is another than when the run was made; all of it should make no difference.
	Notes []string `json:"notes,omitempty"`
}

func (v Verification) String() string {
	var b strings.Builder
	for _, n := range v.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	from := "its first weights"
	if v.From > 0 {
		from = fmt.Sprintf("step %d", v.From)
	}
	fmt.Fprintf(&b, "%s: replayed from %s to step %d, compared with %d checkpoints\n", v.Dir, from, v.To, len(v.Checked))
	if v.Agrees {
		b.WriteString("every bit agrees\n")
		return b.String()
	}
	if v.Between == nil {
		b.WriteString("what could be compared agrees, and that is not all: see the notes\n")
	} else {
		fmt.Fprintf(&b, "the bits part after step %d and by step %d: %d tensors differ, the first %s, element %d: %v in the run, %v in the replay\n",
			v.Between[0], v.Between[1], v.Tensors, v.Tensor, v.Element, v.Want, v.Got)
	}
	return b.String()
}

// VerifyOptions say how a run is verified.
type VerifyOptions struct {
	Last     int // steps to replay at least, 0 for all
	Log      io.Writer
	Terminal bool
}

// Verify replays a run in memory, all of it or its last steps from a checkpoint, and
// compares every checkpoint that the run keeps, to the bit: weights, the state of the
// optimizers and averages. One that cannot be read does not agree, nor does a run without
// the checkpoint that its manifest names. It writes nothing. A run that has made no step,
// and data other than the run's, are errors.
func Verify(ctx context.Context, dir string, o VerifyOptions) (*Verification, error) {
	m, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	if m == nil {
		return nil, fmt.Errorf("experiments: %s has no %s: it is no run", dir, manifestFile)
	}
	cfg, err := loadKept(dir)
	if err != nil {
		return nil, err
	}
	splits, t, err := prepare(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if splits.SHA256 != m.Data.SHA256 {
		return nil, fmt.Errorf("experiments: %s: the data set has changed: SHA-256 %s, the run had %s", dir, splits.SHA256, m.Data.SHA256)
	}
	r := &replay{trainer: t, cfg: cfg, splits: splits, meter: t.meter(), store: checkpoints.Store{Dir: dir, FS: checkpoints.OS{}}}
	if r.kept, err = r.store.List(); err != nil {
		return nil, err
	}
	slices.Sort(r.kept)
	r.kept = slices.DeleteFunc(r.kept, func(step int) bool { return step > m.Step })
	if len(r.kept) == 0 {
		return nil, fmt.Errorf("experiments: %s has no checkpoint to compare with", dir)
	}
	v := &Verification{Dir: dir, To: r.kept[len(r.kept)-1], Notes: m.notes()}
	if err := r.start(v, o.Last); err != nil {
		return nil, err
	}
	report := newReporter(o.Log, o.Terminal, t)
	defer report.close()
	if err := r.run(ctx, v, report); err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%w: nothing was verified beyond step %d", ErrInterrupted, r.agreed)
		}
		return nil, err
	}
	if file := filepath.Base(r.store.Path(m.Step)); m.Checkpoint == file && !slices.Contains(r.kept, m.Step) {
		v.Agrees = false
		v.Notes = append(v.Notes, fmt.Sprintf("the manifest names %s, which is not there", file))
	}
	if v.Agrees && v.To == m.Step {
		if got := checkpoints.Hash(t.params.All()); got != m.ParamsSHA256 {
			v.Agrees = false
			v.Notes = append(v.Notes, fmt.Sprintf("the manifest says that the weights have SHA-256 %s, its own checkpoint has %s", m.ParamsSHA256, got))
		}
	}
	return v, nil
}

// notes says what is another now than when the run was made.
func (m *Manifest) notes() []string {
	var notes []string
	now := programInfo()
	for _, p := range []struct{ what, then, now string }{
		{"revision", m.Program.Revision, now.Revision}, {"Go", m.Program.Go, now.Go},
		{"system", m.Program.OS + "/" + m.Program.Arch, now.OS + "/" + now.Arch},
		{"kernels", m.Program.Kernels, now.Kernels},
	} {
		if p.then != p.now {
			notes = append(notes, fmt.Sprintf("%s: %s then, %s now", p.what, orNone(p.then), orNone(p.now)))
		}
	}
	if m.Program.CPUs != now.CPUs {
		notes = append(notes, fmt.Sprintf("processors: %d then, %d now", m.Program.CPUs, now.CPUs))
	}
	return notes
}

func orNone(s string) string {
	if s == "" {
		return "not known"
	}
	return s
}

// replay is a run that is made again.
type replay struct {
	*trainer
	cfg    Config
	splits *data.Splits
	meter  *meter
	store  checkpoints.Store
	kept   []int // steps of checkpoints, rising
	agreed int   // the last step that was compared
}

// start restores the newest checkpoint that leaves enough steps to replay; without one the
// replay begins with the first weights. A run that was rolled back is replayed from the
// oldest checkpoint after that: what happened before is no function of the experiment.
func (r *replay) start(v *Verification, last int) error {
	if _, ok := r.fitted(); ok {
		return nil
	}
	back := max(0, rollbacksOf(r.store.Path(v.To)))
	if back > 0 {
		v.Notes = append(v.Notes, fmt.Sprintf("the run was rolled back %d times: only what came after is replayed", back))
	}
	var fit []int // steps of checkpoints to begin with
	for _, step := range r.kept {
		if step < v.To && (last <= 0 || step <= v.To-last) && rollbacksOf(r.store.Path(step)) == back {
			fit = append(fit, step)
		}
	}
	switch {
	case back > 0 && len(fit) == 0:
		return fmt.Errorf("experiments: %s: no checkpoint between the last rollback and step %d is left to begin with", v.Dir, v.To)
	case back == 0 && (last <= 0 || len(fit) == 0):
		return nil
	}
	step := fit[len(fit)-1]
	if last <= 0 {
		step = fit[0]
	}
	c, err := checkpoints.Read(r.store.Path(step))
	if err != nil {
		return err
	}
	if _, err := r.restore(c, r.splits.SHA256, r.meter); err != nil {
		return fmt.Errorf("experiments: %s: %w", r.store.Path(step), err)
	}
	v.From, r.agreed = step, step
	return nil
}

// rollbacksOf is how often a run had been rolled back when a checkpoint was saved, −1 for one
// that cannot be read.
func rollbacksOf(file string) int {
	meta, err := checkpoints.ReadMeta(file)
	var p progress
	if err != nil || untrusted.DecodeJSON([]byte(meta[metaProgress]), &p) != nil {
		return -1
	}
	return len(p.Rollbacks)
}

// run makes the steps and compares where there is a checkpoint.
func (r *replay) run(ctx context.Context, v *Verification, report *reporter) error {
	step, stop, err := r.stepper(ctx, report)
	if err != nil {
		return err
	}
	defer stop()
	unread := 0
	for _, at := range r.kept {
		if at <= r.step {
			continue
		}
		for r.step < at {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := step(); err != nil {
				return err
			}
		}
		c, err := checkpoints.Read(r.store.Path(at))
		if err != nil {
			v.Notes = append(v.Notes, fmt.Sprintf("step %d cannot be compared: %v", at, err))
			unread++
			continue
		}
		v.Checked = append(v.Checked, at)
		own, err := r.checkpoint(r.splits.SHA256, r.meter, progress{})
		if err != nil {
			return err
		}
		if !v.compare(own.Tensors, c.Tensors) {
			v.Between, v.To = &[2]int{r.agreed, at}, at
			return nil
		}
		r.agreed = at
	}
	if len(v.Checked) == 0 {
		return fmt.Errorf("experiments: %s: no checkpoint after step %d to compare with", v.Dir, r.agreed)
	}
	v.Agrees = unread == 0
	return nil
}

// stepper returns what makes a step.
func (r *replay) stepper(ctx context.Context, report *reporter) (step func() error, stop func(), err error) {
	if m, ok := r.fitted(); ok {
		return func() error {
			r.step = 1
			return m.Fit(ctx, examples{r.splits.Train, data.ReadOptions{Seed: r.cfg.Seed, Binarize: r.splits.Binarize}}, r.params)
		}, func() {}, nil
	}
	stream, err := r.stream(r.splits)
	if err != nil {
		return nil, nil, err
	}
	next := func() (*data.Batch, error) { return stream.Next(ctx) }
	return func() error {
		start := time.Now()
		if err := r.trainer.run(next, r.meter); err != nil {
			return err
		}
		report.step(r.step, r.epoch(r.step-1), time.Since(start), r.meter)
		return nil
	}, stream.Close, nil
}

// compare notes the first tensor, by name, in which replay and run differ.
func (v *Verification) compare(got, want map[string]*tensor.Tensor) bool {
	names := slices.Sorted(maps.Keys(want))
	for name := range got {
		if want[name] == nil {
			names = append(names, name)
		}
	}
	for _, name := range names {
		a, b := got[name], want[name]
		at := 0
		switch {
		case a == nil || b == nil || !slices.Equal(a.Shape, b.Shape):
		default:
			if at = firstUnlike(a.Data, b.Data); at < 0 {
				continue
			}
		}
		if v.Tensors++; v.Tensors == 1 {
			v.Tensor, v.Element = name, at
			if a != nil && b != nil && at < len(a.Data) && at < len(b.Data) {
				v.Got, v.Want = a.Data[at], b.Data[at]
			}
		}
	}
	return v.Tensors == 0
}

// firstUnlike is the first element whose bits differ, −1 if none.
func firstUnlike(a, b []float32) int {
	for i, v := range a {
		if math.Float32bits(v) != math.Float32bits(b[i]) {
			return i
		}
	}
	return -1
}
