package tensor

import (
	"math"
	"strings"
	"testing"
)

func TestFromRejectsAShapeThatDoesNotFit(t *testing.T) {
	for _, shape := range [][]int{{2, 2}, {-1, -3}, {}} {
		_, err := From(make([]float32, 3), shape...)
		if err == nil || !strings.HasPrefix(err.Error(), "tensor: ") {
			t.Errorf("From(3 values, %v): error %v, want one of this package", shape, err)
		}
	}
}

func TestCloneSharesNothing(t *testing.T) {
	a := New(2, 3)
	b := a.Clone()
	b.Data[0], b.Shape[0] = 1, 7
	if a.Data[0] != 0 || a.Shape[0] != 2 {
		t.Errorf("a change of the clone changed the original: %v", a)
	}
}

func TestEqual(t *testing.T) {
	nan := float32(math.NaN())
	a, _ := From([]float32{1, nan}, 2)
	b, _ := From([]float32{1, nan}, 2)
	c, _ := From([]float32{1, nan}, 1, 2)
	if !a.Equal(b) || a.Equal(c) {
		t.Errorf("Equal: got %v and %v, want true and false", a.Equal(b), a.Equal(c))
	}
}

func TestScalarHasOneElement(t *testing.T) {
	if n := New().Len(); n != 1 {
		t.Errorf("scalar has %d elements, want 1", n)
	}
}
