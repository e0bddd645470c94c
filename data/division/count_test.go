package division

import "testing"

func TestCounts(t *testing.T) {
	for text, want := range map[string]Count{"auto": Auto, "0": 0, "5000": 5000, "5_000": 5000, "5e3": 5000, "-1": -1} {
		var c Count
		if err := c.UnmarshalText([]byte(text)); err != nil || c != want {
			t.Errorf("%s: got %d, %v, want %d", text, c, err, want)
		}
		again, _ := c.MarshalText()
		var d Count
		if err := d.UnmarshalText(again); err != nil || d != c {
			t.Errorf("%s: written as %s and read as %d, %v", text, again, d, err)
		}
	}
	for _, text := range []string{"", "some", "1.5", "010", "true", "99999999999999999999", "-9223372036854775808", "1e300"} {
		c := Count(7)
		if err := c.UnmarshalText([]byte(text)); err == nil || c != 7 {
			t.Errorf("%q: got %d, %v, want an error", text, c, err)
		}
	}
	for n, want := range map[int]int{0: 0, 1: 0, 2: 1, 60: 7, 8_000: 1_000, 40_000: 5_000, 46_080: 5_000, 60_000: 5_000} {
		if got := Auto.HeldOut(n); got != want {
			t.Errorf("of %d examples %d are held out, want %d", n, got, want)
		}
	}
}
