package points

import (
	"context"
	"math"
	"testing"
)

// moments returns the mean and the variance of each axis, over the points of a class.
func moments(s Set, class int) (mean, variance [2]float64, n int) {
	var sum, squares [2]float64
	for i, label := range s.Labels {
		if label != uint32(class) {
			continue
		}
		n++
		for k, v := range s.Values[2*i : 2*i+2] {
			sum[k] += float64(v)
			squares[k] += float64(v) * float64(v)
		}
	}
	for k := range sum {
		mean[k] = sum[k] / float64(n)
		variance[k] = squares[k]/float64(n) - mean[k]*mean[k]
	}
	return mean, variance, n
}

// mixture is points that lie around modes.
type mixture interface {
	drawn
	Modes() [][2]float64
	Spread() float64
}

type drawn interface {
	Draw(ctx context.Context) (Splits, error)
}

// train draws the points to train on.
func train(t *testing.T, d drawn) Set {
	t.Helper()
	splits, err := d.Draw(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return splits[0]
}

func TestMixturesLieAroundTheirModes(t *testing.T) {
	for _, source := range []mixture{
		Ring{Counts: Counts{Train: 20_000, Seed: 1}, Count: 8, Radius: 1, Sigma: 0.05},
		Grid{Counts: Counts{Train: 20_000, Seed: 2}, Side: 3, Spacing: 2, Sigma: 0.1},
	} {
		train := train(t, source)
		modes, sigma := source.Modes(), source.Spread()
		if got, want := len(train.Classes), len(modes); got != want {
			t.Fatalf("%T: %d classes, want %d", source, got, want)
		}
		expected := float64(len(train.Labels)) / float64(len(modes))
		for k, mode := range modes {
			// Five deviations: the mean of n has σ/√n, the variance σ²√(2/n), the count √expected.
			mean, variance, n := moments(train, k)
			if math.Abs(float64(n)-expected) > 5*math.Sqrt(expected) {
				t.Errorf("%T: mode %d has %d points, want about %v", source, k, n, expected)
			}
			for axis := range mean {
				if math.Abs(mean[axis]-mode[axis]) > 5*sigma/math.Sqrt(float64(n)) {
					t.Errorf("%T: mode %d: mean %v, want %v", source, k, mean, mode)
				}
				if math.Abs(variance[axis]/(sigma*sigma)-1) > 5*math.Sqrt(2/float64(n)) {
					t.Errorf("%T: mode %d: variance %v, want %v", source, k, variance, sigma*sigma)
				}
			}
		}
	}
}

func TestModes(t *testing.T) {
	h := 2 * math.Sqrt2 / 2
	for _, c := range []struct {
		source mixture
		want   [][2]float64
	}{
		{Ring{Count: 8, Radius: 2}, [][2]float64{{2, 0}, {h, h}, {0, 2}, {-h, h}, {-2, 0}, {-h, -h}, {0, -2}, {h, -h}}},
		{Grid{Side: 2, Spacing: 3}, [][2]float64{{-1.5, -1.5}, {1.5, -1.5}, {-1.5, 1.5}, {1.5, 1.5}}},
		{Grid{Side: 1, Spacing: 3}, [][2]float64{{0, 0}}},
	} {
		got := c.source.Modes()
		if len(got) != len(c.want) {
			t.Fatalf("%+v: got %d modes, want %d", c.source, len(got), len(c.want))
		}
		for k := range got {
			if math.Hypot(got[k][0]-c.want[k][0], got[k][1]-c.want[k][1]) > 1e-14 {
				t.Errorf("%+v: mode %d: got %v, want %v", c.source, k, got[k], c.want[k])
			}
		}
	}
}

func TestMoonsHaveTheMomentsOfHalfCircles(t *testing.T) {
	// On the upper half circle E cos = 0, E cos² = ½, E sin = 2/π, so the variances
	// are ½ and ½ − 4/π²; the lower moon is the upper one turned by half and moved
	// by (1, ½). Noise adds its square.
	const noise = 0.2
	train := train(t, Moons{Counts: Counts{Train: 40_000, Seed: 1}, Noise: noise})
	up := 2 / math.Pi
	for class, want := range [][2]float64{{0, up}, {1, 0.5 - up}} {
		mean, variance, n := moments(train, class)
		wantVariance := [2]float64{0.5 + noise*noise, 0.5 - up*up + noise*noise}
		for axis := range mean {
			if tolerance := 5 / math.Sqrt(float64(n)); math.Abs(mean[axis]-want[axis]) > tolerance ||
				math.Abs(variance[axis]-wantVariance[axis]) > tolerance {
				t.Errorf("moon %d: mean %v and variance %v, want %v and %v", class, mean, variance, want, wantVariance)
			}
		}
	}
}

func TestSwissRollIsASpiral(t *testing.T) {
	// Without noise the distance r of a point is t/5, and its angle t.
	roll := train(t, SwissRoll{Counts: Counts{Train: 2_000, Seed: 1}})
	n := len(roll.Values) / 2
	var mean float64
	for i := range n {
		x, y := float64(roll.Values[2*i]), float64(roll.Values[2*i+1])
		angle := 5 * math.Hypot(x, y)
		mean += angle / float64(n)
		if angle < 1.5*math.Pi-1e-5 || angle > 4.5*math.Pi+1e-5 {
			t.Fatalf("point %d: angle %v, want 3π/2 to 9π/2", i, angle)
		}
		if sin, cos := math.Sincos(angle); math.Hypot(x-angle/5*cos, y-angle/5*sin) > 1e-5 {
			t.Fatalf("point %d: got (%v, %v), want (%v, %v)", i, x, y, angle/5*cos, angle/5*sin)
		}
	}
	if math.Abs(mean-3*math.Pi) > 5*3*math.Pi/math.Sqrt(12*2000) {
		t.Errorf("mean angle %v, want %v", mean, 3*math.Pi)
	}
	if roll.Labels != nil {
		t.Error("the roll has labels, want none")
	}
}
