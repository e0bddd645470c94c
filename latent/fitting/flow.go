package fitting

import (
	"context"
	"fmt"
	"math"

	"latentspace/internal/random"
	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/nn/optim"
	"latentspace/tensor"
)

// Flow says how a flow is fitted: see [parts.Flow]. A value that is zero stands for its default.
type Flow struct {
	Updates int // of the network, on 256 codes each; 4000
	Width   int // of the network; 256
	Blocks  int // of the network; 3
	Steps   int // from noise to a code, by Heun's method; 20
}

const (
	flowScope   = "flow"
	flowSteps   = "steps"
	flowBatch   = 256
	flowRate    = 0.001 // of Adam; it falls to zero by a cosine
	flowUpdates = 4000
)

// Check reports values that are out of range.
func (f Flow) Check(report func(key, format string, args ...any)) {
	f.network().Check(report)
	if f.Updates < 0 {
		report("updates", "%d, want at least 1, or 0 for %d", f.Updates, flowUpdates)
	}
}

// network is the flow with its defaults.
func (f Flow) network() parts.Flow {
	or := func(n, otherwise int) int {
		if n == 0 {
			return otherwise
		}
		return n
	}
	d := parts.DefaultFlow
	return parts.Flow{Width: or(f.Width, d.Width), Blocks: or(f.Blocks, d.Blocks), Steps: or(f.Steps, d.Steps)}
}

// fitFlow fits a flow by gradient descent, a function of the codes and the seed.
func fitFlow(ctx context.Context, s Spec, z, _ *tensor.Tensor) (latent.Prior, Fitted, error) {
	mean, deviation, err := units(z)
	if err != nil {
		return nil, Fitted{}, fmt.Errorf("fitting: flow: %w", err)
	}
	n, d := z.Shape[0], z.Shape[1]
	flow, params := s.Flow.network(), nn.NewParams(s.Seed)
	g := nn.NewGraph(params, nn.Options{Name: "fitting.flow", Training: true, Seed: s.Seed})
	in := g.In(flowScope)
	loss := flow.Loss(in, parts.InUnits(in, g.Input("codes", flowBatch, d)), nn.Node{})
	program, err := nn.CompileStep(g, loss, []string{flowScope}, loss)
	if err != nil {
		return nil, Fitted{}, fmt.Errorf("fitting: flow: %w", err)
	}
	copy(params.Get(flowScope+".mean").Data, mean)
	copy(params.Get(flowScope+".deviation").Data, deviation)
	params.Get(flowScope + ".known").Data[0] = 1

	weights := map[string]*tensor.Tensor{}
	for _, grad := range program.Grads() {
		weights[grad.Name] = grad.Param
	}
	optimizer := optim.New(optim.Adam{LR: flowRate, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}, weights)
	updates := max(s.Flow.Updates, 0)
	if updates == 0 {
		updates = flowUpdates
	}
	batches, codes := random.NewCodes("fitting.flow", s.Seed), program.Input("codes")
	sum, counted := 0.0, 0
	for i := range updates {
		if ctx.Err() != nil {
			return nil, Fitted{}, fmt.Errorf("fitting: flow: after %d of %d updates: %w", i, updates, context.Cause(ctx))
		}
		if s.Progress != nil {
			s.Progress(i, updates)
		}
		src := batches.At(i)
		for r := range flowBatch {
			at := src.IntN(n) * d
			copy(codes[r*d:(r+1)*d], z.Data[at:at+d])
		}
		program.Draw(uint64(i))
		if err := program.RunAll(); err != nil {
			return nil, Fitted{}, fmt.Errorf("fitting: flow: update %d: %w", i+1, err)
		}
		l := program.Scalar(loss)
		if math.IsNaN(l) || math.IsInf(l, 0) {
			return nil, Fitted{}, fmt.Errorf("fitting: flow: update %d: the loss is %v", i+1, l)
		}
		if i >= updates*9/10 {
			sum, counted = sum+l, counted+1
		}
		optimizer.Step(optim.Cosine{}.Factor(float64(i), float64(updates)))
		for _, grad := range program.Grads() {
			optimizer.Update(grad.Name, grad.Param, grad.Value)
		}
	}
	sum /= float64(counted)
	return flowOf(flow, params, d), Fitted{Updates: updates, FlowLoss: &sum}, nil
}

// units are the mean and the deviation of each value of codes (n, d). Fewer than two codes and one that is not
// finite are errors.
func units(z *tensor.Tensor) (mean, deviation []float32, err error) {
	if len(z.Shape) != 2 || z.Shape[0] < 2 || z.Shape[1] < 1 {
		return nil, nil, fmt.Errorf("codes of shape %v, want at least 2 of at least 1 value", z.Shape)
	}
	if i := kernel.FirstNonFinite(z.Data); i >= 0 {
		return nil, nil, fmt.Errorf("code %d has the value %v, want finite values", i/z.Shape[1], z.Data[i])
	}
	n, d := z.Shape[0], z.Shape[1]
	for j := range d {
		sum, squares := 0.0, 0.0
		for i := range n {
			sum += float64(z.Data[i*d+j])
		}
		m := sum / float64(n)
		for i := range n {
			c := float64(z.Data[i*d+j]) - m
			squares += float64(c * c)
		}
		mean, deviation = append(mean, float32(m)), append(deviation, float32(math.Sqrt(squares/float64(n)+1e-8)))
	}
	return mean, deviation, nil
}
