package progress

import "testing"

func TestAContextHasAFunction(t *testing.T) {
	Of(t.Context())(1, 2) // does nothing
	got := 0
	Of(With(t.Context(), func(done, total int) { got = 10*done + total }))(3, 4)
	if got != 34 {
		t.Errorf("got %d, want 34", got)
	}
}
