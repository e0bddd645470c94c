package panics

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func faulty(index int) int { return []int{1, 2}[index] }

func TestAPanicBecomesAnErrorThatNamesItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		f    func() error
		want string
	}{
		"an index":          {func() error { faulty(2); return nil }, "a panic in latentspace/internal/panics.faulty: runtime error: index out of range [2] with length 2"},
		"a value":           {func() error { panic("lapack: bad n") }, "lapack: bad n"},
		"an error":          {func() error { panic(io.EOF) }, "EOF"},
		"no panic":          {func() error { return nil }, ""},
		"an error returned": {func() error { return io.EOF }, "EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			err := Caught(c.f)
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, c.want) || (got == "") != (c.want == "") {
				t.Errorf("got %q, want %q in it", got, c.want)
			}
		})
	}
	err := Caught(func() error { panic(io.EOF) })
	if !errors.Is(err, io.EOF) {
		t.Errorf("%v does not wrap the error of the panic", err)
	}
	if p, ok := errors.AsType[*Error](err); !ok || !strings.Contains(string(p.Stack), "panics_test.go") {
		t.Errorf("%v has no stack of the panic", err)
	}
}
