package corpus

import (
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"latentspace/example"
)

// A file of a megabyte raises memory by at most 64 MiB, whatever is in it.
func TestHostileTextsTakeLittleMemory(t *testing.T) {
	const size = 1 << 20
	defer debug.SetGCPercent(debug.SetGCPercent(25)) // so that garbage does not count
	src := rand.New(rand.NewPCG(1, 2))
	random := func(alphabet string, n int) string {
		runes := []rune(alphabet)
		var b strings.Builder
		for b.Len() < n {
			b.WriteRune(runes[src.IntN(len(runes))])
		}
		return b.String()
	}
	var every strings.Builder
	for r := rune(0x4e00); every.Len() < size; r++ {
		if r == 0x9fff {
			r = 0x4e00
		}
		every.WriteRune(r)
		if r%7 == 0 {
			every.WriteByte('\n')
		}
	}
	for name, text := range map[string]string{
		"lines of one letter":      strings.Repeat("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n", size/22),
		"lines of some letters":    random("abcdefgh\n\n\n", size),
		"words of random letters":  random("abcdefghijklmnopqrstuvwxyz  \n", size),
		"one long word":            lines(20) + strings.Repeat("a", size),
		"thousands of characters":  every.String(),
		"marks without any letter": lines(20) + random(".,;:!?-()'\"", size),
	} {
		path := written(t, "a.txt", text)
		for _, unit := range []example.TextUnit{example.Char, example.BPE, example.Word} {
			o := defaults()
			o.Unit = unit
			runtime.GC()
			var before runtime.MemStats
			runtime.ReadMemStats(&before)
			done, most := make(chan bool), make(chan uint64)
			go func() {
				var now runtime.MemStats
				peak := uint64(0)
				for {
					select {
					case <-done:
						most <- peak
						return
					case <-time.After(2 * time.Millisecond):
						runtime.ReadMemStats(&now)
						peak = max(peak, now.HeapAlloc)
					}
				}
			}()
			_, err := Open(t.Context(), path, false, o)
			close(done)
			peak := int64(<-most) - int64(before.HeapAlloc)
			if err != nil || peak > 64<<20 {
				t.Errorf("%s in %s: %v, and %d KiB of memory for %d of text", name, unit, err, peak>>10, size>>10)
			}
		}
	}
}
