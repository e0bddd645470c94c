package portable

import (
	"fmt"
	"slices"

	"latentspace/nn"
)

// knows are the operations that the twin has, by the names of [nn.Operation]: those of
// web/src/twin/operations.js, and those that a program begins and ends with.
var knows = map[string]bool{
	"add": true, "sub": true, "mul": true, "div": true, "max": true, "min": true,
	"exp": true, "log": true, "sigmoid": true, "softplus": true, "tanh": true, "erf": true, "sin": true, "cos": true, "elu": true, "bounded exp": true,
	"relu": true, "leaky relu": true, "sqrt": true, "square": true, "reciprocal": true, "scale": true, "add scalar": true, "clamp": true,
	"normalise": true, "normalise each": true, "moments": true, "moments of each": true,
	"add row": true, "mul row": true, "add column": true, "mul column": true, "mul each": true,
	"broadcast": true, "broadcast row": true, "broadcast column": true, "constant": true,
	"sum": true, "sum of rows": true, "sum of columns": true, "sum of an axis": true, "repeat": true,
	"slice": true, "pad": true, "concat": true, "part": true, "transpose": true, "gather": true, "one-hot": true,
	"upsample": true, "reshape": true, "stop": true,
	"argmax": true, "gru": true, "lstm": true, "attention step": true,
	"matmul": true, "matmul of each": true, "conv": true, "transposed conv": true,
}

// begins are the names of what a program begins with.
var begins = map[string]bool{"input": true, "parameter": true, "state": true, "values": true}

// views are operations whose result is in the memory of their input.
var views = map[string]bool{"reshape": true, "stop": true, "part": true}

// packed are the inputs of operations that the twin prepares once, and that are to be weights.
var packed = map[string][]int{"conv": {1}, "transposed conv": {1}, "gru": {1, 3}, "lstm": {1, 3}}

// fits reports an operation that the twin does not have. The weights are those of operations that
// depend on no input.
func fits(o nn.Operation, all []nn.Operation, weights []bool) error {
	switch {
	case o.Name == "noise":
		return fmt.Errorf("its decoder draws random numbers, %q", o.Param)
	case !knows[o.Name] && !begins[o.Name]:
		return fmt.Errorf("its decoder has the operation %q, which the page cannot compute", o.Name)
	case o.Name == "conv" && halves(o, all):
		return fmt.Errorf("its decoder has the operation %q with 4×4 taps and a stride of 2, which the page cannot compute", o.Name)
	case slices.ContainsFunc(packed[o.Name], func(i int) bool { return !weights[o.Inputs[i]] }):
		return fmt.Errorf("its decoder has the operation %q with weights that depend on the code, which the page cannot compute", o.Name)
	}
	return nil
}

// halves reports whether the program computes a convolution with fewer multiplications than its
// definition: see kernel/winograd.go.
func halves(o nn.Operation, all []nn.Operation) bool {
	w := all[o.Inputs[1]].Shape
	return w[0] == 4 && w[1] == 4 && attr(o, "stride") == 2
}

// attr is an attribute of an operation, nil if it has none of that name.
func attr(o nn.Operation, name string) any {
	for _, a := range o.Attrs {
		if a.Name == name {
			return a.Value
		}
	}
	return nil
}
