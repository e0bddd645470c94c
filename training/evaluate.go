package training

import (
	"context"
	"fmt"
	"math"

	"latentspace/data"
	"latentspace/experiments"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/rundir"
	"latentspace/tensor"
)

// evaluator measures a model's losses on a data set, with the layers in
// evaluation and noise that is a function of the seed and the batch, so that two
// evaluations of the same weights agree.
type evaluator struct {
	cfg    experiments.Config
	data   models.Data
	params *nn.Params // its own, with the weights of the last call
	graphs map[int][]evalPhase
	memory *nn.Memory
}

type evalPhase struct {
	name    string
	program *nn.Program
	in      inputs
	terms   []models.Term
}

// newEvaluator returns an evaluator for examples of the data. Its programs share memory
// with others.
func newEvaluator(cfg experiments.Config, d models.Data, memory *nn.Memory) *evaluator {
	return &evaluator{cfg: cfg, data: d, params: nn.NewParams(cfg.Seed), graphs: map[int][]evalPhase{}, memory: memory}
}

// phases returns the compiled phases for batches of n examples.
func (e *evaluator) phases(n int) ([]evalPhase, error) {
	if phases, ok := e.graphs[n]; ok {
		return phases, nil
	}
	var phases []evalPhase
	for _, p := range e.cfg.Model.Phases() {
		g, loss, err := p.Graph(e.params, nn.Options{Name: "evaluate." + p.Name, Seed: e.cfg.Seed, Memory: e.memory}, e.data, n)
		if err != nil {
			return nil, err
		}
		terms := lossTerms(loss)
		program, err := nn.Compile(g, values(terms)...)
		if err != nil {
			return nil, fmt.Errorf("training: phase %s: %w", p.Name, err)
		}
		phases = append(phases, evalPhase{p.Name, program, inputsOf(program), terms})
	}
	e.graphs[n] = phases
	return phases, nil
}

// run returns the mean over the examples of each term, for a model of the given
// weights. An empty data set has no metrics. Fewer examples than the losses are defined for are
// an error.
func (e *evaluator) run(ctx context.Context, weights map[string]*tensor.Tensor, ds data.Dataset) (rundir.Metrics, error) {
	n, least := ds.Len(), models.Least(e.cfg.Model)
	if n == 0 {
		return nil, nil
	}
	if n < least {
		return nil, fmt.Errorf("training: evaluation of %d examples, want at least %d, the fewest that the losses are defined for", n, least)
	}
	var m *meter
	var batch *data.Batch
	size := max(e.cfg.Train.Batch, least)
	for lo, hi := 0, 0; lo < n; lo = hi {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if hi = min(lo+size, n); n-hi < least {
			hi = n // too few are left for another batch
		}
		phases, err := e.phases(hi - lo)
		if err != nil {
			return nil, err
		}
		if lo == 0 {
			if err := e.params.Load(weights); err != nil {
				return nil, err
			}
			m = meterOf(phases)
		}
		if batch == nil || batch.X.Shape[0] != hi-lo {
			batch = e.batch(hi - lo)
		}
		if err := e.read(ds, lo, batch); err != nil {
			return nil, err
		}
		for _, p := range phases {
			p.in.fill(batch, 0, 1, float64(e.cfg.Train.Epochs))
			if err := e.measure(p, lo, hi); err != nil {
				return nil, err
			}
			m.add(p.name, p.program, p.terms, float64(hi-lo))
		}
	}
	return m.means(), nil
}

// batch returns a batch of n examples, to be read.
func (e *evaluator) batch(n int) *data.Batch {
	b := &data.Batch{X: tensor.New(append([]int{n}, e.data.Shape()...)...)}
	if width := e.data.About.Width(); width > 0 {
		b.About = tensor.New(n, width)
	}
	return b
}

// read reads the examples from number lo on into a batch for all phases.
func (e *evaluator) read(ds data.Dataset, lo int, b *data.Batch) error {
	var about []float32
	if b.About != nil {
		about = b.About.Data
	}
	return data.ReadBatch(ds, lo, lo+b.X.Shape[0], b.X.Data, about)
}

// measure runs a phase. A term that is NaN or infinite is an error.
func (e *evaluator) measure(p evalPhase, lo, hi int) error {
	p.program.Draw(uint64(lo))
	if err := p.program.RunAll(); err != nil {
		return fmt.Errorf("training: evaluation: %w", err)
	}
	for _, term := range p.terms {
		if v := p.program.Scalar(term.Value); math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("training: evaluation of examples %d to %d: phase %s: %s is %v\n  first in: %s",
				lo, hi-1, p.name, term.Name, v, p.program.NonFinite())
		}
	}
	return nil
}

// Losses returns the mean of every term of the model's losses over a data set, in
// evaluation: of each phase its loss and its terms. With binarize, pixels are drawn
// once and for all. Two calls agree to the bit.
func (t *Trained) Losses(ctx context.Context, ds data.Dataset, binarize bool) (rundir.Metrics, error) {
	if t.evaluator == nil {
		t.evaluator = newEvaluator(t.Config, t.Told, nil)
	}
	if binarize {
		ds = data.Binarized(ds, t.Config.Seed)
	}
	return t.evaluator.run(ctx, t.Weights(), ds)
}

func meterOf(phases []evalPhase) *meter {
	var names []string
	var terms [][]models.Term
	for _, p := range phases {
		names, terms = append(names, p.name), append(terms, p.terms)
	}
	return newMeter(names, terms)
}
