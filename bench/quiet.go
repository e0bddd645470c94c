package main

import (
	"runtime"
	"time"

	"latentspace/internal/pace"
	"latentspace/kernel"
)

// attempts bounds how often a measurement is made until the machine is quiet.
const attempts = 5

// quietly calls f, again if the machine was busy before it or after it. Two
// processors of a shared machine do at times the work of one, which slows us and the
// peer down, not alike.
func quietly(f func() error) error {
	for try := range attempts {
		for wait := 0; wait < 20 && !quiet(); wait++ {
			time.Sleep(500 * time.Millisecond)
		}
		if err := f(); err != nil || quiet() || try == attempts-1 {
			return err
		}
	}
	return nil
}

// quiet reports whether all processors together do at least nine tenths of the work
// that one does times their number.
func quiet() bool {
	processors := runtime.GOMAXPROCS(0)
	one := work(1)
	return work(processors) > 0.9*float64(processors)*one
}

// work is how many sums of squares a second are taken in a few hundredths of a
// second, by each of n goroutines of its own array.
func work(n int) float64 {
	const size, window = 1 << 13, 40 * time.Millisecond // in the first cache, and too small to be shared
	rates := make(chan float64)
	for range n {
		go func() {
			x := make([]float32, size)
			kernel.Fill(x, 1)
			rates <- pace.Repeat(time.Now, window, func() { kernel.SumSquares(x) })
		}()
	}
	sum := 0.0
	for range n {
		sum += <-rates
	}
	return sum
}
