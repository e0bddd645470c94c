package metrics_test

import (
	"fmt"

	"latentspace/internal/random"
	"latentspace/metrics"
	"latentspace/tensor"
)

func ExampleMean() {
	m := metrics.Mean([]float64{1, 2, 3, 4, 5})
	fmt.Printf("%.2f ± %.2f\n", m.Value, m.Error)
	// Output: 3.00 ± 0.71
}

// Two sets whose means are 3 apart, each of 200 points in the plane.
func ExampleFrechet() {
	x, y := tensor.New(200, 2), tensor.New(200, 2)
	draws := random.Example(1, "example")
	for i := range x.Data {
		x.Data[i] = float32(draws.Uint64()>>40) / (1 << 24)
		y.Data[i] = x.Data[i]
		if i%2 == 0 {
			y.Data[i] += 3
		}
	}
	d, err := metrics.Frechet(x, y)
	fmt.Printf("%.2f %v\n", d.Value, err)
	// Output: 9.00 <nil>
}
