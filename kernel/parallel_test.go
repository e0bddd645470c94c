package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// withProcessors runs f with GOMAXPROCS n.
func withProcessors(n int, f func()) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
	f()
}

func TestForCoversTheRangeOnce(t *testing.T) {
	for _, workers := range []int{1, 2, 7} {
		withProcessors(workers, func() {
			for n := range 200 {
				for _, grain := range []int{1, 3, 64} {
					counts := make([]atomic.Int32, n)
					For(n, grain, func(lo, hi int) {
						if lo%grain != 0 || hi != min(lo+grain, n) {
							t.Errorf("chunk [%d, %d) of %d by %d", lo, hi, n, grain)
						}
						for i := lo; i < hi; i++ {
							counts[i].Add(1)
						}
					})
					for i := range counts {
						if c := counts[i].Load(); c != 1 {
							t.Fatalf("%d of %d by %d with %d workers: %d calls, want 1", i, n, grain, workers, c)
						}
					}
				}
			}
		})
	}
}

func TestForWithinForAndSideBySide(t *testing.T) {
	withProcessors(4, func() {
		var sum atomic.Int64
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				for range 50 {
					For(8, 1, func(lo, _ int) {
						For(8, 1, func(inner, _ int) { sum.Add(int64(lo * inner)) })
					})
				}
			})
		}
		wait.Wait()
		if got, want := sum.Load(), int64(4*50*28*28); got != want {
			t.Errorf("got %d, want %d", got, want)
		}
	})
}

func TestAPanicIsTheCallers(t *testing.T) {
	for _, workers := range []int{1, 3} {
		withProcessors(workers, func() {
			for range 20 {
				func() {
					defer func() {
						if r := recover(); r != "chunk 5" {
							t.Errorf("recovered %v, want chunk 5", r)
						}
					}()
					For(16, 1, func(lo, _ int) {
						if lo == 5 {
							panic("chunk 5")
						}
					})
				}()
			}
			n := atomic.Int32{}
			For(16, 1, func(_, _ int) { n.Add(1) })
			if n.Load() != 16 {
				t.Errorf("%d chunks after a panic, want 16", n.Load())
			}
		})
	}
}

// TestHelpersSleep wants helpers that were left alone to join again.
func TestHelpersSleep(t *testing.T) {
	withProcessors(3, func() {
		for range 5 {
			var n atomic.Int32
			For(64, 1, func(_, _ int) { n.Add(1) })
			if n.Load() != 64 {
				t.Fatalf("%d chunks, want 64", n.Load())
			}
			time.Sleep(2 * patience)
		}
		for _, h := range team.helpers {
			for range 1000 {
				if h.asleep.Load() {
					break
				}
				time.Sleep(time.Millisecond)
			}
			if !h.asleep.Load() {
				t.Error("a helper without work does not sleep")
			}
		}
	})
}

func BenchmarkFor(b *testing.B) {
	f := func(_, _ int) {}
	for b.Loop() {
		For(2, 1, f)
	}
}
