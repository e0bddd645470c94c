package onnx

import (
	"errors"
	"fmt"
	"math"

	"latentspace/models"
	"latentspace/nn"
)

// translation adds what computes an operation, and says where its result is.
type translation func(b *builder, o nn.Operation) error

// translations has every operation that can be exported, by its name in [nn.Operation].
var translations map[string]translation

func init() {
	translations = map[string]translation{
		"input": input, "parameter": given, "state": given, "values": given, "noise": noise, "output": output,

		"add": each("Add"), "sub": each("Sub"), "mul": each("Mul"), "div": each("Div"), "max": each("Max"), "min": each("Min"),
		"exp": each("Exp"), "log": each("Log"), "sqrt": each("Sqrt"), "reciprocal": each("Reciprocal"), "erf": each("Erf"),
		"sin": each("Sin"), "cos": each("Cos"), "tanh": each("Tanh"), "sigmoid": each("Sigmoid"), "softplus": each("Softplus"),
		"relu": each("Relu"), "abs": each("Abs"), "sign": each("Sign"), "round": each("Round"),
		"leaky relu":   number("LeakyRelu", "alpha", "slope"),
		"elu":          number("Elu", "alpha", "alpha"),
		"square":       composed(func(b *builder, x []string) string { return b.add("Mul", []string{x[0], x[0]}) }),
		"scale":        composed(func(b *builder, x []string) string { return b.with("Mul", x[0], attr[float32](b, "c")) }),
		"add scalar":   composed(func(b *builder, x []string) string { return b.with("Add", x[0], attr[float32](b, "c")) }),
		"clamp":        composed(clamp),
		"bounded exp":  composed(boundedExp),
		"step":         composed(func(b *builder, x []string) string { return b.truth(b.with("LessOrEqual", x[0], 0)) }),
		"elu gradient": composed(eluGradient),
		"where":        composed(where),
		"constant":     constantLike,
		"stop":         alias,

		"add row": addRow, "mul row": withVector("Mul", true), "add column": withVector("Add", false), "mul column": withVector("Mul", false),
		"mul each": mulEach, "normalise": normalise, "normalise each": normaliseEach,
		"broadcast": broadcast, "broadcast row": broadcast, "broadcast column": broadcast, "repeat": repeat,

		"sum": sum, "sum of rows": sum, "sum of columns": sum, "sum of an axis": sum,
		"moments": moments, "moments of each": moments,
		"softmax": plainly(func(b *builder, x []string) string { return b.add("Softmax", x, attribute{"axis", -1}) }),
		"log-sum-exp": plainly(func(b *builder, x []string) string {
			return b.add("ReduceLogSumExp", x, attribute{"axes", []int{-1}}, attribute{"keepdims", 0})
		}),

		"reshape": reshape, "slice": slice, "pad": pad, "concat": concat,
		"transpose": plainly(func(b *builder, x []string) string { return b.add("Transpose", x, attribute{"perm", []int{1, 0}}) }),
		"gather":    gather, "one-hot": oneHot, "argmax": plainly(extreme("ArgMax")), "argmin": plainly(extreme("ArgMin")), "top-k": topK,

		"matmul": product, "matmul of each": productOfEach, "conv": product, "transposed conv": product,
		"gru": gru.recurrent, "lstm": lstm.recurrent, "part": part, "attention": attention, "attention step": attentionStep, "windows": windows,
		"average pool": pool("AveragePool"), "max pool": pool("MaxPool"), "upsample": upsample,
	}
}

// docs say what inputs and outputs are.
var docs = map[string]string{
	"x": "examples", "z": "codes", "code": "codes", "mean": "means of the codes", "log_variance": "logarithms of the variances of the codes",
	"about": "what is known of the examples; the metadata has its fields", "token": "the token before, -1 at first", "logits": "of the next token",
}

// input is an input of the graph: pictures with their channels first.
func input(b *builder, o nn.Operation) error {
	name, ok := b.inputs[o.Param]
	if !ok {
		return fmt.Errorf("it reads %q, which is known in training alone", o.Param)
	}
	channels := o.Param == models.InputName && len(o.Shape) == 4
	b.graph.inputs = append(b.graph.inputs, info{name: name, doc: docs[name], dims: dimensions(layout(b.shapes[b.at], channels))})
	if channels {
		b.values[b.at].channels = name
	} else {
		b.values[b.at].plain = name
	}
	return nil
}

// given is a constant, which is added in the layout that is asked for. One for each example is a number
// repeated.
func given(b *builder, _ nn.Operation) error {
	if b.known(b.at) == nil {
		v := attr[[]float32](b, "values")
		if !uniform(v) {
			return errors.New("it has numbers for each example of a batch, want them for any batch")
		}
		b.set(false, b.add("Expand", []string{b.scalar(v[0]), b.sizes(b.shapes[b.at]...)}))
	}
	return nil
}

func noise(_ *builder, o nn.Operation) error {
	return fmt.Errorf("it draws random numbers, %q, and a graph of ONNX is to give the same of the same", o.Param)
}

// output gives the value of an operation the name of an output of the graph.
func output(b *builder, o nn.Operation) error {
	from := o.Inputs[0]
	channels := len(b.shapes[from]) == 4
	value := b.get(from, channels)
	name := b.outputs[len(b.graph.outputs)]
	b.graph.nodes = append(b.graph.nodes, node{name: "/" + name, op: "Identity", in: []string{value}, out: []string{name}})
	b.graph.outputs = append(b.graph.outputs, info{name: name, doc: docs[name], dims: dimensions(layout(b.shapes[from], channels))})
	return nil
}

// alias is the value of the input.
func alias(b *builder, o nn.Operation) error {
	from := o.Inputs[0]
	if b.values[from].channels == "" {
		b.get(from, false)
	}
	b.values[b.at] = b.values[from]
	return nil
}

// composed is an operation on the elements of its inputs, in whichever layout they are.
func composed(f func(b *builder, x []string) string) translation {
	return func(b *builder, o nn.Operation) error {
		channels := b.pictures(o.Inputs...)
		var x []string
		for _, in := range o.Inputs {
			x = append(x, b.get(in, channels))
		}
		b.set(channels, f(b, x))
		return nil
	}
}

// plainly is an operation on its inputs in the layout of the program.
func plainly(f func(b *builder, x []string) string) translation {
	return func(b *builder, o nn.Operation) error {
		b.set(false, f(b, b.plain(o)))
		return nil
	}
}

// each is an operation that ONNX has.
func each(op string) translation {
	return composed(func(b *builder, x []string) string { return b.add(op, x) })
}

// number is an operation that ONNX has, with a number that both name.
func number(op, theirs, ours string) translation {
	return composed(func(b *builder, x []string) string {
		return b.add(op, x, attribute{theirs, attr[float32](b, ours)})
	})
}

// with is an operation on a value and a number.
func (b *builder) with(op, x string, c float32) string { return b.add(op, []string{x, b.scalar(c)}) }

// truth is 1 where something is true, and 0 elsewhere.
func (b *builder) truth(x string) string {
	return b.add("Cast", []string{x}, attribute{"to", elementFloat})
}

// integers are values as whole numbers.
func (b *builder) integers(x string) string {
	return b.add("Cast", []string{x}, attribute{"to", elementInt})
}

func clamp(b *builder, x []string) string {
	lo, hi := attr[float32](b, "lo"), attr[float32](b, "hi")
	in := []string{x[0], "", ""}
	if !math.IsInf(float64(lo), -1) {
		in[1] = b.scalar(lo)
	}
	if !math.IsInf(float64(hi), 1) {
		in[2] = b.scalar(hi)
	}
	return b.add("Clip", in)
}

// boundedExp is eˣ up to a bound, and its tangent there above: exp(min(x, bound))·(1 + max(x − bound, 0)).
func boundedExp(b *builder, x []string) string {
	bound := attr[float32](b, "bound")
	top := b.add("Exp", []string{b.add("Clip", []string{x[0], "", b.scalar(bound)})})
	above := b.add("Relu", []string{b.with("Sub", x[0], bound)})
	return b.add("Mul", []string{top, b.with("Add", above, 1)})
}

// eluGradient is g where y, the result of an ELU, is above 0, and (y + α)·g elsewhere.
func eluGradient(b *builder, x []string) string {
	y, g := x[0], x[1]
	slope := b.with("Add", y, attr[float32](b, "alpha"))
	return b.add("Where", []string{b.with("Greater", y, 0), g, b.add("Mul", []string{slope, g})})
}

// where is the third input where the first is below the second, or where it is not, and 0 elsewhere.
func where(b *builder, x []string) string {
	below := b.add("Less", x[:2])
	if attr[bool](b, "below") {
		return b.add("Where", []string{below, x[2], b.scalar(0)})
	}
	return b.add("Where", []string{below, b.scalar(0), x[2]})
}

func constantLike(b *builder, _ nn.Operation) error {
	b.set(false, b.add("Expand", []string{b.scalar(attr[float32](b, "c")), b.sizes(b.shapes[b.at]...)}))
	return nil
}

// vector is a value of every channel for a tensor of a rank, in one of the layouts.
func (b *builder) vector(i, rank int, channels bool) string {
	if channels {
		return b.reshaped(i, b.all[i].Shape[0], 1, 1)
	}
	return b.get(i, false)
}

// withVector is an operation on a tensor and a vector along its last axis, or along its first.
func withVector(op string, last bool) translation {
	return func(b *builder, o nn.Operation) error {
		x, v := o.Inputs[0], o.Inputs[1]
		channels := b.pictures(x)
		var vector string
		if last {
			vector = b.vector(v, len(o.Shape), channels)
		} else {
			vector = b.get(v, false)
			if axes := axesBut(len(o.Shape), 0); len(axes) > 0 {
				vector = b.add("Unsqueeze", []string{vector, b.whole(axes...)})
			}
		}
		b.set(channels, b.add(op, []string{b.get(x, channels), vector}))
		return nil
	}
}

// addRow adds a vector along the last axis: to a product that nothing else reads, as its bias.
func addRow(b *builder, o nn.Operation) error {
	x := o.Inputs[0]
	if b.waits(x) {
		b.multiply(x, b.get(o.Inputs[1], false))
		return nil
	}
	return withVector("Add", true)(b, o)
}

// normalise is (x − mean)·factor + bias: where the factor is a scale by a deviation that is known, the
// normalisation by the batch of ONNX.
func normalise(b *builder, o nn.Operation) error {
	channels := b.pictures(o.Inputs[0])
	y := b.get(o.Inputs[0], channels)
	if scale, variance, epsilon, ok := b.deviation(o.Inputs[2]); ok && (channels || len(o.Shape) == 2) {
		b.set(channels, b.add("BatchNormalization", []string{
			y, b.get(scale, false), b.get(o.Inputs[3], false), b.get(o.Inputs[1], false), b.get(variance, false),
		}, attribute{"epsilon", epsilon}))
		return nil
	}
	for k, op := range []string{"Sub", "Mul", "Add"} {
		y = b.add(op, []string{y, b.vector(o.Inputs[1+k], len(o.Shape), channels)})
	}
	b.set(channels, y)
	return nil
}

// deviation says of which parts an operation is scale/√(variance + epsilon).
func (b *builder) deviation(i int) (scale, variance int, epsilon float32, ok bool) {
	ratio := b.all[i]
	if ratio.Name != "div" {
		return 0, 0, 0, false
	}
	root := b.all[ratio.Inputs[1]]
	if root.Name != "sqrt" || b.all[root.Inputs[0]].Name != "add scalar" {
		return 0, 0, 0, false
	}
	sum := b.all[root.Inputs[0]]
	for _, a := range sum.Attrs {
		if a.Name == "c" {
			epsilon, ok = a.Value.(float32)
		}
	}
	return ratio.Inputs[0], sum.Inputs[0], epsilon, ok
}

// ofEach is a vector of each example (batch, n) for a tensor in one of the layouts.
func (b *builder) ofEach(i, rank int, channels bool) string {
	v, axes := b.get(i, false), axesBut(rank, 0, rank-1)
	if channels {
		axes = []int{2, 3}
	}
	if len(axes) == 0 {
		return v
	}
	return b.add("Unsqueeze", []string{v, b.whole(axes...)})
}

func mulEach(b *builder, o nn.Operation) error {
	channels := b.pictures(o.Inputs[0])
	b.set(channels, b.add("Mul", []string{b.get(o.Inputs[0], channels), b.ofEach(o.Inputs[1], len(o.Shape), channels)}))
	return nil
}

func normaliseEach(b *builder, o nn.Operation) error {
	channels := b.pictures(o.Inputs[0])
	y := b.get(o.Inputs[0], channels)
	for k, op := range []string{"Sub", "Mul", "Add"} {
		y = b.add(op, []string{y, b.ofEach(o.Inputs[1+k], len(o.Shape), channels)})
	}
	b.set(channels, y)
	return nil
}

// broadcast repeats a number, or a vector along the last axis or the first, to the shape of the result.
func broadcast(b *builder, o nn.Operation) error {
	x := b.get(o.Inputs[0], false)
	if axes := axesBut(len(o.Shape), 0); o.Name == "broadcast column" && len(axes) > 0 {
		x = b.add("Unsqueeze", []string{x, b.whole(axes...)})
	}
	b.set(false, b.add("Expand", []string{x, b.sizes(b.shapes[b.at]...)}))
	return nil
}

// repeat repeats a tensor along a new axis.
func repeat(b *builder, o nn.Operation) error {
	x := b.add("Unsqueeze", []string{b.get(o.Inputs[0], false), b.whole(attr[int](b, "axis"))})
	b.set(false, b.add("Expand", []string{x, b.sizes(b.shapes[b.at]...)}))
	return nil
}

// sum sums over some axes, which are no more in the result.
func sum(b *builder, o nn.Operation) error {
	in := o.Inputs[0]
	rank, axes := len(b.shapes[in]), []int(nil)
	switch o.Name {
	case "sum":
		axes = axesBut(rank)
	case "sum of rows":
		axes = axesBut(rank, rank-1)
	case "sum of columns":
		axes = axesBut(rank, 0)
	default:
		axes = []int{attr[int](b, "axis")}
	}
	if len(axes) == 0 {
		return alias(b, o)
	}
	b.set(false, b.add("ReduceSum", []string{b.get(in, false), b.whole(axes...)}, attribute{"keepdims", 0}))
	return nil
}

// moments are the means and the variances over all axes but the last, or but the first and the last.
func moments(b *builder, o nn.Operation) error {
	in := o.Inputs[0]
	rank, channels := len(b.shapes[in]), b.pictures(in)
	first, last := -1, rank-1
	if o.Name == "moments of each" {
		first = 0
	}
	if channels {
		last = 1
	}
	x, axes := b.get(in, channels), axesBut(rank, first, last)
	if len(axes) == 0 { // of one value each
		b.set(false, b.add("Concat", []string{
			b.add("Unsqueeze", []string{x, b.whole(0)}),
			b.add("Unsqueeze", []string{b.with("Mul", x, 0), b.whole(0)}),
		}, attribute{"axis", 0}))
		return nil
	}
	mean := b.add("ReduceMean", []string{x}, attribute{"axes", axes}, attribute{"keepdims", 1})
	apart := b.add("Sub", []string{x, mean})
	variance := b.add("ReduceMean", []string{b.add("Mul", []string{apart, apart})}, attribute{"axes", axes}, attribute{"keepdims", 0})
	b.set(false, b.add("Concat", []string{
		b.add("Unsqueeze", []string{b.add("Squeeze", []string{mean, b.whole(axes...)}), b.whole(0)}),
		b.add("Unsqueeze", []string{variance, b.whole(0)}),
	}, attribute{"axis", 0}))
	return nil
}

// reshape copies nothing where pictures of one channel are the same in both layouts.
func reshape(b *builder, o nn.Operation) error {
	in, shape := o.Inputs[0], b.shapes[b.at]
	from := b.values[in].channels
	if b.values[in].plain != "" || !flat(b.shapes[in]) || from == "" {
		from = b.get(in, false)
	}
	channels := flat(shape)
	shape = layout(shape, channels)
	open := 0
	for _, s := range shape {
		if !s.fixed() {
			open++
		}
	}
	to := ""
	if open == 1 {
		var dims []int
		for _, s := range shape {
			if s.fixed() {
				dims = append(dims, s.plus)
			} else {
				dims = append(dims, -1)
			}
		}
		to = b.whole(dims...)
	} else {
		to = b.sizes(shape...)
	}
	b.set(channels, b.add("Reshape", []string{from, to}))
	return nil
}

// axis is where an axis is in one of the layouts.
func axis(k int, channels bool) int {
	if !channels {
		return k
	}
	return []int{0, 2, 3, 1}[k]
}

func slice(b *builder, o nn.Operation) error {
	in, n := o.Inputs[0], b.numbers[b.at]
	channels := b.pictures(in)
	b.set(channels, b.add("Slice", []string{
		b.get(in, channels), b.sizes(n["lo"]), b.sizes(n["hi"]), b.whole(axis(n["axis"].plus, channels)),
	}))
	return nil
}

// pad puts zeros before and behind along an axis.
func pad(b *builder, o nn.Operation) error {
	in, n := o.Inputs[0], b.numbers[b.at]
	channels := b.pictures(in)
	k := n["axis"].plus
	lo, whole, part := n["lo"], b.shapes[b.at][k], b.shapes[in][k]
	pads := make([]size, 2*len(o.Shape))
	at := axis(k, channels)
	pads[at] = lo
	pads[len(o.Shape)+at] = size{whole.each - part.each - lo.each, whole.plus - part.plus - lo.plus}
	b.set(channels, b.add("Pad", []string{b.get(in, channels), b.sizes(pads...)}))
	return nil
}

func concat(b *builder, o nn.Operation) error {
	channels := b.pictures(o.Inputs...)
	var x []string
	for _, in := range o.Inputs {
		x = append(x, b.get(in, channels))
	}
	b.set(channels, b.add("Concat", x, attribute{"axis", axis(attr[int](b, "axis"), channels)}))
	return nil
}

// gather takes rows of a table with a row of zeros behind it, which is that of −1.
func gather(b *builder, o nn.Operation) error {
	table := b.shapes[o.Inputs[0]]
	zeros := b.add("Expand", []string{b.scalar(0), b.sizes(append(fixed(1), table[1:]...)...)})
	rows := b.add("Concat", []string{b.get(o.Inputs[0], false), zeros}, attribute{"axis", 0})
	b.set(false, b.add("Gather", []string{rows, b.integers(b.get(o.Inputs[1], false))}, attribute{"axis", 0}))
	return nil
}

// counting is 0, 1, … as floats.
func (b *builder) counting(n int) string {
	return b.constant(fmt.Sprint("counting ", n), fmt.Sprintf("from_0_to_%d", n-1), func() initial {
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(i)
		}
		return initial{dims: []int{n}, floats: v}
	})
}

// oneHot is 1 in the place that an index says, and nowhere for −1.
func oneHot(b *builder, o nn.Operation) error {
	index := b.add("Unsqueeze", []string{b.get(o.Inputs[0], false), b.whole(-1)})
	b.set(false, b.truth(b.add("Equal", []string{index, b.counting(o.Shape[len(o.Shape)-1])})))
	return nil
}

func extreme(op string) func(b *builder, x []string) string {
	return func(b *builder, x []string) string {
		return b.truth(b.add(op, x, attribute{"axis", -1}, attribute{"keepdims", 0}))
	}
}

// topK is 1 in the places of the k largest, the first of equal ones, and 0 elsewhere.
func topK(b *builder, o nn.Operation) error {
	places := b.addAll("TopK", []string{b.get(o.Inputs[0], false), b.sizes(b.numbers[b.at]["k"])}, 2, attribute{"axis", -1})[1]
	index := b.add("Unsqueeze", []string{b.truth(places), b.whole(-1)})
	ones := b.truth(b.add("Equal", []string{index, b.counting(o.Shape[len(o.Shape)-1])}))
	b.set(false, b.add("ReduceSum", []string{ones, b.whole(-2)}, attribute{"keepdims", 0}))
	return nil
}
