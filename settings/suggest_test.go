package settings

import "testing"

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"latent", "latent", 0}, {"latnt", "latent", 1},
		{"ltaent", "latent", 1}, {"letent", "latent", 1}, {"latentt", "latent", 1}, {"kitten", "sitting", 3},
		{"ca", "abc", 3}, // as no part is edited twice
	} {
		if got := editDistance(c.a, c.b); got != c.want {
			t.Errorf("%q to %q: got %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
