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
	m, err := e.part(ctx, weights, ds, 0, 1)
	if err != nil {
		return nil, err
	}
	return m.means(), nil
}

// batchTerms are the terms of the batches of a data set, or of a part of them.
type batchTerms struct {
	meter   *meter // of the terms, which has counted none
	batches []span
	values  []float32 // the terms of each batch; 0 of those that are not of the part
}

// span is the examples of a data set from one up to another.
type span struct{ lo, hi int }

// means returns the mean over the examples of each term.
func (m *batchTerms) means() rundir.Metrics {
	terms := len(m.meter.names)
	for i, b := range m.batches {
		for term, v := range m.values[i*terms : (i+1)*terms] {
			m.meter.count(m.meter.names[term], float64(v), float64(b.hi-b.lo))
		}
	}
	return m.meter.means()
}

// part measures part i of n of the batches of a data set.
func (e *evaluator) part(ctx context.Context, weights map[string]*tensor.Tensor, ds data.Dataset, i, n int) (*batchTerms, error) {
	m := &batchTerms{meter: meterOf(nil)}
	if ds.Len() == 0 {
		return m, nil
	}
	var err error
	if m.batches, err = e.batches(ds.Len()); err != nil {
		return nil, err
	}
	phases, err := e.phases(m.batches[0].hi)
	if err != nil {
		return nil, err
	}
	if err := e.params.Load(weights); err != nil {
		return nil, err
	}
	m.meter = meterOf(phases)
	terms, all := len(m.meter.names), len(m.batches)
	m.values = make([]float32, all*terms)
	var batch *data.Batch
	for at := i * all / n; at < (i+1)*all/n; at++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b := m.batches[at]
		if batch == nil || batch.X.Shape[0] != b.hi-b.lo {
			batch = e.batch(b.hi - b.lo)
		}
		if err := e.read(ds, b.lo, batch); err != nil {
			return nil, err
		}
		if err := e.measure(b, batch, m.values[at*terms:(at+1)*terms]); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// batches divides examples into batches of the size of a shard, or of the fewest that the losses are
// defined for.
func (e *evaluator) batches(n int) ([]span, error) {
	least := models.Least(e.cfg.Model)
	if n < least {
		return nil, fmt.Errorf("training: evaluation of %d examples, want at least %d, the fewest that the losses are defined for", n, least)
	}
	size := max(e.cfg.Train.Batch/max(1, e.cfg.Train.Shards), least)
	var all []span
	for lo, hi := 0, 0; lo < n; lo = hi {
		if hi = min(lo+size, n); n-hi < least {
			hi = n // too few are left for another batch
		}
		all = append(all, span{lo, hi})
	}
	return all, nil
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

// measure puts the terms of a batch, of all phases, into values. One that is NaN or infinite is an error.
func (e *evaluator) measure(of span, batch *data.Batch, values []float32) error {
	phases, err := e.phases(of.hi - of.lo)
	if err != nil {
		return err
	}
	for _, p := range phases {
		p.in.fill(batch, 0, 1, float64(e.cfg.Train.Epochs))
		p.program.Draw(uint64(of.lo))
		if err := p.program.RunAll(); err != nil {
			return fmt.Errorf("training: evaluation: %w", err)
		}
		for _, term := range p.terms {
			v := p.program.Scalar(term.Value)
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("training: evaluation of examples %d to %d: phase %s: %s is %v\n  first in: %s",
					of.lo, of.hi-1, p.name, term.Name, v, p.program.NonFinite())
			}
			values[0], values = float32(v), values[1:]
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
