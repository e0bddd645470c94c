package training

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// TestLittleGarbageIsKept wants the runtime to collect before there are many more megabytes, with a
// hundred in use, and to do as before afterwards.
func TestLittleGarbageIsKept(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(77))
	used := make([]byte, 100<<20)
	end := collectEarly()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if most := m.HeapAlloc + 2*mostGarbage; m.NextGC > most {
		t.Errorf("with %d bytes in use garbage is collected at %d, want at most %d", m.HeapAlloc, m.NextGC, most)
	}
	end()
	runtime.KeepAlive(used)
	if got := debug.SetGCPercent(77); got != 77 {
		t.Errorf("the share of garbage is %d %% afterwards, want 77 as before", got)
	}
}
