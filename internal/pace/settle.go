package pace

import "slices"

const (
	// near is how far apart two measurements of one rate are at most on an idle machine.
	near = 0.05

	// tries is how often a rate is measured at most until two measurements are near.
	tries = 6
)

// Settle measures a rate that other work on the machine can only lower: at least twice, and again
// until the two best measurements differ by at most 5 %, up to six times. It returns all of them in
// rising order; the last is the best. They are steady if no more than two were needed.
func Settle(measure func() float64) (rates []float64, steady bool) {
	rates = []float64{measure(), measure()}
	for {
		slices.Sort(rates)
		n := len(rates)
		if rates[n-2] >= (1-near)*rates[n-1] || n == tries {
			return rates, n == 2 && rates[0] >= (1-near)*rates[1]
		}
		rates = append(rates, measure())
	}
}
