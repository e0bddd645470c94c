package render

import (
	"slices"
	"testing"
)

// Two crowds of greys are told apart: 0 to 3, with the mean 1.5, and 200 to 203, of
// which the last counts four times, with the mean (200 + 201 + 202 + 4·203)/7 = 202.14.
func TestMedianCutInClosedForm(t *testing.T) {
	counts := make(map[rgb]int)
	for i := range uint8(4) {
		counts[rgb{i, i, i}] = 1
		counts[rgb{200 + i, 200 + i, 200 + i}] = 1
	}
	counts[rgb{203, 203, 203}] = 4
	centres, nearest := medianCut(counts, 2)
	if want := []rgb{{2, 2, 2}, {202, 202, 202}}; !slices.Equal(centres, want) {
		t.Errorf("got %v, want %v", centres, want)
	}
	for c := range counts {
		want := uint8(0)
		if c[0] >= 200 {
			want = 1
		}
		if nearest[c] != want {
			t.Errorf("%v is in box %d, want %d", c, nearest[c], want)
		}
	}
}

// A cube of 16×16×16 colours that are 17 apart: a box has 16 of them on average, such as
// 2×2×4, and the mean is within 1.5·17 of the farthest of four in a row; the bound
// leaves room for a side of five.
func TestMedianCutIsClose(t *testing.T) {
	counts := make(map[rgb]int)
	for i := range 4096 {
		counts[rgb{uint8(i % 16 * 17), uint8(i / 16 % 16 * 17), uint8(i / 256 * 17)}] = 1 + i%3
	}
	centres, nearest := medianCut(counts, 256)
	if len(centres) != 256 {
		t.Fatalf("%d colours, want 256", len(centres))
	}
	for c := range counts {
		for i, v := range centres[nearest[c]] {
			if d := int(v) - int(c[i]); d > 34 || d < -34 {
				t.Errorf("%v is drawn as %v", c, centres[nearest[c]])
			}
		}
	}
}
