package columns

import "latentspace/example"

// When numbers become bins.
const (
	fewNumbers  = 40   // up to this number of different numbers, each has a bin
	perBin      = 10   // rows of each, on average
	tiedRows    = 20   // rows of each number of a column that is heavily tied
	mostTied    = 500  // different numbers of it: more are about continuous
	leastTied   = 500  // rows from which on a number may be frequent by share
	share       = 0.05 // of the rows, of a frequent number
	leastLarge  = 100  // rows from which on a very frequent number counts
	largeShare  = 0.2
	binShares   = 100 // bins besides those of frequent numbers, about
	leastPerBin = 20  // rows of a bin of several numbers
	mostInner   = 15  // quantiles within a bin
)

// tied reports whether a column of sorted numbers is one of few numbers, or one in which some come
// again and again, such as zeros: it is learned better in bins than by quantiles.
func tied(sorted []float64) bool {
	n := len(sorted)
	different, most := 0, 0
	runs(sorted, func(lo, hi int) {
		different++
		most = max(most, hi-lo)
	})
	switch {
	case different <= fewNumbers && n >= perBin*different:
		return true
	case n >= leastTied && different <= mostTied && n >= tiedRows*different:
		return true
	case n >= leastTied && float64(most) >= float64(share*float64(n)):
		return true
	}
	return n >= leastLarge && float64(most) >= float64(largeShare*float64(n))
}

// runs calls f with the ends of the runs of equal numbers.
func runs(sorted []float64, f func(lo, hi int)) {
	for i := 0; i < len(sorted); {
		j := i
		for j < len(sorted) && sorted[j] == sorted[i] {
			j++
		}
		f(i, j)
		i = j
	}
}

// fitBins returns bins of sorted numbers: one for each frequent number, and between them ranges of
// about as many rows each.
func fitBins(sorted []float64) []example.Bin {
	n, different, rest := len(sorted), 0, 0
	runs(sorted, func(lo, hi int) {
		if different++; float64(hi-lo) < float64(share*float64(n)) {
			rest += hi - lo
		}
	})
	target := max(leastPerBin, rest/binShares)
	if different <= fewNumbers && n >= perBin*different {
		target = 1
	}
	var bins []example.Bin
	begin := 0 // of the range that is open
	end := func(at int) {
		if at > begin {
			bins = append(bins, binOf(sorted[begin:at]))
		}
		begin = at
	}
	runs(sorted, func(lo, hi int) {
		if hi-lo >= target {
			end(lo)
			end(hi)
		} else if hi-begin >= target {
			end(hi)
		}
	})
	end(n)
	return bins
}

// binOf is the bin of sorted numbers.
func binOf(sorted []float64) example.Bin {
	n := len(sorted)
	b := example.Bin{Lo: sorted[0], Hi: sorted[n-1]}
	if b.Lo == b.Hi {
		return b
	}
	inner := min(mostInner, n-2)
	for k := 1; k <= inner; k++ {
		b.Inner = append(b.Inner, sorted[k*(n-1)/(inner+1)])
	}
	return b
}
