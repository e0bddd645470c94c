package render

import (
	"slices"
	"strings"
	"testing"

	"latentspace/tensor"
)

func TestStripHasARowForEachPath(t *testing.T) {
	rows := []*tensor.Tensor{
		from(t, []float32{0, 0.2, 0.4}, 3, 1, 1, 1),
		from(t, []float32{0.6, 0.8, 0}, 3, 1, 1, 1),
	}
	img, err := Strip(rows, StripOptions{Scale: 1, Gap: -1})
	if err != nil {
		t.Fatal(err)
	}
	checkGray(t, img, []uint8{0, 51, 102}, []uint8{153, 204, 0})

	img, err = Strip(rows[:1], StripOptions{Scale: 1, Gap: -1, Ends: true})
	if err != nil {
		t.Fatal(err)
	}
	gap := slices.Repeat([]uint8{255}, apart)
	checkGray(t, img, slices.Concat([]uint8{0}, gap, []uint8{51}, gap, []uint8{102}))
}

func TestStripErrors(t *testing.T) {
	row := tensor.New(3, 1, 1, 1)
	cases := []struct {
		name string
		rows []*tensor.Tensor
		o    StripOptions
		want string
	}{
		{"no rows", nil, StripOptions{}, "render: strip: 0 rows, want at least 1"},
		{"a row of another length", []*tensor.Tensor{row, tensor.New(2, 1, 1, 1)}, StripOptions{}, "render: strip: row 1 has shape [2 1 1 1], want [3 1 1 1] as row 0"},
		{"a row that is no pictures", []*tensor.Tensor{tensor.New(3)}, StripOptions{}, "render: strip: row 0: pictures of shape [3], want"},
		{"a scale below zero", []*tensor.Tensor{row}, StripOptions{Scale: -1}, "render: strip: scale -1, want"},
		{"a gap past the limit", []*tensor.Tensor{row}, StripOptions{Gap: 300}, "render: strip: gap of 300 pixels, want"},
	}
	for _, c := range cases {
		if _, err := Strip(c.rows, c.o); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}
