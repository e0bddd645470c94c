package training

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/experiments"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/nn/optim"
	"latentspace/tensor"
	"latentspace/trained/saved"
	"latentspace/training/tree"
)

// trainer is a model in training: its parameters, a compiled program and an
// optimizer for each phase, and the number of steps done.
type trainer struct {
	saved.Course // the last of its laps is now

	told     models.Data // of the training set
	cfg      experiments.Config
	shape    []int // of an example
	params   *nn.Params
	phases   []*phase
	ema      *optim.Average // nil without train.ema
	step     int
	rate     float64  // factor of the learning rate, 1 unless the run was rolled back
	epochs   int      // of the whole run
	batch    int      // examples in an update
	shards   int      // parts of a batch, run one after another
	examples int      // in a step
	perEpoch int      // batches
	trained  []string // names of the parameters that are trained, sorted
	grads    [][]float32
	movers   map[string][]models.Mover // of each moving average
	averaged map[string]*tensor.Tensor // memory for each moving average that train.ema averages
	memory   *nn.Memory                // of the programs, which run one after another
	team     *team                     // that divides the shards
}

// phase is a models.Phase, compiled.
type phase struct {
	models.Phase
	program   *nn.Program
	optimizer *optim.Optimizer
	in        inputs
	terms     []models.Term
	parts     []func(at int, grad []float32) // update parts of the parameters of late gradients
	results   [][]float32                    // of a run: gradients, new state and terms
	sums      *tree.Tree                     // of the shards' results
}

// newTrainer builds a model for a training set.
func newTrainer(cfg experiments.Config, d models.Data) (*trainer, error) {
	n := d.Examples
	t := &trainer{told: d, cfg: cfg, shape: d.Shape(), params: nn.NewParams(cfg.Seed), epochs: cfg.Train.Epochs, rate: 1, Course: saved.Course{PerStep: 1}, memory: &nn.Memory{}, team: &team{}}
	if _, ok := t.fitted(); ok {
		return t, t.prepareFit(n)
	}
	for _, p := range cfg.Model.Phases() {
		t.PerStep = max(t.PerStep, p.Steps())
	}
	if t.batch = min(cfg.Train.Batch, n); t.batch < cfg.Train.Batch && cfg.Demands("train.batch") || n == 0 {
		return nil, fmt.Errorf("training: train.batch: %d, want at most the %d examples of the training set", cfg.Train.Batch, n)
	}
	if err := t.divide(); err != nil {
		return nil, err
	}
	t.perEpoch, t.examples = n/t.batch, t.batch*t.PerStep
	t.Laps = []saved.Lap{{PerEpoch: t.perEpoch, Batch: t.batch}}
	frozen := cfg.Train.Init.Freeze
	// Every phase's graph is built before any is compiled, so that all
	// parameters exist.
	graphs := make([]*nn.Graph, 0, 2)
	losses := make([]models.Loss, 0, 2)
	for _, p := range cfg.Model.Phases() {
		o := nn.Options{Name: "train." + p.Name, Training: true, Frozen: frozen, Seed: cfg.Seed, Memory: t.memory, Half: cfg.Train.Precision == experiments.BF16, Late: cfg.Train.Clip <= 0 && t.shards == 1}
		g, loss, err := p.Graph(t.params, o, t.told, t.batch/t.shards)
		if err != nil {
			return nil, err
		}
		graphs, losses = append(graphs, g), append(losses, loss)
	}
	if err := cfg.Train.Init.CheckScopes(t.params); err != nil {
		return nil, err
	}
	t.movers = models.Movers(cfg.Model.Phases(), graphs)
	for i, p := range cfg.Model.Phases() {
		if still := cfg.Train.Init.Frozen(t.params, p.Train...); len(still) > 0 && len(still) == len(t.params.Trained(p.Train...)) {
			return nil, fmt.Errorf("training: train.init.freeze: %s: leaves phase %s nothing to train", strings.Join(frozen, ", "), p.Name)
		}
		terms := lossTerms(losses[i])
		program, err := nn.CompileStep(graphs[i], losses[i].Total, p.Train, values(terms)...)
		if err != nil {
			return nil, fmt.Errorf("training: phase %s: %w", p.Name, err)
		}
		rule := cfg.Train.Optimizer
		if own, ok := cfg.Train.Optimizers[p.Name]; ok {
			rule = own
		}
		trained := map[string]*tensor.Tensor{}
		for _, g := range program.Grads() {
			trained[g.Name] = g.Param
		}
		q := &phase{Phase: p, program: program, optimizer: optim.New(rule, trained), in: inputsOf(program), terms: terms}
		for _, g := range program.Grads() {
			q.parts = append(q.parts, func(at int, grad []float32) { q.optimizer.UpdatePart(g.Name, g.Param, at, grad) })
		}
		if t.shards > 1 {
			q.results = q.all()
			q.sums = tree.New(t.shards, q.results)
		}
		t.phases = append(t.phases, q)
	}
	still := cfg.Train.Init.Frozen(t.params)
	t.trained = slices.DeleteFunc(t.params.Trained(), func(name string) bool { return slices.Contains(still, name) })
	if cfg.Train.EMA > 0 {
		t.averaged = map[string]*tensor.Tensor{}
		for name := range t.movers {
			if !saved.InAny(name, frozen) { // else it stays as it is
				t.averaged[name] = t.params.Get(name).Clone()
			}
		}
		t.resetAverage()
	}
	return t, nil
}

// resetAverage begins the averages of the weights, and of the layers' moving averages, with the
// present values.
func (t *trainer) resetAverage() {
	averaged := map[string]*tensor.Tensor{}
	for _, name := range t.trained {
		averaged[name] = t.params.Get(name)
	}
	for name := range t.averaged {
		averaged[name] = t.moving(name, t.step)
	}
	t.ema = optim.NewAverage(optim.EMA{Decay: t.cfg.Train.EMA}, averaged)
}

// moving returns a layer's moving average, one of those averaged, corrected for its start. It is
// valid until the next call for the name.
func (t *trainer) moving(name string, steps int) *tensor.Tensor {
	if t.cfg.Train.Init.Keeps(name) {
		return t.params.Get(name)
	}
	return t.params.CorrectedOf(name, t.moves(name, steps), t.averaged[name])
}

// moves returns how often a moving average was moved in the given number of steps.
func (t *trainer) moves(name string, steps int) int {
	return models.Moves(t.movers[name], func(p models.Phase) int { return t.Updates(p, steps) })
}

// lossTerms returns the total, named "loss", and then the terms.
func lossTerms(l models.Loss) []models.Term {
	return append([]models.Term{{Name: "loss", Value: l.Total}}, l.Terms...)
}

func values(terms []models.Term) []nn.Node {
	nodes := make([]nn.Node, len(terms))
	for i, t := range terms {
		nodes[i] = t.Value
	}
	return nodes
}

// meter returns a meter for the terms of the phases.
func (t *trainer) meter() *meter {
	var names []string
	var terms [][]models.Term
	for _, p := range t.phases {
		names, terms = append(names, p.Name), append(terms, p.terms)
	}
	return newMeter(names, terms)
}

// factor returns the factor of the learning rate at the next step, by the schedule, the
// warm-up and the rollbacks.
func (t *trainer) factor() float64 {
	warmup := optim.Warmup{Steps: t.cfg.Train.Warmup}
	return t.rate * warmup.Factor(t.step) * t.cfg.Train.Schedule.Factor(t.time(), float64(t.cfg.Train.Epochs))
}

// time returns the time of the next step, in epochs since the start.
func (t *trainer) time() float64 { return float64(t.Batches(t.step)) / float64(t.perEpoch) }

// run makes one training step: every phase, with its number of updates, on the batches
// that next returns. It adds their terms to m.
func (t *trainer) run(next func() (*data.Batch, error), m *meter) error {
	factor, epoch := t.factor(), t.time()
	for r := range t.PerStep {
		batch, err := next()
		if err != nil {
			return err
		}
		for _, p := range t.phases {
			if r >= p.Steps() || !p.Active(epoch) {
				continue
			}
			now := turn{batch, epoch, uint64(t.step*t.PerStep + r)}
			if err := t.gradients(p, now); err != nil {
				return fmt.Errorf("training: step %d: phase %s: %w", t.step+1, p.Name, err)
			}
			if err := t.update(p, factor, now); err != nil {
				return err
			}
			m.add(p.Name, p.program, p.terms, 1)
		}
	}
	if t.ema != nil {
		t.ema.Step()
		for _, name := range t.trained {
			t.ema.Update(name, t.params.Get(name))
		}
		for name := range t.averaged { // averaged weights need statistics averaged alike
			t.ema.Update(name, t.moving(name, t.step+1))
		}
	}
	t.step++
	return nil
}

// update applies the gradients of a phase, after checking that they are finite.
func (t *trainer) update(p *phase, factor float64, now turn) error {
	for _, term := range p.terms {
		if v := p.program.Scalar(term.Value); math.IsNaN(v) || math.IsInf(v, 0) {
			return t.nonFinite(p, term.Name, v, now)
		}
	}
	grads := p.program.Grads()
	t.grads = t.grads[:0]
	for i := range grads {
		if g := &grads[i]; !g.Late() {
			t.grads = append(t.grads, g.Value)
		} else if !g.Finite() {
			t.grads = append(t.grads, g.Values())
		}
	}
	norm := optim.ClipGlobalNorm(t.grads, t.cfg.Train.Clip)
	if math.IsNaN(norm) || math.IsInf(norm, 0) {
		return t.nonFinite(p, "the gradient's norm", norm, now)
	}
	p.optimizer.Step(factor)
	for i := range grads {
		if g := &grads[i]; g.Late() {
			g.Each(p.parts[i])
		} else {
			p.optimizer.Update(g.Name, g.Param, g.Value)
		}
	}
	p.program.Commit()
	return nil
}

// nonFinite explains a loss or gradient that is NaN or infinite.
func (t *trainer) nonFinite(p *phase, what string, v float64, now turn) error {
	examples, err := t.seek(p, now)
	if err != nil {
		return err
	}
	var terms []string
	for _, term := range p.terms {
		terms = append(terms, fmt.Sprintf("%s %.6g", term.Name, p.program.Scalar(term.Value)))
	}
	first, err := t.team.first(sees{p.program.NonFinite(), strings.Join(terms, ", "), slices.Clone(examples)})
	if err != nil {
		return err
	}
	return &NonFiniteError{
		Step: t.step + 1, Phase: p.Name, What: what, Value: v, Terms: first.Terms, Batch: first.Batch,
		Where: cmp.Or(first.Where, "no single value; the sum of the squares overflows"),
	}
}

// parameters returns the number of trained values.
func (t *trainer) parameters() int {
	n := 0
	for _, name := range t.trained {
		n += t.params.Get(name).Len()
	}
	return n
}

// weights returns the parameters to evaluate and sample with, and the layers' statistics: averaged
// if the run keeps averages, else as they are. Moving averages are corrected for their start.
func (t *trainer) weights() map[string]*tensor.Tensor {
	w := t.moment()
	if t.ema != nil {
		maps.Copy(w, t.ema.Weights())
	}
	return w
}

// moment returns the parameters and the layers' statistics as they are at this step, without
// averages of the run. Moving averages are corrected for their start.
func (t *trainer) moment() map[string]*tensor.Tensor {
	return t.params.Corrected(func(name string) int {
		if t.cfg.Train.Init.Keeps(name) {
			return 0
		}
		return t.moves(name, t.step)
	})
}
