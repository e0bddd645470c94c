package nearest

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"latentspace/kernel"
	"latentspace/latent/maptest"
	"latentspace/tensor"
)

func clusters(n, d, count int) *tensor.Tensor { return maptest.Clusters(n, d, count, 2) }

// bruteForce sorts all others by their distances.
func bruteForce(s *Space, x *tensor.Tensor, k int) (ids []uint32) {
	for i := range s.N {
		var keys []uint64
		for j := range s.N {
			if j != i {
				square := kernel.SquaredDistance(x.Data[i*s.D:(i+1)*s.D], x.Data[j*s.D:(j+1)*s.D])
				keys = append(keys, uint64(math.Float32bits(float32(square*s.scale*s.scale)))<<32|uint64(j))
			}
		}
		slices.Sort(keys)
		for _, key := range keys[:k] {
			ids = append(ids, uint32(key))
		}
	}
	return ids
}

// find returns the neighbours in the own order of the points.
func find(t *testing.T, x *tensor.Tensor, k int, o Options) (*Space, []uint32) {
	t.Helper()
	s, err := New(context.Background(), x, o)
	if err != nil {
		t.Fatal(err)
	}
	near, err := s.Neighbours(context.Background(), k)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]uint32, len(near.IDs))
	for e, id := range near.IDs {
		ids[s.point(e/k)*k+e%k] = uint32(s.point(int(id)))
	}
	return s, ids
}

func TestNeighboursAreThoseOfBruteForce(t *testing.T) {
	rounded := clusters(900, 3, 2) // many points at equal distances
	for i, v := range rounded.Data {
		rounded.Data[i] = float32(math.Round(float64(v)))
	}
	far := clusters(700, 6, 3)
	kernel.AddScalar(far.Data, far.Data, 1e5) // where float32 has but two digits behind the point
	copies := clusters(3000, 4, 3)
	for i := range 2000 {
		copy(copies.Data[i*4:(i+1)*4], copies.Data[8000:])
	}
	for _, c := range []struct {
		name string
		x    *tensor.Tensor
		k    int
	}{
		{"clusters", clusters(1300, 9, 4), 31},
		{"points on a grid", rounded, 40},
		{"points far from the origin", far, 20},
		{"copies of one point", tensor.New(1200, 4), 25},
		{"copies among others", copies, 25},
		{"all others", clusters(30, 5, 2), 29},
		{"one neighbour", clusters(600, 5, 2), 1},
		{"two points", clusters(2, 5, 2), 1},
	} {
		for name, o := range map[string]Options{"exact": {Search: Exact}, "in all cells": {Search: Clustered, Probes: 1e6}} {
			s, got := find(t, c.x, c.k, o)
			want := bruteForce(s, c.x, c.k)
			for i := range s.N {
				if got, want := got[i*c.k:(i+1)*c.k], want[i*c.k:(i+1)*c.k]; !slices.Equal(got, want) {
					t.Errorf("%s, %s: point %d has the neighbours %v, want %v", c.name, name, i, got, want)
					break
				}
			}
		}
	}
}

func TestClusteredSearchFindsMost(t *testing.T) {
	x := clusters(12_000, 10, 40)
	s, found := find(t, x, 90, Options{Search: Clustered, Probes: 24})
	exact, all := find(t, x, 90, Options{})
	if s.Exact() || !exact.Exact() || s.cells.count() != 71 {
		t.Fatalf("%d cells", s.cells.count())
	}
	both := 0
	for i := range s.N {
		for _, id := range found[i*90 : (i+1)*90] {
			if slices.Contains(all[i*90:(i+1)*90], id) {
				both++
			}
		}
	}
	recall := float64(both) / float64(len(all))
	if recall < 0.96 || recall == 1 {
		t.Errorf("recall %v, want at least 0.96 and not all", recall)
	}
	near, err := s.Neighbours(context.Background(), 90)
	if err != nil {
		t.Fatal(err)
	}
	if told, err := s.Recall(context.Background(), near); err != nil || math.Abs(told-recall) > 0.005 {
		t.Errorf("recall %v, %v, want about %v", told, err, recall)
	}
}

func TestRowsOfFewCandidatesTakeFurtherCells(t *testing.T) {
	x := clusters(2000, 4, 500) // cells of some 100 points
	s, ids := find(t, x, 700, Options{Search: Clustered, Probes: 1})
	if s.cells.count() < 10 {
		t.Fatalf("%d cells", s.cells.count())
	}
	for i := range s.N {
		own := slices.Clone(ids[i*700 : (i+1)*700])
		slices.Sort(own)
		if len(slices.Compact(own)) != 700 || slices.Contains(own, uint32(i)) {
			t.Fatalf("point %d: neighbours twice, or itself", i)
		}
	}
}

func TestNeighboursHaveTheSameBits(t *testing.T) {
	x := clusters(9000, 7, 30)
	for name, o := range map[string]Options{"exact": {}, "clustered": {Search: Clustered, Probes: 3}} {
		var want []uint32
		for _, workers := range []int{1, 2, 4} {
			before := runtime.GOMAXPROCS(workers)
			_, got := find(t, x, 20, o)
			runtime.GOMAXPROCS(before)
			if want == nil {
				want = got
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %d workers: other neighbours", name, workers)
			}
		}
	}
}

// The kernels are those of the environment: the hash is the same on every path.
func TestClusteredNeighboursAreThoseOfThisHash(t *testing.T) {
	_, ids := find(t, clusters(9000, 7, 30), 20, Options{Search: Clustered, Seed: 1})
	hash := sha256.New()
	if err := binary.Write(hash, binary.LittleEndian, ids); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%.12x", hash.Sum(nil)), "0ef76881ba05704ec8e3c226"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNewPointsAreAnsweredOneByOne(t *testing.T) {
	x := clusters(8000, 6, 20)
	base, news := tensor.New(7500, 6), tensor.New(501, 6)
	copy(base.Data, x.Data)
	copy(news.Data, x.Data[7500*6:])
	copy(news.Data[500*6:], []float32{1e30, -1e38, 0, 3, 4, 5}) // far from all
	for name, o := range map[string]Options{"exact": {}, "clustered": {Search: Clustered, Probes: 4}} {
		s, err := New(context.Background(), base, o)
		if err != nil {
			t.Fatal(err)
		}
		all, err := s.Among(context.Background(), news, 12)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range []int{0, 77, 499, 500} {
			one, err := s.Among(context.Background(), &tensor.Tensor{Shape: []int{1, 6}, Data: news.Data[i*6 : (i+1)*6]}, 12)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := all.IDs[i*12:(i+1)*12], one.IDs; !slices.Equal(got, want) {
				t.Errorf("%s: point %d: got %v, by itself %v", name, i, got, want)
			}
			nearest, least := 0, math.Inf(1)
			for j := range base.Shape[0] {
				if d := kernel.SquaredDistance(news.Data[i*6:(i+1)*6], base.Data[j*6:(j+1)*6]); d < least {
					nearest, least = j, d
				}
			}
			if got := s.point(int(one.IDs[0])); i < 500 && got != nearest {
				t.Errorf("%s: point %d: nearest is %d, want %d", name, i, got, nearest)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	x, nan := clusters(300, 4, 3), clusters(300, 4, 3)
	nan.Data[5] = float32(math.NaN())
	s, err := New(context.Background(), x, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ended, end := context.WithCancel(context.Background())
	end()
	for want, f := range map[string]func() error{
		"x: row 1, column 1 is NaN":                             func() error { _, err := New(ended, nan, Options{}); return err },
		"x has shape [1 4]":                                     func() error { _, err := New(ended, tensor.New(1, 4), Options{}); return err },
		"search 0 with -1 probes":                               func() error { _, err := New(ended, x, Options{Probes: -1}); return err },
		"context canceled":                                      func() error { _, err := New(ended, x, Options{Search: Clustered}); return err },
		"300 neighbours among 300 points, want 1 to 299":        func() error { _, err := s.Neighbours(ended, 300); return err },
		"0 neighbours among 300 points":                         func() error { _, err := s.Among(ended, x, 0); return err },
		"new points have shape [2 5], want (points, 4)":         func() error { _, err := s.Among(ended, tensor.New(2, 5), 3); return err },
		"new points: row 1, column 1 is NaN, want a finite":     func() error { _, err := s.Among(ended, nan, 3); return err },
		"300 neighbours among 300 points, want 1":               func() error { _, err := s.NeighboursOf(ended, []int{3}, 300); return err },
		"ranks of the neighbours of 40 points for 2 rows, want": func() error { _, err := s.Excess(ended, &Neighbours{N: 40, K: 1}, []int{1, 2}); return err },
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	for _, o := range []Options{{}, {Search: Clustered}} {
		s, err := New(context.Background(), x, o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Neighbours(ended, 3); !errors.Is(err, context.Canceled) {
			t.Errorf("%v: got %v, want canceled", o, err)
		}
	}
}

func TestProgressReachesTheEnd(t *testing.T) {
	for _, search := range []Search{Exact, Clustered} {
		last := ""
		o := Options{Search: search, Progress: func(done, all int) { last = fmt.Sprint(done, " of ", all) }}
		if find(t, clusters(1000, 3, 4), 5, o); last != "1000 of 1000" {
			t.Errorf("got %s", last)
		}
	}
}

func BenchmarkNeighbours(b *testing.B) {
	for name, o := range map[string]Options{"exact": {}, "clustered": {Search: Clustered}} {
		b.Run(name, func(b *testing.B) {
			x := clusters(10_000, 50, 10)
			for b.Loop() {
				s, err := New(context.Background(), x, o)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := s.Neighbours(context.Background(), 91); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
