package progress

import (
	"strings"
	"testing"
	"time"
)

func TestAContextHasAFunction(t *testing.T) {
	Of(t.Context())(1, 2) // does nothing
	got := 0
	Of(With(t.Context(), func(done, total int) { got = 10*done + total }))(3, 4)
	if got != 34 {
		t.Errorf("got %d, want 34", got)
	}
}

func TestALineComesNowAndThen(t *testing.T) {
	var b strings.Builder
	clock := time.Unix(0, 0)
	f := lines(&b, func() time.Time { return clock })
	for done := 10; done <= 100; done += 10 {
		clock = clock.Add(2 * time.Second)
		f(done, 100)
	}
	want := "data: 30 of 100 files read, 14s left\ndata: 60 of 100 files read, 8s left\ndata: 90 of 100 files read, 2s left\n"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
