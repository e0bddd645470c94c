package main

import (
	"fmt"
	"math"
	"runtime"
	"strconv"
	"time"

	"latentspace/internal/pace"
	"latentspace/kernel"
)

// shape is a matrix product that training has, or a square one.
type shape struct {
	m, n, k        int
	transA, transB bool
}

var shapes = []shape{
	{512, 512, 512, false, false},
	{1024, 1024, 1024, false, false},
	{128, 400, 784, false, false},
	{784, 400, 128, true, false},
	{128, 784, 400, false, true},
	{128, 20, 400, false, false},
	{128, 400, 20, false, false},
}

// products compares matrix products, on one processor and on two.
func (b *bench) products() error {
	for threads := 1; threads <= min(2, runtime.NumCPU()); threads++ {
		head(fmt.Sprintf("product m×n×k, %d threads", threads), "OpenBLAS")
		sum := 0.0
		for _, s := range shapes {
			var ours, peers []float64
			var rate float64
			for range b.rounds {
				if err := quietly(func() error { rate = s.gflops(threads); return nil }); err != nil {
					return err
				}
				ours = append(ours, rate)
				if b.hasBLAS {
					m, err := b.peer.run(setting{env: []string{"OPENBLAS_NUM_THREADS=" + strconv.Itoa(threads), "OMP_WAIT_POLICY=PASSIVE"}}, append([]string{"product"}, s.args(threads)...)...)
					if err != nil {
						return err
					}
					peers = append(peers, m.GFLOPS)
				}
			}
			row(s.String(), "GFLOP/s", median(ours), median(peers), median(ours)/median(peers))
			sum += math.Log(median(ours) / median(peers))
		}
		if b.hasBLAS {
			fmt.Printf("| geometric mean | | | %.2f |\n", math.Exp(sum/float64(len(shapes))))
		}
		fmt.Println()
	}
	return nil
}

func (s shape) String() string {
	t := map[bool]string{false: "N", true: "T"}
	return fmt.Sprintf("%d×%d×%d %s%s", s.m, s.n, s.k, t[s.transA], t[s.transB])
}

func (s shape) args(threads int) []string {
	flag := map[bool]int{true: 1}
	return []string{strconv.Itoa(s.m), strconv.Itoa(s.n), strconv.Itoa(s.k),
		strconv.Itoa(flag[s.transA]), strconv.Itoa(flag[s.transB]), strconv.Itoa(threads)}
}

// gflops is the best of five windows of our product, as peer.py takes it.
func (s shape) gflops(threads int) float64 {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
	a, b, c := make([]float32, s.m*s.k), make([]float32, s.k*s.n), make([]float32, s.m*s.n)
	key := kernel.Seed(1, "bench")
	kernel.Uniform(a, key)
	kernel.Uniform(b, key)
	flop := 2 * float64(s.m) * float64(s.n) * float64(s.k)
	repeat := max(3, int(6e9/flop))
	best := 0.0
	for window := range 6 {
		rate := pace.Repeat(time.Now, 0, func() {
			for range repeat {
				kernel.MatMul(c, a, b, s.m, s.n, s.k, s.transA, s.transB, false)
			}
		})
		if window > 0 {
			best = max(best, flop*float64(repeat)*rate/1e9)
		}
	}
	return best
}
