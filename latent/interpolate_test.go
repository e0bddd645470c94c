package latent

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// near reports whether two codes differ by at most tol in every value.
func near(a, b []float32, tol float64) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Abs(float64(x)-float64(y)) <= tol })
}

func TestInterpolationsInClosedForm(t *testing.T) {
	r := float32(math.Sqrt(0.5))
	cases := []struct {
		name string
		path Interpolation
		a, b []float32
		t    float64
		want []float32
	}{
		{"a straight line has its middle at the mean", Lerp, []float32{0, 2}, []float32{4, -2}, 0.5, []float32{2, 0}},
		{"a straight line goes on past its end", Lerp, []float32{0, 2}, []float32{4, -2}, 1.5, []float32{6, -4}},
		{"a right angle is halved", Slerp, []float32{1, 0}, []float32{0, 1}, 0.5, []float32{r, r}},
		// A third of 90° is 30°: (cos 30°, sin 30°).
		{"the angular speed is constant", Slerp, []float32{1, 0}, []float32{0, 1}, 1.0 / 3, []float32{0.8660254, 0.5}},
		// The length half way from 1 to 3 is 2.
		{"the length changes evenly", Slerp, []float32{1, 0}, []float32{0, 3}, 0.5, []float32{2 * r, 2 * r}},
		// −30° from the first axis.
		{"a turn goes on before its start", Slerp, []float32{1, 0}, []float32{0, 1}, -1.0 / 3, []float32{0.8660254, -0.5}},
		{"from zero the path is straight", Slerp, []float32{0, 0}, []float32{2, 4}, 0.25, []float32{0.5, 1}},
		{"to zero the path is straight", Slerp, []float32{2, 4}, []float32{0, 0}, 0.75, []float32{0.5, 1}},
		{"one direction is a straight line", Slerp, []float32{1, 1}, []float32{3, 3}, 0.5, []float32{2, 2}},
		{"one code is a path of one code", Slerp, []float32{0.1, 0.7}, []float32{0.1, 0.7}, 0.3, []float32{0.1, 0.7}},
		// The second axis has the smallest magnitude in a, so the half circle passes it.
		{"opposite ends go by way of the smallest axis", Slerp, []float32{3, 0, 0}, []float32{-3, 0, 0}, 0.5, []float32{0, 3, 0}},
		// 45° on from a towards axis 3, at length 5·(3/4) + 10/4.
		{"opposite ends may differ in length", Slerp, []float32{3, 4, 0}, []float32{-6, -8, 0}, 0.25,
			[]float32{6.25 * 0.6 * r, 6.25 * 0.8 * r, 6.25 * r}},
		{"opposite ends on a line meet at zero", Slerp, []float32{1}, []float32{-1}, 0.5, []float32{0}},
	}
	for _, c := range cases {
		got := make([]float32, len(c.a))
		c.path(c.a, c.b, c.t, got)
		if !near(got, c.want, 1e-6) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// For ends of one length the path is White's.
func TestSlerpIsWhitesForEqualLengths(t *testing.T) {
	a, b := []float32{1, 2, -2}, []float32{2, -2, 1} // length 3, cosine −4/9
	angle := math.Acos(-4.0 / 9)
	got, want := make([]float32, 3), make([]float32, 3)
	for _, at := range []float64{0.1, 0.5, 0.8} {
		for i := range want {
			want[i] = float32((math.Sin((1-at)*angle)*float64(a[i]) + math.Sin(at*angle)*float64(b[i])) / math.Sin(angle))
		}
		if Slerp(a, b, at, got); !near(got, want, 1e-6) {
			t.Errorf("at %v: got %v, want %v", at, got, want)
		}
	}
}

func TestSlerpHasNoJumpWhereItFallsBack(t *testing.T) {
	got, want := make([]float32, 2), make([]float32, 2)
	for _, angle := range []float64{0.5e-6, 2e-6} {
		b := []float32{float32(math.Cos(angle)), float32(math.Sin(angle))}
		Slerp([]float32{1, 0}, b, 0.3, got)
		if Lerp([]float32{1, 0}, b, 0.3, want); !near(got, want, 1e-7) {
			t.Errorf("angle %v: got %v, want %v", angle, got, want)
		}
	}
}

func TestPathHasTheBitsOfItsEnds(t *testing.T) {
	minusZero := float32(math.Copysign(0, -1))
	a, b := []float32{minusZero, 0.1, 3e38, 1e-45}, []float32{0.3, minusZero, -3e38, 7}
	for name, along := range Interpolations {
		path, err := Path(along, a, b, 7)
		if err != nil {
			t.Fatal(err)
		}
		for at, want := range map[int][]float32{0: a, 6: b} {
			for i := range want {
				if math.Float32bits(path[at][i]) != math.Float32bits(want[i]) {
					t.Errorf("%s: step %d: got %v, want %v", name, at, path[at], want)
				}
			}
		}
	}
}

func TestInterpolationsMayWriteOverAnEnd(t *testing.T) {
	for name, along := range Interpolations {
		a, b, want := []float32{1, 2, 2}, []float32{0, -3, 1}, make([]float32, 3)
		along(a, b, 0.4, want)
		if along(a, b, 0.4, b); !slices.Equal(b, want) {
			t.Errorf("%s over b: got %v, want %v", name, b, want)
		}
	}
}

func TestPathErrors(t *testing.T) {
	cases := []struct {
		name  string
		b     []float32
		steps int
		want  string
	}{
		{"codes of two lengths do not meet", make([]float32, 3), 5, "latent: path from a code of 2 values to one of 3, want equal lengths"},
		{"a path has two ends", make([]float32, 2), 1, "latent: path of 1 steps, want at least 2"},
	}
	for _, c := range cases {
		if _, err := Path(Lerp, make([]float32, 2), c.b, c.steps); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}
