package progress

import (
	"strings"
	"testing"
)

func TestProgressIsToldNowAndThen(t *testing.T) {
	var b strings.Builder
	p := Begin(&b, false, "counting", 10)
	p.At(1, "")
	p.last = p.last.Add(-lineEvery)
	p.At(5, "  halfway")
	p.Close()
	if got := b.String(); !strings.HasPrefix(got, "counting  5/10  halfway  ") || !strings.HasSuffix(got, " left\n") || strings.Count(got, "\n") != 1 {
		t.Errorf("got %q, want one line", got)
	}
}
