// Package kernel has the loops over float32 that everything else is built on:
// products, convolutions, elementwise functions, reductions, updates and noise.
//
// Every kernel gives the same bits for any number of processors and on every path
// of instructions: work is cut into chunks whose size does not depend on it, and
// every sum has a fixed order. Lengths are the caller's duty; a slice that is too
// short panics, as an index does. A destination of an elementwise kernel may be
// one of its inputs.
package kernel

import "runtime"

// For calls f for the chunks of grain of the range [0, n), the last one shorter,
// on all processors, and returns when all are done. A panic of f is the caller's.
// From within f, and while another call is in progress, the chunks run on the
// caller's processor alone.
func For(n, grain int, f func(lo, hi int)) {
	chunks := (n + grain - 1) / grain
	helpers := min(runtime.GOMAXPROCS(0), chunks, maxWorkers) - 1
	if helpers <= 0 || !team.busy.CompareAndSwap(false, true) {
		for lo := 0; lo < n; lo += grain {
			f(lo, min(lo+grain, n))
		}
		return
	}
	team.run(n, grain, helpers, f)
}

// Elementwise loops are cut into chunks of this many elements: some 10 µs of the
// cheap ones, many times what handing out a chunk costs.
const elementGrain = 1 << 14

// functions that cost more per element have smaller chunks.
const functionGrain = 1 << 13
