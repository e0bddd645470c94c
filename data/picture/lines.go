package picture

// lines are the last rows that were resampled across, which those of the result are sums of.
type lines struct {
	words       []uint64
	most, width int
}

// reset makes room for so many lines of a width.
func (l *lines) reset(most, width int) {
	l.most, l.width = most, width
	l.words = sized(l.words, most*width)
}

// at is line i. It has the memory of line i − most.
func (l *lines) at(i int) []uint64 {
	i %= l.most
	return l.words[i*l.width : (i+1)*l.width]
}

// mix writes the sum of lines from first on, times weights, and divides its channels by 2¹³.
func (l *lines) mix(dst []uint64, first int, weights []uint64) {
	p := l.at(first)[:len(dst)]
	switch len(weights) {
	case 1: // it is 2¹³
		copy(dst, p)
	case 2:
		q := l.at(first + 1)[:len(dst)]
		v, w := weights[0], weights[1]
		for k, x := range p {
			dst[k] = rounded(x*v + q[k]*w)
		}
	case 3:
		q, r := l.at(first + 1)[:len(dst)], l.at(first + 2)[:len(dst)]
		u, v, w := weights[0], weights[1], weights[2]
		for k, x := range p {
			dst[k] = rounded(x*u + q[k]*v + r[k]*w)
		}
	default:
		l.sum(dst, first, weights)
		for k, sum := range dst {
			dst[k] = rounded(sum)
		}
	}
}

// mixUpper is [lines.mix] of the upper channel alone.
func (l *lines) mixUpper(dst []uint64, first int, weights []uint64) {
	p := l.at(first)[:len(dst)]
	switch len(weights) {
	case 1:
		for k, x := range p {
			dst[k] = upper(x * weights[0])
		}
	case 2:
		q := l.at(first + 1)[:len(dst)]
		v, w := weights[0], weights[1]
		for k, x := range p {
			dst[k] = upper(x*v + q[k]*w)
		}
	default:
		l.sum(dst, first, weights)
		for k, sum := range dst {
			dst[k] = upper(sum)
		}
	}
}

// sum writes the sum of lines times weights.
func (l *lines) sum(dst []uint64, first int, weights []uint64) {
	clear(dst)
	for i, w := range weights {
		line := l.at(first + i)[:len(dst)]
		for k, x := range line {
			dst[k] += x * w
		}
	}
}

// upper divides the upper channel of a word by 2¹³.
func upper(sum uint64) uint64 { return (sum>>(2*lane) + whole/2) >> weightBits }
