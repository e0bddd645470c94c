// Package kernel has the loops over float32 that everything else is built on:
// products, convolutions, elementwise functions, reductions, updates and noise.
//
// Every kernel gives the same bits for any number of processors: work is cut into
// chunks whose size does not depend on it, and every sum has a fixed order. No
// kernel allocates an array. Lengths are the caller's duty; a slice that is too
// short panics, as an index does. A destination of an elementwise kernel may be
// one of its inputs.
package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// For calls f for the chunks of grain of the range [0, n), the last one shorter,
// on all processors, and returns when all are done. A panic of f is the caller's.
func For(n, grain int, f func(lo, hi int)) {
	chunks := (n + grain - 1) / grain
	workers := min(runtime.GOMAXPROCS(0), chunks)
	if workers <= 1 {
		for lo := 0; lo < n; lo += grain {
			f(lo, min(lo+grain, n))
		}
		return
	}
	s := share{n: n, grain: grain, f: f}
	s.wait.Add(workers - 1)
	for range workers - 1 {
		go s.help()
	}
	s.work()
	s.wait.Wait()
	if s.panicked {
		panic(s.reason)
	}
}

// share is a range that several goroutines work on.
type share struct {
	n, grain int
	f        func(lo, hi int)
	next     atomic.Int64
	wait     sync.WaitGroup

	mutex    sync.Mutex
	panicked bool
	reason   any
}

func (s *share) help() {
	defer s.wait.Done()
	s.work()
}

func (s *share) work() {
	defer func() {
		if r := recover(); r != nil {
			s.mutex.Lock()
			s.panicked, s.reason = true, r
			s.mutex.Unlock()
		}
	}()
	for {
		lo := (int(s.next.Add(1)) - 1) * s.grain
		if lo >= s.n {
			return
		}
		s.f(lo, min(lo+s.grain, s.n))
	}
}

// Elementwise loops are cut into chunks of this many elements: some 10 µs of the
// cheap ones, many times what handing out a chunk costs.
const elementGrain = 1 << 14

// functions that cost more per element have smaller chunks.
const functionGrain = 1 << 12
