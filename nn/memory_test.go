package nn

import (
	"math/rand/v2"
	"testing"
)

// randomLives are lives of random times, of which some may take over from others.
func randomLives(seed uint64) []life {
	rng := rand.New(rand.NewPCG(seed, 8))
	var lives []life
	for born := range 60 {
		for range rng.IntN(3) {
			l := life{size: 1 + rng.IntN(100), born: born, dies: born + rng.IntN(20)}
			if rng.IntN(10) == 0 {
				l.dies = forever
			}
			for j := range lives {
				if rng.IntN(2) == 0 && lives[j].dies == born {
					l.over = append(l.over, j)
					if rng.IntN(2) == 0 {
						l.size = lives[j].size
					}
				}
			}
			lives = append(lives, l)
		}
	}
	return lives
}

// TestMemoryIsSharedOnlyBetweenLivesThatDoNotMeet checks every pair of lives that have a value of
// memory in common, and that no life leaves its piece.
func TestMemoryIsSharedOnlyBetweenLivesThatDoNotMeet(t *testing.T) {
	takenOver := 0
	for seed := range uint64(200) {
		lives := randomLives(seed)
		for _, pieces := range [][]int{nil, {300}, {1000, 64}} {
			places, more := share(lives, pieces...)
			for i, a := range lives {
				p := places[i]
				size := more
				if p.piece < len(pieces) {
					size = pieces[p.piece]
				}
				if p.at%line != 0 || p.at+a.size > size {
					t.Fatalf("seed %d: life %d of %d is at %d of a piece of %d, want it in whole lines within", seed, i, a.size, p.at, size)
				}
				for j, b := range lives[:i] {
					q := places[j]
					if p.piece != q.piece || p.at+a.size <= q.at || q.at+b.size <= p.at || b.dies < a.born {
						continue
					}
					// Of a chain within one step, all have the same memory.
					if len(a.over) == 0 || a.born != b.dies || p != q || a.size != b.size {
						t.Fatalf("seed %d: lives %d and %d share memory", seed, j, i)
					}
					takenOver++
				}
			}
		}
	}
	if takenOver == 0 {
		t.Error("no life takes over the memory of another")
	}
}

// TestMemoryIsNearlyTheLeast compares the memory with what the fullest step needs: no plan takes less.
func TestMemoryIsNearlyTheLeast(t *testing.T) {
	least, took := 0, 0
	for seed := range uint64(200) {
		lives := randomLives(seed)
		blocks, _ := blocksOf(lives)
		fullest := 0
		for _, l := range lives {
			sum := 0
			for _, b := range blocks {
				if b.born <= l.born && l.born <= b.dies {
					sum += b.size
				}
			}
			fullest = max(fullest, sum)
		}
		_, more := share(lives)
		least, took = least+fullest, took+more
	}
	if ratio := float64(took) / float64(least); ratio > 1.05 {
		t.Errorf("the plans take %.3f times the least, want at most 1.05", ratio)
	}
}

func TestALifeTakesOverTheMemoryOfOneThatEnds(t *testing.T) {
	places, more := share([]life{
		{size: 40, born: 0, dies: 2}, {size: 80, born: 1, dies: 1}, {size: 30, born: 2, dies: 5},
		{size: 40, born: 2, dies: forever, over: []int{0}}, {size: 80, born: 3, dies: 4}, {size: 10, born: 5, dies: 5},
	})
	if places[3] != places[0] {
		t.Errorf("life 3 is at %v, want it at %v, which it takes over", places[3], places[0])
	}
	// The fullest steps, 3 and 4, need lives 2, 3 and 4: 32 + 48 + 80 in whole lines.
	if more != 160 {
		t.Errorf("%d values of memory, want 160", more)
	}
}
