package training

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
	"latentspace/experiments"
	"latentspace/internal/untrusted"
	"latentspace/tensor"
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
	Last     int      // steps to replay at least, 0 for all
	Sets     []string // edits KEY=VALUE of places: of the data, and of the checkpoint that the run began with
	Log      io.Writer
	Terminal bool

	now func() time.Time // the clock of a test
}

// Verify replays a run in memory, all of it or its last steps from a checkpoint, and
// compares every checkpoint that the run keeps, to the bit: weights, the state of the
// optimizers and averages. One that cannot be read does not agree, nor does a run without
// the checkpoint that its manifest names. It writes nothing. A run that has made no step,
// and data other than the run's, are errors. A change of the run's keys is made at its step, as
// the run made it. First weights that came from a checkpoint are read from it again.
func Verify(ctx context.Context, dir string, o VerifyOptions) (*Verification, error) {
	f, err := readFormer(dir, o.Log)
	if err != nil {
		return nil, err
	}
	if f == nil || f.manifest == nil {
		return nil, fmt.Errorf("training: %s has no %s: it is no run", dir, manifestFile)
	}
	m := f.manifest
	cfg, err := f.placed(o.Sets)
	if err != nil {
		return nil, err
	}
	r := &replay{former: f, store: checkpoints.Store{Dir: dir, FS: checkpoints.OS{}}}
	if r.configs, err = cfg.Past(f.history); err != nil {
		return nil, err
	}
	if r.splits, _, r.trainer, err = prepare(ctx, r.configs[0], f.whereabouts(cfg)); err != nil {
		return nil, err
	}
	r.meter = r.trainer.meter()
	if r.kept, err = r.store.List(); err != nil {
		return nil, err
	}
	slices.Sort(r.kept)
	r.kept = slices.DeleteFunc(r.kept, func(step int) bool { return step > m.Step })
	if len(r.kept) == 0 {
		return nil, fmt.Errorf("training: %s has no checkpoint to compare with", dir)
	}
	v := &Verification{Dir: dir, To: r.kept[len(r.kept)-1], Notes: m.notes()}
	if err := r.start(v, o.Last); err != nil {
		return nil, err
	}
	report := newReporter(o.Log, o.Terminal, r.trainer, o.now)
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
		if got := checkpoints.Hash(r.params.All()); got != m.ParamsSHA256 {
			v.Agrees = false
			v.Notes = append(v.Notes, fmt.Sprintf("the manifest says that the weights have SHA-256 %s, its own checkpoint has %s", m.ParamsSHA256, got))
		}
	}
	return v, nil
}

// placed is the run's experiment with other places.
func (f *former) placed(sets []string) (experiments.Config, error) {
	src, err := f.config.YAML()
	if err != nil {
		return experiments.Config{}, err
	}
	cfg, err := experiments.ParseKept(filepath.Join(f.dir, experiments.ConfigFile), src, sets...)
	if err != nil {
		return cfg, err
	}
	for _, d := range cfg.Differences(f.config) {
		if d.Class != experiments.Place {
			return cfg, experiments.Usagef("-verify replays a run as it was: -set %s says more than a place, want data.dir or train.init.from", d.Key)
		}
	}
	return cfg, nil
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
	former  *former
	configs []experiments.Config // before each change of the history, and after the last
	done    int                  // changes that were made
	splits  *data.Splits
	meter   *meter
	store   checkpoints.Store
	kept    []int // steps of checkpoints, rising
	agreed  int   // the last step that was compared
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
		return fmt.Errorf("training: %s: no checkpoint between the last rollback and step %d is left to begin with", v.Dir, v.To)
	case back == 0 && (last <= 0 || len(fit) == 0):
		_, _, err := r.initialise(r.former.origin())
		return err
	}
	step := fit[len(fit)-1]
	if last <= 0 {
		step = fit[0]
	}
	c, err := checkpoints.Read(r.store.Path(step))
	if err != nil {
		return err
	}
	p, err := progressOf(c.Meta)
	if err == nil && len(p.Changes) > len(r.former.history) {
		err = fmt.Errorf("%d changes of the run's keys, want at most the %d that the run has", len(p.Changes), len(r.former.history))
	}
	if err == nil {
		err = r.become(len(p.Changes))
	}
	if err == nil {
		_, err = r.restore(c, r.splits.SHA256, r.meter)
	}
	if err != nil {
		return fmt.Errorf("training: %s: %w", r.store.Path(step), err)
	}
	v.From, r.agreed = step, step
	return nil
}

// become makes the trainer that of the run after some of its changes, with its first weights.
func (r *replay) become(done int) error {
	if done == r.done {
		return nil
	}
	t, err := newTrainer(r.configs[done], r.told)
	if err != nil {
		return err
	}
	t.follow(r.configs[:done+1], r.former.history[:done], r.splits.Train.Len())
	r.trainer, r.meter, r.done = t, t.meter(), done
	return nil
}

// change makes the next change of the run's keys.
func (r *replay) change() error {
	old, state := r.trainer, r.meter.state()
	if err := r.become(r.done + 1); err != nil {
		return err
	}
	if err := r.succeed(old); err != nil {
		return err
	}
	return r.meter.restore(state)
}

// changeDue reports whether the keys change at the step that the replay is at: before its
// next step, or if the checkpoint of this one was saved after that.
func (r *replay) changeDue(at int, saved progress) bool {
	return r.done < len(r.former.history) && r.former.history[r.done].Step <= r.step && (r.step < at || r.done < len(saved.Changes))
}

// origin is what the run's first weights came from, nil for nothing.
func (f *former) origin() *Origin {
	if f.progress.Init != nil {
		return f.progress.Init
	}
	return f.manifest.Init
}

// progressOf is that of a checkpoint.
func progressOf(meta map[string]string) (p progress, err error) {
	if err := untrusted.DecodeJSON([]byte(meta[metaProgress]), &p); err != nil {
		return p, fmt.Errorf("%s: %w", metaProgress, err)
	}
	return p, nil
}

// rollbacksOf is how often a run had been rolled back when a checkpoint was saved, −1 for one
// that cannot be read.
func rollbacksOf(file string) int {
	meta, err := checkpoints.ReadMeta(file)
	if err != nil {
		return -1
	}
	p, err := progressOf(meta)
	if err != nil {
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
	defer func() { stop() }() // another one after a change
	unread := 0
	for _, at := range r.kept {
		if at <= r.step {
			continue
		}
		var saved progress
		c, unreadable := checkpoints.Read(r.store.Path(at))
		if unreadable == nil {
			saved, unreadable = progressOf(c.Meta)
		}
		for r.step < at || r.changeDue(at, saved) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if r.changeDue(at, saved) {
				if err := r.change(); err != nil {
					return err
				}
				stop()
				if step, stop, err = r.stepper(ctx, report); err != nil {
					return err
				}
				continue
			}
			if err := step(); err != nil {
				return err
			}
		}
		if unreadable != nil {
			v.Notes = append(v.Notes, fmt.Sprintf("step %d cannot be compared: %v", at, unreadable))
			unread++
			continue
		}
		v.Checked = append(v.Checked, at)
		own, err := r.checkpoint(r.splits.SHA256, r.meter, progress{})
		if err != nil {
			return err
		}
		if err := r.comparePrior(ctx, own, c); err != nil {
			return err
		}
		if !v.compare(own.Tensors, c.Tensors) {
			v.Between, v.To = &[2]int{r.agreed, at}, at
			return nil
		}
		r.agreed = at
	}
	if len(v.Checked) == 0 {
		return fmt.Errorf("training: %s: no checkpoint after step %d to compare with", v.Dir, r.agreed)
	}
	v.Agrees = unread == 0
	return nil
}

// stepper returns what makes a step.
func (r *replay) stepper(ctx context.Context, report *reporter) (step func() error, stop func(), err error) {
	if m, ok := r.fitted(); ok {
		return func() error {
			r.step = 1
			return m.Fit(ctx, r.splits.Drawn(r.splits.Train, r.cfg.Seed), r.params)
		}, func() {}, nil
	}
	stream, err := r.stream(r.splits)
	if err != nil {
		return nil, nil, err
	}
	next := func() (*data.Batch, error) { return stream.Next(ctx) }
	return func() error {
		start := report.now()
		if err := r.trainer.run(next, r.meter); err != nil {
			return err
		}
		report.step(r.step, r.epoch(r.step-1), report.now().Sub(start), r.meter)
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
