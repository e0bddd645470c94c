package training

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/internal/safejson"
	"latentspace/internal/untrusted"
	"latentspace/models"
	"latentspace/rundir"
	"latentspace/training/ranks"
	"latentspace/training/tree"
)

// team is the processes that divide the shards of a step, as one of them sees it. All begin with the
// same weights, join what their shards give in every step, and so have the same weights after it. Each
// evaluates a part of what is held out, and all take the same decisions; only the first writes.
type team struct {
	*ranks.World // nil of a process by itself

	stopping []float32 // the last result of a shard: 1 if this process is asked to stop, else 0
	asked    func() error
	stop     func()
}

// teamOf returns the team of a world, which may be nil.
func teamOf(w *ranks.World) *team {
	if _, of := w.Rank(); of == 1 {
		return &team{}
	}
	return &team{World: w, stopping: make([]float32, 1)}
}

// join makes a trainer one of a team.
func (t *trainer) join(m *team) error {
	if t.team = m; m.World == nil {
		return nil
	}
	if err := m.divides(t.cfg); err != nil {
		return err
	}
	for _, p := range t.phases {
		p.results = append(p.all(), m.stopping)
		p.sums = tree.New(t.shards/m.Count, p.results)
	}
	return nil
}

// divides reports an experiment whose shards the ranks cannot divide equally.
func (m *team) divides(c experiments.Config) error {
	if m.World == nil {
		return nil
	}
	if _, ok := c.Model.(models.Fitted); ok {
		return fmt.Errorf("training: a model of kind %s is fitted at once: there are no shards that %d ranks could divide", c.ModelKind(), m.Count)
	}
	if shards := max(1, c.Train.Shards); shards%m.Count != 0 {
		return fmt.Errorf("training: %d ranks and train.shards: %d, want a number of ranks that divides the shards: a power of two, at most %d", m.Count, shards, shards)
	}
	return nil
}

// own returns the first of the shards that this process runs, and the one after the last.
func (t *trainer) own() (lo, hi int) {
	rank, of := t.team.Rank()
	n := t.shards / of
	return rank * n, (rank + 1) * n
}

// context returns a context that ends when a step has told all ranks that the given one of any of
// them ended, so that all stop after the same step.
func (m *team) context(ctx context.Context) context.Context {
	if m.World == nil {
		return ctx
	}
	all, stop := context.WithCancel(context.WithoutCancel(ctx))
	m.asked, m.stop = ctx.Err, stop
	return all
}

// sayWhetherToStop makes what is asked of this process a part of what its shards give.
func (m *team) sayWhetherToStop() {
	if m.World != nil {
		if m.stopping[0] = 0; m.asked != nil && m.asked() != nil {
			m.stopping[0] = 1
		}
	}
}

// stopIfAnyIs ends the context of all ranks if the shards of any of them said so.
func (m *team) stopIfAnyIs() {
	if m.World != nil && m.stopping[0] > 0 && m.stop != nil {
		m.stop()
	}
}

// sees is one rank's view of a failed step.
type sees struct {
	Where string `json:"where"` // the first value that is not finite, "" if its shards have none
	Terms string `json:"terms"`
	Batch []int  `json:"batch"`
}

// first returns what the first rank sees whose shards have a value that is not finite; what this one
// sees if there is none.
func (m *team) first(own sees) (sees, error) {
	if m.World == nil {
		return own, nil
	}
	text, err := safejson.Marshal(own)
	if err != nil {
		return own, err
	}
	all, err := m.Gather(text)
	if err != nil {
		return own, err
	}
	for _, text := range all {
		var other sees
		if err := untrusted.DecodeJSON(text, &other); err != nil {
			return own, fmt.Errorf("training: %w", err)
		}
		if other.Where != "" {
			return other, nil
		}
	}
	return own, nil
}

// firstError returns the error of the first rank that has one, in its words, on every rank. err is that
// of the exchange.
func (m *team) firstError(own error) (first, err error) {
	if m.World == nil {
		return own, nil
	}
	text := ""
	if own != nil {
		text = own.Error()
	}
	all, err := m.Gather([]byte(text))
	if err != nil {
		return nil, errors.Join(own, err)
	}
	for _, text := range all {
		if len(text) > 0 {
			return errors.New(string(text)), nil
		}
	}
	return nil, nil
}

// ofFirst makes what v points to that of the first rank.
func (m *team) ofFirst(v any) error {
	if m.World == nil {
		return nil
	}
	var own []byte
	if m.First() {
		var err error
		if own, err = safejson.Marshal(v); err != nil {
			return err
		}
	}
	all, err := m.Gather(own)
	if err != nil || m.First() {
		return err
	}
	if err := untrusted.DecodeJSON(all[0], v); err != nil {
		return fmt.Errorf("training: %w", err)
	}
	return nil
}

// samePlan is an error if the ranks are not all of one program, experiment and folder.
func (m *team) samePlan(dir string, cfg experiments.Config, o Options) error {
	if m.World == nil {
		return nil
	}
	program, err := ownHash()
	if err := m.Agree(err); err != nil {
		return err
	}
	if err := m.Same("program", "SHA-256 "+program); err != nil {
		return err
	}
	if err := m.Same("command", fmt.Sprintf("-out %s -fresh=%t -extend=%t", dir, o.Fresh, o.Extend)); err != nil {
		return err
	}
	text, err := cfg.YAML()
	if err := m.Agree(err); err != nil {
		return err
	}
	all, err := m.Gather(text)
	if err != nil {
		return err
	}
	err = nil
	for rank := range all {
		if err == nil {
			err = differs(all[0], all[rank], rank)
		}
	}
	if err := m.Agree(err); err != nil {
		return err
	}
	return m.Agree(m.divides(cfg))
}

// differs reports keys of two ranks' experiments that are not the same, apart from those that say
// where data are.
func differs(first, other []byte, rank int) error {
	a, err := experiments.ParseKept("rank 0", first)
	if err != nil {
		return err
	}
	b, err := experiments.ParseKept(fmt.Sprintf("rank %d", rank), other)
	if err != nil {
		return err
	}
	var keys []string
	for _, d := range b.Differences(a) {
		if d.Class != experiments.Place {
			keys = append(keys, fmt.Sprintf("%s: %s, and rank 0 %s", d.Key, d.Here, d.There))
		}
	}
	if len(keys) > 0 {
		return fmt.Errorf("training: rank %d has another experiment than rank 0: %s", rank, strings.Join(keys, "; "))
	}
	return nil
}

// ownHash is the SHA-256 of the program that runs.
func ownHash() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("training: %w", err)
	}
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("training: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("training: %w", err)
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// open makes and locks the run's folder, once, and moves an old run aside if that is asked for. All
// ranks must see the folder.
func (m *team) open(dir string, o Options) (release func() error, err error) {
	release = func() error { return nil }
	if m.First() {
		release, err = claim(dir, o)
	}
	if err := m.Agree(err); err != nil {
		return release, err
	}
	if _, err = os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("training: there is no folder %s here, and rank 0 has made it: all ranks must see the run's folder", dir)
	}
	return release, m.Agree(err)
}

// enter makes a run that of a team. An error if the ranks do not all begin with the same data and the
// same state, that of a former run if there is one.
func (r *run) enter(m *team, f *former) error {
	err := r.join(m)
	for _, c := range r.configs {
		if err == nil {
			err = m.divides(c)
		}
	}
	if err := m.Agree(err); err != nil || m.World == nil {
		return err
	}
	if err := m.Same("data set", "SHA-256 "+r.splits.SHA256); err != nil {
		return err
	}
	step, tensors := r.step, r.tensors()
	if f != nil && f.checkpoint != nil {
		step, tensors = f.step, f.checkpoint.Tensors
	}
	return m.Same("state of the run", fmt.Sprintf("step %d, SHA-256 of all tensors %s", step, checkpoints.Hash(tensors)))
}

// claim moves an old run aside if that is asked for, and makes and locks the folder.
func claim(dir string, o Options) (release func() error, err error) {
	release = func() error { return nil }
	if o.Fresh {
		aside, err := rundir.MoveAside(dir)
		if err != nil {
			return release, err
		}
		if aside != "" {
			fmt.Fprintf(o.Log, "the old run is now %s\n", aside)
		}
	}
	if release, err = rundir.Claim(dir); err != nil {
		return func() error { return nil }, err
	}
	if err := rundir.Sweep(dir); err != nil {
		fmt.Fprintf(o.Log, "%v\n", err)
	}
	return release, nil
}
