package data

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"
)

// moments returns the mean and the variance of each axis, over the examples of a
// class or, for −1, over all.
func moments(t *testing.T, ds Dataset, class int) (mean, variance [2]float64, n int) {
	t.Helper()
	var sum, squares [2]float64
	var p [2]float32
	var labels []int
	if class >= 0 {
		labels = labelsOf(t, ds)
	}
	for i := range ds.Len() {
		if class >= 0 && labels[i] != class {
			continue
		}
		if err := ds.Read(i, p[:]); err != nil {
			t.Fatal(err)
		}
		n++
		for k, v := range p {
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

func open(t *testing.T, s Source) *Splits {
	t.Helper()
	splits, err := s.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return splits
}

func TestMixturesLieAroundTheirModes(t *testing.T) {
	for _, source := range []Mixture{
		Ring{Points: Points{Train: 20_000, Seed: 1}, Count: 8, Radius: 1, Sigma: 0.05},
		Grid{Points: Points{Train: 20_000, Seed: 2}, Side: 3, Spacing: 2, Sigma: 0.1},
	} {
		train := open(t, source).Train
		modes, sigma := source.Modes(), source.Spread()
		class, _ := ClassField(train)
		if got, want := len(class.Words), len(modes); got != want {
			t.Fatalf("%T: %d classes, want %d", source, got, want)
		}
		expected := float64(train.Len()) / float64(len(modes))
		for k, mode := range modes {
			// Five deviations: the mean of n has σ/√n, the variance σ²√(2/n), the count √expected.
			mean, variance, n := moments(t, train, k)
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
		source Mixture
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
	train := open(t, Moons{Points: Points{Train: 40_000, Seed: 1}, Noise: noise}).Train
	up := 2 / math.Pi
	for class, want := range [][2]float64{{0, up}, {1, 0.5 - up}} {
		mean, variance, n := moments(t, train, class)
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
	ds := open(t, SwissRoll{Points: Points{Train: 2_000, Seed: 1}}).Train
	var p [2]float32
	var mean float64
	for i := range ds.Len() {
		if err := ds.Read(i, p[:]); err != nil {
			t.Fatal(err)
		}
		x, y := float64(p[0]), float64(p[1])
		angle := 5 * math.Hypot(x, y)
		mean += angle / float64(ds.Len())
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
	if _, ok := ds.(Described); ok {
		t.Error("the roll has labels, want none")
	}
}

func TestPointsDependOnSeedSplitAndIndexAlone(t *testing.T) {
	first := func(n int, seed uint64) *Splits {
		return open(t, Ring{Points: Points{Train: n, Valid: n, Test: n, Seed: seed}, Count: 8, Radius: 1, Sigma: 0.05})
	}
	point := func(ds Dataset) (p [2]float32) {
		if err := ds.Read(3, p[:]); err != nil {
			t.Fatal(err)
		}
		return p
	}
	few, many, other := first(4, 1), first(9, 1), first(4, 2)
	if point(few.Train) != point(many.Train) || point(few.Test) != point(many.Test) {
		t.Error("a point depends on the number of points")
	}
	if point(few.Train) == point(few.Valid) || point(few.Valid) == point(few.Test) {
		t.Error("two splits have the same point")
	}
	if point(few.Train) == point(other.Train) || few.SHA256 == other.SHA256 {
		t.Error("two seeds have the same points")
	}
	if few.SHA256 != first(4, 1).SHA256 || few.SHA256 == many.SHA256 {
		t.Error("the digest is not one of the points")
	}
}

func TestDigestOfPointsIsOfLittleEndianNumbers(t *testing.T) {
	// 1.0 is 0x3f800000 and −2.0 is 0xc0000000.
	set := labeledPoints{points: points{values: []float32{1, -2}}, labels: []uint32{258}}
	var b bytes.Buffer
	set.digest(&b)
	if want := []byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 2, 1, 0, 0}; !bytes.Equal(b.Bytes(), want) {
		t.Errorf("got % x, want % x", b.Bytes(), want)
	}
}

func TestPointsHaveTheSameBitsEverywhere(t *testing.T) {
	// Pinned: a change of a digest is a change of the data, for the changelog.
	some := Points{Train: 100, Valid: 10, Test: 10, Seed: 1}
	for _, c := range []struct {
		source Source
		want   string
	}{
		{Ring{Points: some, Count: 7, Radius: 1, Sigma: 0.05}, "8f0291bf2a00352a5394460fd030a50233f83ac0dea9770a9d3fb526af8143e5"},
		{Grid{Points: some, Side: 5, Spacing: 2, Sigma: 0.05}, "70a0c70e766e636fbec3eba7a18e7209d3382dd51bbe1ee0177bc8374fdc3232"},
		{Moons{Points: some, Noise: 0.1}, "c31fc2538d17c31166d9a2f849ee2e2e777c1e71f9592a8d3e5b64f12154ee74"},
		{SwissRoll{Points: some, Noise: 0.1}, "9448a438ba15e3fc9a9181051dc45264ab68cabca6b15ada3fa334b037279a05"},
	} {
		if got := open(t, c.source).SHA256; got != c.want {
			t.Errorf("%T: SHA-256 %s, want %s", c.source, got, c.want)
		}
	}
}

func TestOpenNamesEveryOptionOutsideItsRange(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name   string
		source Source
		want   []string
	}{
		{"a ring of nothing", Ring{Sigma: -1, Radius: nan}, []string{
			"data: ring: train: 0, want a number from 1 to 10000000",
			"data: ring: modes: 0, want a number from 1 to 10000",
			"data: ring: radius: NaN, want a number from 0 to 1e+06",
			"data: ring: sigma: -1, want a number from 0 to 1e+06"}},
		{"a grid too large", Grid{Points: Points{Train: 1, Valid: -1, Test: 1 << 30}, Side: 101, Spacing: math.Inf(1)}, []string{
			"data: grid: valid: -1, want a number from 0 to 10000000",
			"data: grid: test: 1073741824, want a number from 0 to 10000000",
			"data: grid: side: 101, want a number from 1 to 100",
			"data: grid: spacing: +Inf, want a number from 0 to 1e+06"}},
		{"moons with negative noise", Moons{Points: defaultPoints, Noise: -0.1}, []string{
			"data: moons: noise: -0.1, want a number from 0 to 1e+06"}},
		{"a roll with infinite noise", SwissRoll{Points: defaultPoints, Noise: math.Inf(1)}, []string{
			"data: swissroll: noise: +Inf, want a number from 0 to 1e+06"}},
	} {
		_, err := c.source.Open(t.Context())
		if want := strings.Join(c.want, "\n"); err == nil || err.Error() != want {
			t.Errorf("%s: got error %v, want %q", c.name, err, want)
		}
	}
}

func TestEverySourceTakesItsDefaultsAndStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for kind, source := range Sources {
		s := source()
		if c, ok := s.(interface{ Check(report) }); ok {
			if err := checked(kind, c.Check); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Open(ctx); err == nil || !strings.HasPrefix(err.Error(), "data: "+kind+": ") {
			t.Errorf("%s: Open with an ended context: got error %v, want one of data: %s", kind, err, kind)
		}
	}
}
