package kernel

import (
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/cpu"
)

// maxWorkers bounds the processors that share a loop.
const maxWorkers = 64

// team is the helpers that loops are shared with. Starting a goroutine, or waking
// one, for each loop would cost more than most loops: a helper that has nothing to
// do looks out for the next loop for a while before it sleeps.
var team workers

// workers run one loop at a time. The caller opens it, works on it as the helpers
// that join do, closes it to others, and waits for those that have joined.
type workers struct {
	busy    atomic.Bool // a loop is in progress
	helpers []*helper   // changed while busy only

	// The loop, written before it is opened and read by those who joined.
	n, grain int
	f        func(lo, hi int)

	ticket atomic.Uint64 // number of the loop, then whether it is open, places left, joined
	left   atomic.Int64  // helpers that have joined and left again
	parts  []part        // of the loop, one for each that may work on it

	panicked atomic.Bool
	reason   any // of the first panic
}

// part is a part of the chunks of a loop. Whoever works on a loop begins with a part of
// its own, the same in every loop of as many chunks, because the processor may still have in
// its cache what it wrote there in an earlier one, and then helps with the others.
type part struct {
	next atomic.Int64
	end  int64
	_    cpu.CacheLinePad // the counters are in cache lines of their own
}

// The fields of a ticket.
const (
	joinedBits = 0xff
	placeUnit  = 1 << 8
	placeBits  = 0xff << 8
	openBit    = 1 << 16
	loopUnit   = 1 << 17
)

// run shares a loop with some helpers. The caller has set busy.
func (w *workers) run(n, grain, helpers int, f func(lo, hi int)) {
	for len(w.helpers) < helpers {
		h := &helper{wake: make(chan struct{}, 1), number: len(w.helpers) + 1}
		w.helpers = append(w.helpers, h)
		go h.loop(w)
	}
	w.n, w.grain, w.f = n, grain, f
	w.divide((n+grain-1)/grain, helpers+1)
	w.left.Store(0)
	loop := w.ticket.Load() &^ (joinedBits | placeBits | openBit)
	w.ticket.Store(loop + loopUnit | openBit | uint64(helpers)*placeUnit)
	for _, h := range w.helpers[:helpers] {
		if h.asleep.CompareAndSwap(true, false) {
			h.wake <- struct{}{}
		}
	}

	w.work(0)
	joined := int64(w.close())
	for spins := 0; w.left.Load() != joined; spins++ {
		pause(spins)
	}
	w.f = nil
	reason, panicked := w.reason, w.panicked.Load()
	w.reason = nil
	w.panicked.Store(false)
	w.busy.Store(false)
	if panicked {
		panic(reason)
	}
}

// close lets nobody else join the loop and returns how many have.
func (w *workers) close() uint64 {
	for {
		t := w.ticket.Load()
		if w.ticket.CompareAndSwap(t, t&^openBit) {
			return t & joinedBits
		}
	}
}

// join takes a place in the open loop.
func (w *workers) join() bool {
	for {
		t := w.ticket.Load()
		if t&openBit == 0 || t&placeBits == 0 {
			return false
		}
		if w.ticket.CompareAndSwap(t, t-placeUnit+1) {
			return true
		}
	}
}

// divide makes parts of a loop's chunks.
func (w *workers) divide(chunks, parts int) {
	if cap(w.parts) < parts {
		w.parts = make([]part, maxWorkers)
	}
	w.parts = w.parts[:parts]
	for i := range w.parts {
		w.parts[i].next.Store(int64(chunks * i / parts))
		w.parts[i].end = int64(chunks * (i + 1) / parts)
	}
}

// work runs chunks until none is left, those of a part first.
func (w *workers) work(first int) {
	defer func() {
		if r := recover(); r != nil && w.panicked.CompareAndSwap(false, true) {
			w.reason = r
		}
	}()
	for i := range w.parts {
		p := &w.parts[(first+i)%len(w.parts)]
		for {
			chunk := p.next.Add(1) - 1
			if chunk >= p.end {
				break
			}
			lo := int(chunk) * w.grain
			w.f(lo, min(lo+w.grain, w.n))
		}
	}
}

// helper is a goroutine that joins loops.
type helper struct {
	asleep atomic.Bool
	wake   chan struct{}
	number int // from 1; the caller of a loop is 0
}

// patience is how long a helper looks out for a loop before it sleeps: longer than
// what lies between the loops of a training step.
const patience = 150 * time.Microsecond

func (h *helper) loop(w *workers) {
	seen := uint64(0) // the loop that was joined last, or missed
	for {
		start := time.Now()
		for spins := 0; ; spins++ {
			if t := w.ticket.Load(); t&openBit != 0 && t/loopUnit != seen {
				seen = t / loopUnit
				if w.join() {
					w.work(h.number)
					w.left.Add(1)
				}
				start, spins = time.Now(), 0
			}
			pause(spins)
			if spins%64 == 63 && time.Since(start) > patience {
				break
			}
		}
		h.asleep.Store(true)
		if t := w.ticket.Load(); t&openBit != 0 && t/loopUnit != seen && h.asleep.CompareAndSwap(true, false) {
			continue // a loop was opened before it could be known that h sleeps
		}
		<-h.wake
	}
}

// pause lets some 50 ns pass between two looks at a value, and now and then lets
// other goroutines run.
func pause(spins int) {
	if spins%256 == 255 {
		runtime.Gosched()
		return
	}
	relax()
}
