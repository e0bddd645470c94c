package metrics

// TokenMatches compares two sequences of tokens, indices from 0 on with −1 behind their end. It
// returns how many tokens x has, for how many of them y has the same at the same place, and whether
// all of both agree.
func TokenMatches(x, y []float32) (right, of int, whole bool) {
	whole = true
	for i, v := range x {
		if v >= 0 {
			of++
			if y[i] == v {
				right++
			}
		}
		whole = whole && v == y[i]
	}
	return right, of, whole
}
