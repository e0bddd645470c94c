package experiments

import "testing"

func TestIntervalsReadBack(t *testing.T) {
	for text, want := range map[string]Interval{
		"1 epoch": {1, true}, "2 epochs": {2, true}, "1 step": {1, false}, "500 steps": {500, false},
	} {
		var got Interval
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want || got.String() != text {
			t.Errorf("%s: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "5", "epoch", "0 epochs", "-1 steps", "1.5 epochs", "1  epoch", "3 hours", "99999999999 steps"} {
		if err := new(Interval).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q: got no error", text)
		}
	}
}

func TestAnIntervalIsPassedOnce(t *testing.T) {
	epoch := func(step int) int { return step * 3 / 10 } // which ends at steps 4, 7, 10, 14, …
	for _, test := range []struct {
		i    Interval
		want []int
	}{
		{Interval{4, false}, []int{4, 8, 12, 16, 20}},
		{Interval{1, true}, []int{4, 7, 10, 14, 17, 20}},
		{Interval{2, true}, []int{7, 14, 20}},
		{Interval{3, true}, []int{10, 20}},
	} {
		var got []int
		for last, now := 0, 1; now <= 20; now++ {
			if test.i.Passed(last, now, epoch) {
				got, last = append(got, now), now
			}
		}
		if len(got) != len(test.want) {
			t.Errorf("%v: passed at %v, want %v", test.i, got, test.want)
			continue
		}
		for k := range got {
			if got[k] != test.want[k] {
				t.Errorf("%v: passed at %v, want %v", test.i, got, test.want)
			}
		}
	}
}
