package saved

import (
	"testing"

	"latentspace/tensor"
)

func TestTheShapeOfAnExampleIsBounded(t *testing.T) {
	for _, s := range []string{"", "0", "-1x2", "4194305", "2048x2049", "4294967296x4294967296x1"} {
		if shape, err := parseShape(s); err == nil {
			t.Errorf("%q: got %v, want an error", s, shape)
		}
	}
	if shape, err := parseShape("2048x2048"); err != nil || tensor.Size(shape) != 1<<22 {
		t.Errorf("got %v, %v, want four million values", shape, err)
	}
}
