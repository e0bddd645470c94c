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
	"latentspace/experiments"
	"latentspace/internal/atomicfile"
	"latentspace/internal/untrusted"
	"latentspace/rundir"
	"latentspace/tensor"
	"latentspace/trained/saved"
)

// VerifyOptions says how a run is verified.
type VerifyOptions struct {
	Last     int      // least number of steps to replay, 0 for all
	Sets     []string // edits KEY=VALUE of places: of the data, and of the checkpoint that the run began with
	Log      io.Writer
	Terminal bool

	now func() time.Time // the clock of a test
}

// Verify replays a run in memory, all of it or its last steps from a checkpoint, and compares every
// checkpoint that the run keeps, to the bit: weights, the state of the optimizers and averages. A
// checkpoint that cannot be read counts as a difference, and so does a missing one that the
// manifest names. Verify writes nothing. It is an error if the run has made no step, and if the
// data are not the run's. Changes of the run's keys are repeated at their steps. First weights that
// came from a checkpoint are read from it again.
func Verify(ctx context.Context, dir string, o VerifyOptions) (*Verification, error) {
	f, err := readFormer(dir, o.Log)
	if err != nil {
		return nil, err
	}
	if f == nil || f.manifest == nil {
		return nil, fmt.Errorf("training: %s has no %s: it is no run", dir, rundir.ManifestFile)
	}
	m := f.manifest
	cfg, err := f.placed(o.Sets)
	if err != nil {
		return nil, err
	}
	r := &replay{former: f, store: checkpoints.Store{Dir: dir, FS: atomicfile.OS{}}}
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
	v := &Verification{Dir: dir, To: r.kept[len(r.kept)-1], Notes: m.Differs()}
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

// placed returns the run's experiment with other places.
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

// origin returns where the run's first weights came from, nil if from no checkpoint.
func (f *former) origin() *rundir.Origin {
	if f.progress.Init != nil {
		return f.progress.Init
	}
	return f.manifest.Init
}

// progressOf returns the progress in a checkpoint.
func progressOf(meta map[string]string) (p progress, err error) {
	if err := untrusted.DecodeJSON([]byte(meta[saved.MetaProgress]), &p); err != nil {
		return p, fmt.Errorf("%s: %w", saved.MetaProgress, err)
	}
	return p, nil
}

// rollbacksOf returns the number of rollbacks before a checkpoint was saved, −1 if it cannot be
// read.
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

	// Differences from when the run was made, none of which should matter.
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

// firstUnlike returns the first element whose bits differ, −1 if there is none.
func firstUnlike(a, b []float32) int {
	for i, v := range a {
		if math.Float32bits(v) != math.Float32bits(b[i]) {
			return i
		}
	}
	return -1
}
