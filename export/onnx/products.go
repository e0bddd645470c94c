package onnx

import "latentspace/nn"

// product waits for the bias that is added to it, if nothing else reads it.
func product(b *builder, o nn.Operation) error {
	if !b.waits(b.at) {
		b.multiply(b.at, "")
	}
	return nil
}

// waits reports whether an operation is a product that only the sum with a bias reads.
func (b *builder) waits(i int) bool {
	r := b.readers[i]
	if name := b.all[i].Name; len(r) != 1 || name != "matmul" && name != "conv" && name != "transposed conv" {
		return false
	}
	next := b.all[r[0]]
	return next.Name == "add row" && next.Inputs[0] == i
}

// multiply makes the result of the operation that is translated of a product, with a bias or without.
func (b *builder) multiply(i int, bias string) {
	o := b.all[i]
	at := b.at
	b.at = i // its scope and attributes
	var y string
	channels := true
	switch o.Name {
	case "matmul":
		channels, y = false, b.matmul(o, bias)
	case "conv":
		pad := attr[int](b, "pad")
		y = b.convolve("Conv", o, bias, attribute{"pads", []int{pad, pad, pad, pad}})
	default:
		y = b.convolve("ConvTranspose", o, bias, b.transposed(o)...)
	}
	b.at = at
	b.set(channels, y)
}

func (b *builder) matmul(o nn.Operation, bias string) string {
	in := b.plain(o)
	first, second := attr[bool](b, "transpose a"), attr[bool](b, "transpose b")
	if bias == "" && !first && !second {
		return b.add("MatMul", in)
	}
	var attrs []attribute
	if first {
		attrs = append(attrs, attribute{"transA", 1})
	}
	if second {
		attrs = append(attrs, attribute{"transB", 1})
	}
	if bias != "" {
		in = append(in, bias)
	}
	return b.add("Gemm", in, attrs...)
}

// convolve is a convolution of pictures with weights (height, width, in, out), or its adjoint. ONNX has
// the weights of both as (out, in, height, width).
func (b *builder) convolve(op string, o nn.Operation, bias string, attrs ...attribute) string {
	w := b.all[o.Inputs[1]].Shape
	stride := attr[int](b, "stride")
	in := []string{b.get(o.Inputs[0], true), b.permuted(o.Inputs[1], 3, 2, 0, 1)}
	if bias != "" {
		in = append(in, bias)
	}
	return b.add(op, in, append([]attribute{{"kernel_shape", []int{w[0], w[1]}}, {"strides", []int{stride, stride}}}, attrs...)...)
}

// transposed are the padding of a transposed convolution and what its size is above the smallest.
func (b *builder) transposed(o nn.Operation) []attribute {
	x, w := b.all[o.Inputs[0]].Shape, b.all[o.Inputs[1]].Shape
	stride, pad := attr[int](b, "stride"), attr[int](b, "pad")
	more := make([]int, 2)
	for k := range more {
		more[k] = o.Shape[1+k] - ((x[1+k]-1)*stride + w[k] - 2*pad)
	}
	return []attribute{{"pads", []int{pad, pad, pad, pad}}, {"output_padding", more}}
}

// productOfEach is the product of each pair of matrices.
func productOfEach(b *builder, o nn.Operation) error {
	in := b.plain(o)
	for k, name := range []string{"transpose a", "transpose b"} {
		if attr[bool](b, name) {
			in[k] = b.add("Transpose", []string{in[k]}, attribute{"perm", []int{0, 2, 1}})
		}
	}
	b.set(false, b.add("MatMul", in))
	return nil
}

// pool is a pooling over windows without padding.
func pool(op string) translation {
	return func(b *builder, o nn.Operation) error {
		side, stride := attr[int](b, "size"), attr[int](b, "stride")
		b.set(true, b.add(op, []string{b.get(o.Inputs[0], true)}, attribute{"kernel_shape", []int{side, side}}, attribute{"strides", []int{stride, stride}}))
		return nil
	}
}

// upsample repeats every pixel.
func upsample(b *builder, o nn.Operation) error {
	factor := float32(attr[int](b, "factor"))
	scales := b.constant("scales "+b.scalar(factor), "upsample", func() initial {
		return initial{dims: []int{4}, floats: []float32{1, 1, factor, factor}}
	})
	b.set(true, b.add("Resize", []string{b.get(o.Inputs[0], true), "", scales},
		attribute{"coordinate_transformation_mode", "asymmetric"}, attribute{"mode", "nearest"}, attribute{"nearest_mode", "floor"}))
	return nil
}
