package fitting

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/kernel"
	"latentspace/latent"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/tensor"
)

// flowPrior is a flow with its weights.
type flowPrior struct {
	latent.Prior
	steps  int
	params *nn.Params
}

var _ latent.Kept = flowPrior{}

// Tensors implements [latent.Kept]: the parameters and the state of the flow, and "steps" ().
func (p flowPrior) Tensors() map[string]*tensor.Tensor {
	all := p.params.All()
	all[flowSteps] = &tensor.Tensor{Shape: []int{}, Data: []float32{float32(p.steps)}}
	return all
}

func flowOf(flow parts.Flow, params *nn.Params, d int) flowPrior {
	return flowPrior{flow.Prior(params, flowScope, d), flow.Steps, params}
}

// readFlow is the inverse of Tensors. The sizes of the network are those of the tensors.
func readFlow(tensors map[string]*tensor.Tensor) (latent.Kept, error) {
	weights := maps.Clone(tensors)
	delete(weights, flowSteps)
	steps, err := flowValue(tensors, flowSteps)
	if err != nil {
		return nil, err
	}
	size := func(name string) int {
		if t := weights[flowScope+"."+name]; t != nil && len(t.Shape) == 1 {
			return t.Shape[0]
		}
		return 0
	}
	flow := parts.Flow{Width: size("in.bias"), Steps: int(steps)}
	for weights[fmt.Sprintf("%s.block%d.second.bias", flowScope, flow.Blocks+1)] != nil {
		flow.Blocks++
	}
	var wrong []string
	flow.Check(func(key, format string, args ...any) {
		wrong = append(wrong, fmt.Sprintf("%s of the network "+format, append([]any{key}, args...)...))
	})
	d := size("mean")
	if len(wrong) == 0 && (d < 1 || float64(flow.Steps) != steps) {
		wrong = append(wrong, fmt.Sprintf("codes of %d values in %v steps, want whole numbers of at least 1", d, steps))
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("the tensors are of no flow: %s", strings.Join(wrong, ", "))
	}
	for _, name := range slices.Sorted(maps.Keys(weights)) {
		t := weights[name]
		if len(t.Data) != tensor.Size(t.Shape) {
			return nil, fmt.Errorf("tensor %s of shape %v has %d values", name, t.Shape, len(t.Data))
		}
		if i := kernel.FirstNonFinite(t.Data); i >= 0 {
			return nil, fmt.Errorf("tensor %s, element %d: %v, want a finite value", name, i, t.Data[i])
		}
	}
	params := nn.RestoredParams(weights)
	g := nn.NewGraph(params, nn.Options{Name: "fitting.flow"})
	in := g.In(flowScope)
	flow.Loss(in, parts.InUnits(in, g.Input("codes", 1, d)), nn.Node{})
	if err := g.Err(); err != nil {
		return nil, err
	}
	return flowOf(flow, params, d), params.CheckUsed()
}

// flowValue returns the only value of a tensor.
func flowValue(tensors map[string]*tensor.Tensor, name string) (float64, error) {
	t := tensors[name]
	if t == nil || len(t.Shape) != 0 || len(t.Data) != 1 {
		return 0, fmt.Errorf("no tensor %s of one value", name)
	}
	return float64(t.Data[0]), nil
}
