package kernel

// TokenNLL is, for each row of logits l (len(dst), words) and its index, a whole number from 0 to
// words − 1,
//
//	ln Σⱼ e^lⱼ − l[index]
//
// in nats, and 0 for the index −1.
func TokenNLL(dst, logits, index []float32) {
	j := begin(func(j *job, lo, hi int) {
		for r := lo; r < hi; r++ {
			j.x[0][r] = 0
			if k := int(j.x[2][r]); k >= 0 {
				row := j.row(1, r)
				j.x[0][r] = float32(logSumExp(row) - float64(row[k]))
			}
		}
	}, dst, logits, index)
	j.byRow(len(dst), len(logits)/max(1, len(dst)), functionGrain)
}

// TokenNLLGrad is the gradient of [TokenNLL] by the logits, given what that is,
//
//	grad = g·(e^(l − ln Σⱼ e^lⱼ) − 1 at the index, 0 elsewhere)
//
// with a factor g for each row, and zeros for the index −1.
func TokenNLLGrad(grad, logits, index, nll, g []float32) {
	j := begin(func(j *job, lo, hi int) {
		for r := lo; r < hi; r++ {
			d, row := j.row(0, r), j.row(1, r)
			k := int(j.x[2][r])
			if k < 0 {
				clear(d)
				continue
			}
			vec().expMinus(d, row, float64(j.x[3][r])+float64(row[k]))
			d[k]--
			vec().scale(d, d, j.x[4][r])
		}
	}, grad, logits[:len(grad)], index, nll, g)
	j.byRow(len(g), len(grad)/max(1, len(g)), functionGrain)
}
