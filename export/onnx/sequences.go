package onnx

import (
	"errors"
	"fmt"
	"math"

	"latentspace/kernel"
	"latentspace/nn"
)

// cell says how ONNX has a recurrent layer: its name, the order of its gates among ours, and whether its
// second bias is that of the state.
type cell struct {
	kind  kernel.Cell
	op    string
	gates []int
}

var (
	// gru has z, r and n of our r, z and n.
	gru = cell{kernel.GRU, "GRU", []int{1, 0, 2}}
	// lstm has i, o, f and g of our i, f, o and g.
	lstm = cell{kernel.LSTM, "LSTM", []int{0, 2, 1, 3}}
)

// recurrent translates a layer. Of its results, "part" takes the states after each step, the last state
// and an LSTM's last cell. Steps that are not known are those behind the last that is.
func (c cell) recurrent(b *builder, o nn.Operation) error {
	w, bias, u := b.known(o.Inputs[1]), b.known(o.Inputs[2]), b.known(o.Inputs[3])
	units, inputs := b.all[o.Inputs[3]].Shape[0], b.all[o.Inputs[1]].Shape[0]
	var reset []float32 // the bias of the state
	if c.kind == kernel.GRU {
		reset = b.known(o.Inputs[5])
	}
	if w == nil || bias == nil || u == nil || c.kind == kernel.GRU && reset == nil {
		return errors.New("its weights depend on the input")
	}
	of := func(k, rows int, v []float32) string {
		key, name := b.keyOf(o.Inputs[k])
		return b.constant(key+" gates", name, func() initial {
			return initial{dims: []int{1, len(c.gates) * units, rows}, floats: c.arranged(v, rows, units)}
		})
	}
	key, name := b.keyOf(o.Inputs[2])
	both := b.constant(key+" gates", name, func() initial {
		v := append(c.arranged(bias, 1, units), make([]float32, len(bias))...)
		copy(v[len(v)-len(reset):], reset)
		return initial{dims: []int{1, len(v)}, floats: v}
	})
	first := func(k int) string {
		return b.add("Unsqueeze", []string{b.get(o.Inputs[k], false), b.whole(0)})
	}
	in := []string{b.get(o.Inputs[0], false), of(1, inputs, w), of(3, units, u), both, "", first(4)}
	outputs := 2
	attrs := []attribute{{"direction", "forward"}, {"hidden_size", units}}
	if attr[bool](b, "reverse") {
		attrs[0].value = "reverse"
	}
	if c.kind == kernel.LSTM {
		in, outputs = append(in, first(5)), 3
	} else {
		attrs = append(attrs, attribute{"linear_before_reset", 1})
	}
	masked := len(o.Inputs) > 6
	if masked {
		lengths := b.add("ReduceSum", []string{b.get(o.Inputs[6], false), b.whole(0)}, attribute{"keepdims", 0})
		in[4] = b.add("Cast", []string{lengths}, attribute{"to", elementShort})
	}
	y := b.addAll(c.op, in, outputs, attrs...)
	kept := map[string]string{"states": b.add("Squeeze", []string{y[0], b.whole(1)})}
	for k, name := range []string{"last", "cell"}[:outputs-1] {
		kept[name] = b.add("Squeeze", []string{y[1+k], b.whole(0)})
	}
	if masked { // ONNX has zeros where ours stay as they are
		rest := kept["last"]
		if attr[bool](b, "reverse") {
			rest = b.get(o.Inputs[4], false)
		}
		there := b.with("Greater", b.add("Unsqueeze", []string{b.get(o.Inputs[6], false), b.whole(2)}), 0)
		kept["states"] = b.add("Where", []string{there, kept["states"], rest})
	}
	b.kept[b.at] = kept
	return nil
}

// arranged are weights (rows, gates·units) as (gates·units, rows), with the gates in the order of ONNX.
func (c cell) arranged(v []float32, rows, units int) []float32 {
	out := make([]float32, 0, len(v))
	width := len(c.gates) * units
	for _, gate := range c.gates {
		for k := range units {
			for r := range rows {
				out = append(out, v[r*width+gate*units+k])
			}
		}
	}
	return out
}

// part is one of the results of an operation that has several.
func part(b *builder, o nn.Operation) error {
	from, lo := o.Inputs[0], attr[int](b, "lo")
	of, which := b.all[from], ""
	x := b.all[of.Inputs[0]].Shape
	if of.Name == "attention step" {
		which = "values"
		if lo == 0 {
			which = "y"
		} else if lo == x[0]*x[1]/3 {
			which = "keys"
		}
	} else {
		r := kernel.Recurrent{Steps: x[0], Batch: x[1], Inputs: x[2], Units: b.all[of.Inputs[3]].Shape[0]}
		for _, a := range of.Attrs {
			if a.Name == "reverse" {
				r.Reverse = a.Value == true
			}
		}
		if of.Name == "gru" {
			r.Cell = kernel.GRU
		}
		switch {
		case len(o.Shape) == 3 && lo == r.After().Lo:
			which = "states"
		case lo == r.Last().Lo:
			which = "last"
		case r.Cell == kernel.LSTM && lo == r.LastCell().Lo:
			which = "cell"
		}
	}
	name, ok := b.kept[from][which]
	if !ok {
		return fmt.Errorf("it reads what %q keeps at %d", of.Name, lo)
	}
	b.set(false, name)
	return nil
}

// heads divides (steps, batch, 3·width), or (batch, 3·width) of one step, into q, k and v of each head,
// (batch, heads, steps, features).
func (b *builder) heads(x string, count, features int) (q, k, v string) {
	x = b.add("Reshape", []string{x, b.whole(0, -1, 3, count, features)})
	x = b.add("Transpose", []string{x}, attribute{"perm", []int{2, 1, 3, 0, 4}})
	var parts [3]string
	for i := range parts {
		parts[i] = b.add("Squeeze", []string{b.cut(x, 0, i, i+1), b.whole(0)})
	}
	return parts[0], parts[1], parts[2]
}

// cut is a range of an axis.
func (b *builder) cut(x string, axis, lo, hi int) string {
	return b.add("Slice", []string{x, b.whole(lo), b.whole(hi), b.whole(axis)})
}

// turns are the cosines or the sines of the angles of positions, (positions, features/2).
func (b *builder) turns(steps, features int, sines bool) string {
	name, at := "cosines", 0
	if sines {
		name, at = "sines", features/2
	}
	return b.constant(fmt.Sprint(name, steps, " ", features), name, func() initial {
		all := kernel.Turns(steps, features)
		var v []float32
		for t := range steps {
			v = append(v, all[t*features+at:][:features/2]...)
		}
		return initial{dims: []int{steps, features / 2}, floats: v}
	})
}

// turned are vectors of features turned by angles.
func (b *builder) turned(x string, features int, cos, sin string) string {
	low, high := b.cut(x, -1, 0, features/2), b.cut(x, -1, features/2, features)
	times := func(x, y string) string { return b.add("Mul", []string{x, y}) }
	return b.add("Concat", []string{
		b.add("Sub", []string{times(low, cos), times(high, sin)}),
		b.add("Add", []string{times(high, cos), times(low, sin)}),
	}, attribute{"axis", -1})
}

// attend is softmax(q·kᵀ/√features)·v, over the steps where there is 1; "" for all.
func (b *builder) attend(q, k, v, there string, features int) string {
	k = b.add("Transpose", []string{k}, attribute{"perm", []int{0, 1, 3, 2}})
	s := b.add("MatMul", []string{b.with("Mul", q, float32(1/math.Sqrt(float64(features)))), k})
	if there != "" {
		s = b.add("Where", []string{b.with("Greater", there, 0), s, b.scalar(-1e30)})
	}
	p := b.add("Softmax", []string{s}, attribute{"axis", -1})
	if there != "" {
		p = b.add("Mul", []string{p, there}) // 0 where there is no step at all
	}
	return b.add("MatMul", []string{p, v})
}

// attention is that between all steps.
func attention(b *builder, o nn.Operation) error {
	steps, width, count := o.Shape[0], o.Shape[2], attr[int](b, "heads")
	features := width / count
	q, k, v := b.heads(b.get(o.Inputs[0], false), count, features)
	cos, sin := b.turns(steps, features, false), b.turns(steps, features, true)
	there := ""
	if len(o.Inputs) > 1 {
		known := b.add("Transpose", []string{b.get(o.Inputs[1], false)}, attribute{"perm", []int{1, 0}})
		known = b.truth(b.add("Cast", []string{known}, attribute{"to", elementBool}))
		there = b.add("Unsqueeze", []string{known, b.whole(1, 2)})
	}
	if attr[bool](b, "causal") {
		before := b.constant(fmt.Sprint("before ", steps), "up_to_now", func() initial {
			v := make([]float32, steps*steps)
			for t := range steps {
				for s := range t + 1 {
					v[t*steps+s] = 1
				}
			}
			return initial{dims: []int{steps, steps}, floats: v}
		})
		if there != "" {
			before = b.add("Mul", []string{there, before})
		}
		there = before
	}
	y := b.attend(b.turned(q, features, cos, sin), b.turned(k, features, cos, sin), v, there, features)
	y = b.add("Transpose", []string{y}, attribute{"perm", []int{2, 0, 1, 3}})
	b.set(false, b.add("Reshape", []string{y, b.whole(steps, -1, width)}))
	return nil
}

// attentionStep is one more step, by the keys, which are turned, and the values of those before.
func attentionStep(b *builder, o nn.Operation) error {
	keys := b.all[o.Inputs[1]].Shape
	steps, width, count := keys[1], keys[2], attr[int](b, "heads")
	features := width / count
	position := b.get(o.Inputs[3], false)
	at := b.integers(position)
	q, k, v := b.heads(b.add("Unsqueeze", []string{b.get(o.Inputs[0], false), b.whole(0)}), count, features)
	cos := b.add("Gather", []string{b.turns(steps, features, false), at}, attribute{"axis", 0})
	sin := b.add("Gather", []string{b.turns(steps, features, true), at}, attribute{"axis", 0})
	q, k = b.turned(q, features, cos, sin), b.turned(k, features, cos, sin)
	here := b.add("Unsqueeze", []string{b.add("Equal", []string{b.counting(steps), position}), b.whole(1)})
	next := func(row string, i int) string {
		row = b.add("Reshape", []string{row, b.whole(-1, 1, width)})
		return b.add("Where", []string{here, row, b.get(o.Inputs[i], false)})
	}
	nextKeys, nextValues := next(k, 1), next(v, 2)
	divided := func(all string) string {
		all = b.add("Reshape", []string{all, b.whole(-1, steps, count, features)})
		return b.add("Transpose", []string{all}, attribute{"perm", []int{0, 2, 1, 3}})
	}
	there := b.truth(b.add("LessOrEqual", []string{b.counting(steps), position}))
	y := b.attend(q, divided(nextKeys), divided(nextValues), there, features)
	b.kept[b.at] = map[string]string{
		"y": b.add("Reshape", []string{y, b.whole(-1, width)}), "keys": nextKeys, "values": nextValues,
	}
	return nil
}

// windows are the values of successive steps side by side, with zeros where there is no step.
func windows(b *builder, o nn.Operation) error {
	count, first, apart := attr[int](b, "count"), attr[int](b, "first"), attr[int](b, "apart")
	steps, rank := o.Shape[0], len(o.Shape)
	lo, hi := max(0, -first), max(0, first+(count-1)*apart)
	pads := make([]int, 2*rank)
	pads[0], pads[rank] = lo, hi
	x := b.get(o.Inputs[0], false)
	if lo+hi > 0 {
		x = b.add("Pad", []string{x, b.whole(pads...)})
	}
	var parts []string
	for k := range count {
		at := lo + first + k*apart
		parts = append(parts, b.cut(x, 0, at, at+steps))
	}
	b.set(false, b.add("Concat", parts, attribute{"axis", -1}))
	return nil
}
