package data

import (
	"bytes"
	"context"
	"math"
	"strings"
	"testing"

	"latentspace/data/points"
)

func open(t *testing.T, s Source) *Splits {
	t.Helper()
	splits, err := s.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return splits
}

func TestPointsDependOnSeedSplitAndIndexAlone(t *testing.T) {
	first := func(n int, seed uint64) *Splits {
		return open(t, Ring{points.Ring{Counts: points.Counts{Train: n, Valid: n, Test: n, Seed: seed}, Count: 8, Radius: 1, Sigma: 0.05}})
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
	set := labeledPoints{pointSet{points.Set{Values: []float32{1, -2}, Labels: []uint32{258}}}}
	var b bytes.Buffer
	set.digest(&b)
	if want := []byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 2, 1, 0, 0}; !bytes.Equal(b.Bytes(), want) {
		t.Errorf("got % x, want % x", b.Bytes(), want)
	}
}

func TestPointsHaveTheSameBitsEverywhere(t *testing.T) {
	// Pinned: a change of a digest is a change of the data, for the changelog.
	some := points.Counts{Train: 100, Valid: 10, Test: 10, Seed: 1}
	for _, c := range []struct {
		source Source
		want   string
	}{
		{Ring{points.Ring{Counts: some, Count: 7, Radius: 1, Sigma: 0.05}}, "8f0291bf2a00352a5394460fd030a50233f83ac0dea9770a9d3fb526af8143e5"},
		{Grid{points.Grid{Counts: some, Side: 5, Spacing: 2, Sigma: 0.05}}, "70a0c70e766e636fbec3eba7a18e7209d3382dd51bbe1ee0177bc8374fdc3232"},
		{Moons{points.Moons{Counts: some, Noise: 0.1}}, "c31fc2538d17c31166d9a2f849ee2e2e777c1e71f9592a8d3e5b64f12154ee74"},
		{SwissRoll{points.SwissRoll{Counts: some, Noise: 0.1}}, "9448a438ba15e3fc9a9181051dc45264ab68cabca6b15ada3fa334b037279a05"},
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
		{"a ring of nothing", Ring{points.Ring{Sigma: -1, Radius: nan}}, []string{
			"data: ring: train: 0, want a number from 1 to 10000000",
			"data: ring: modes: 0, want a number from 1 to 10000",
			"data: ring: radius: NaN, want a number from 0 to 1e+06",
			"data: ring: sigma: -1, want a number from 0 to 1e+06"}},
		{"a grid too large", Grid{points.Grid{Counts: points.Counts{Train: 1, Valid: -1, Test: 1 << 30}, Side: 101, Spacing: math.Inf(1)}}, []string{
			"data: grid: valid: -1, want a number from 0 to 10000000",
			"data: grid: test: 1073741824, want a number from 0 to 10000000",
			"data: grid: side: 101, want a number from 1 to 100",
			"data: grid: spacing: +Inf, want a number from 0 to 1e+06"}},
		{"moons with negative noise", Moons{points.Moons{Counts: points.Default, Noise: -0.1}}, []string{
			"data: moons: noise: -0.1, want a number from 0 to 1e+06"}},
		{"a roll with infinite noise", SwissRoll{points.SwissRoll{Counts: points.Default, Noise: math.Inf(1)}}, []string{
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
