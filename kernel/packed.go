package kernel

// Packed is an operand of many products and convolutions, such as weights that nobody trains any more, as
// they read it: it is packed once. It is safe for concurrent use.
type Packed struct {
	values []float32
	finite bool // all of its numbers are
}

func newPacked(from []float32, size int) *Packed {
	p := &Packed{values: make([]float32, size), finite: true}
	for _, v := range from {
		p.finite = p.finite && v-v == 0
	}
	return p
}

// PackRight packs the right operand op(B) (k, n) of products.
func PackRight(b []float32, n, k int, transB bool) *Packed {
	p := newPacked(b[:k*n], packedSize(n, k))
	if n*k > 0 {
		s := scratches.get()
		s.prepack(&product{n: n, k: k, b: b, transB: transB}, p.values)
		scratches.put(s)
	}
	return p
}

// PackForward packs the weights of [ConvForward]. The number of pictures does not matter.
func PackForward(w []float32, c Conv) *Packed {
	p := newPacked(w, c.Scratch())
	c.packForward(p.values, w)
	return p
}

// PackData packs the weights of [ConvData]. The number of pictures does not matter.
func PackData(w []float32, c Conv) *Packed {
	p := newPacked(w, c.Scratch())
	c.packData(p.values, w)
	return p
}

// ConvForwardPacked is [ConvForward] with weights of [PackForward].
func ConvForwardPacked(y, x []float32, w *Packed, c Conv, e Epilogue) { c.forward(y, x, w.values, e) }

// ConvDataPacked is [ConvData] with weights of [PackData].
func ConvDataPacked(dx, y []float32, w *Packed, c Conv, e Epilogue) { c.data(dx, y, w.values, e) }

// MatMulPacked is [MatMulThen] with a right operand of [PackRight]. A single row passes over its zeros, so
// that the sign of a zero may be another: see [MatMulSparse].
func MatMulPacked(c, a []float32, b *Packed, m, n, k int, e Epilogue) {
	if m == 0 || n == 0 {
		return
	}
	p := products.get()
	p.set(c, a, nil, m, n, 0, false, false, e)
	p.k, p.a, p.rowStride, p.packed = k, a[:m*k], k, b.values
	if m == 1 && k > 0 && b.finite && tiles().strip != nil && e.Act < ActReLUGrad {
		p.byStrips()
	} else {
		p.run()
	}
	p.release()
}
