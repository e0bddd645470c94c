package ranks_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"latentspace/training/ranks"
)

// together calls f as each of n ranks at once, which exchange bytes over channels.
func together(n int, f func(w *ranks.World)) {
	type way struct{ from, to int }
	ways := map[way]chan []byte{}
	for from := range n {
		for to := range n {
			ways[way{from, to}] = make(chan []byte, 1)
		}
	}
	var all sync.WaitGroup
	for me := range n {
		all.Go(func() {
			f(&ranks.World{Number: me, Count: n, Exchange: func(with int, send, receive []byte) error {
				if len(send) > ranks.Most || len(receive) > ranks.Most {
					return fmt.Errorf("an exchange of %d and %d bytes", len(send), len(receive))
				}
				ways[way{me, with}] <- slices.Clone(send)
				if got := copy(receive, <-ways[way{with, me}]); got != len(receive) {
					return fmt.Errorf("%d bytes, want %d", got, len(receive))
				}
				return nil
			}})
		})
	}
	all.Wait()
}

// values are those of a rank, of many magnitudes, so that every order of additions has other bits.
func values(rank, n int) []float32 {
	v, r := make([]float32, n), rand.New(rand.NewPCG(uint64(rank), uint64(n)))
	for i := range v {
		u := r.Uint64()
		v[i] = math.Float32frombits(uint32(u)&0x80ffffff | uint32(120+u>>40%12)<<23)
	}
	return v
}

// tree is the sum by its definition.
func tree(lo, hi, i int, all [][]float32) float32 {
	if hi-lo == 1 {
		return all[lo][i]
	}
	mid := (lo + hi) / 2
	return tree(lo, mid, i, all) + tree(mid, hi, i, all)
}

func TestSumIsThatOfTheTree(t *testing.T) {
	for _, count := range []int{1, 2, 4, 8} {
		for _, n := range []int{0, 1, 5, 2048, 2049, 4099, 600_001} {
			all := make([][]float32, count)
			for rank := range all {
				all[rank] = values(rank, n)
			}
			together(count, func(w *ranks.World) {
				v := slices.Clone(all[w.Number])
				if err := w.Sum(v); err != nil {
					t.Errorf("rank %d of %d: %v", w.Number, count, err)
				}
				for i := range v {
					if want := tree(0, count, i, all); math.Float32bits(v[i]) != math.Float32bits(want) {
						t.Errorf("rank %d of %d, value %d of %d: %v, want %v", w.Number, count, i, n, v[i], want)
						return
					}
				}
			})
		}
	}
}

func TestGatherHasWhatEachRankGives(t *testing.T) {
	for _, count := range []int{1, 2, 8} {
		together(count, func(w *ranks.World) {
			for _, size := range []int{0, 3, ranks.Most + 1} {
				all, err := w.Gather(bytes.Repeat([]byte{byte(w.Number)}, size*(w.Number%2)))
				if err != nil || len(all) != count {
					t.Errorf("rank %d of %d: %d, %v", w.Number, count, len(all), err)
					return
				}
				for rank, got := range all {
					if want := bytes.Repeat([]byte{byte(rank)}, size*(rank%2)); !bytes.Equal(got, want) {
						t.Errorf("rank %d of %d has %d bytes of rank %d, want %d of it", w.Number, count, len(got), rank, len(want))
					}
				}
			}
		})
	}
}

// Too much is an error on both sides, so that none waits for the other.
func TestGatherRefusesTooMuch(t *testing.T) {
	together(2, func(w *ranks.World) {
		if _, err := w.Gather(make([]byte, w.Number*(64<<20))); err == nil || !strings.Contains(err.Error(), "want at most 67108864") {
			t.Errorf("rank %d: got %v, want an error of the size", w.Number, err)
		}
	})
}

func TestAnExchangeThatFailsIsTheError(t *testing.T) {
	broken := errors.New("the other is gone")
	w := &ranks.World{Number: 1, Count: 4, Exchange: func(int, []byte, []byte) error { return broken }}
	if err := w.Sum(make([]float32, 3)); !errors.Is(err, broken) {
		t.Errorf("Sum: %v, want %v", err, broken)
	}
	if err := w.Sum(make([]float32, 5000)); !errors.Is(err, broken) {
		t.Errorf("Sum of many: %v, want %v", err, broken)
	}
	if _, err := w.Gather(nil); !errors.Is(err, broken) {
		t.Errorf("Gather: %v, want %v", err, broken)
	}
}

// What another program sends is an error and no panic.
func TestGatherRefusesWhatIsNotOfThisProgram(t *testing.T) {
	for name, say := range map[string]func(call int, receive []byte){
		"a size beyond all": func(_ int, receive []byte) { copy(receive, bytes.Repeat([]byte{255}, 8)) },
		"a block longer than what came": func(call int, receive []byte) {
			if receive[0] = 9; call > 0 {
				receive[0] = 200
			}
		},
		"less than a size": func(_ int, receive []byte) { receive[0] = 5 },
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			w := &ranks.World{Number: 0, Count: 2, Exchange: func(_ int, _, receive []byte) error {
				say(calls, receive)
				calls++
				return nil
			}}
			if _, err := w.Gather([]byte("x")); err == nil || !strings.Contains(err.Error(), "rank 1 gives") {
				t.Errorf("got %v, want an error that names rank 1", err)
			}
		})
	}
}
