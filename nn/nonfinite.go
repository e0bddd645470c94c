package nn

import (
	"fmt"
	"maps"
	"slices"

	"latentspace/kernel"
)

// NonFinite runs the program once more, one operation at a time, and describes the first value that is NaN
// or infinite: that of an input or a parameter, or else of the operation whose
// result is the first to have one, by its scope and name, or that refuses its inputs. It returns "" if every
// value is finite. Inputs, noise and parameters must still be those of the run
// in question.
func (p *Program) NonFinite() string {
	for _, name := range slices.Sorted(maps.Keys(p.inputs)) {
		if i := kernel.FirstNonFinite(p.inputs[name]); i >= 0 {
			return fmt.Sprintf("input %s, element %d: %v", name, i, p.inputs[name][i])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.graph.tensors)) {
		if v := p.graph.params.Get(name).Data; kernel.FirstNonFinite(v) >= 0 {
			i := kernel.FirstNonFinite(v)
			return fmt.Sprintf("parameter %s, element %d: %v", name, i, v[i])
		}
	}
	single := newProgram(p.graph, p.roots, p.raw, false, nil)
	for name, in := range p.inputs {
		copy(single.inputs[name], in)
	}
	for i, z := range p.noises {
		copy(single.noises[i].dst, z.dst)
	}
	for i := range single.steps {
		s := &single.steps[i]
		if err := s.do(single.scratch); err != nil {
			return fmt.Sprintf("%s: %v", p.graph.describe(s.node), err)
		}
		if j := kernel.FirstNonFinite(s.out); j >= 0 {
			return fmt.Sprintf("%s, element %d: %v", p.graph.describe(s.node), j, s.out[j])
		}
	}
	return ""
}
