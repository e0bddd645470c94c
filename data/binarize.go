package data

import (
	"latentspace/data/keyed"
)

// binarize replaces each probability by a draw, 1 or 0. 1 stays 1 and 0 stays 0;
// between them the chance is the value rounded up to a multiple of 2⁻³².
func binarize(d *keyed.Draws, x []float32) {
	var u uint64
	for k, p := range x {
		if k%2 == 0 {
			u = d.Uint64()
		} else {
			u >>= 32
		}
		x[k] = 0
		if float64(uint32(u)) < float64(p)*(1<<32) {
			x[k] = 1
		}
	}
}
