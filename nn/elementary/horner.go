package elementary

// horner evaluates a polynomial, highest power first.
func horner(coefficients []float64, z float64) float64 {
	y := 0.0
	for _, c := range coefficients {
		y = float64(y*z) + c
	}
	return y
}
