package training

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"latentspace/tensor"
)

// Verification is what a replay of a run found.
type Verification struct {
	Dir     string `json:"dir"`
	From    int    `json:"from"`    // the step whose checkpoint the replay began with, 0 for the first weights
	To      int    `json:"to"`      // the last step that was replayed
	Checked []int  `json:"checked"` // steps whose checkpoints were compared
	Agrees  bool   `json:"agrees"`
	// Where the bits part: at a step in Between, first seen in Tensor at its element Element.
	Between *[2]int `json:"between,omitempty"`
	Tensor  string  `json:"tensor,omitempty"`
	Element int     `json:"element,omitempty"`
	Want    float32 `json:"want,omitempty"` // in the run
	Got     float32 `json:"got,omitempty"`  // in the replay
	Tensors int     `json:"tensors,omitempty"`

	// Differences from when the run was made, none of which should matter.
	Notes []string `json:"notes,omitempty"`
}

func (v Verification) String() string {
	var b strings.Builder
	for _, n := range v.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	from := "its first weights"
	if v.From > 0 {
		from = fmt.Sprintf("step %d", v.From)
	}
	fmt.Fprintf(&b, "%s: replayed from %s to step %d, compared with %d checkpoints\n", v.Dir, from, v.To, len(v.Checked))
	if v.Agrees {
		b.WriteString("every bit agrees\n")
		return b.String()
	}
	if v.Between == nil {
		b.WriteString("what could be compared agrees, and that is not all: see the notes\n")
	} else {
		fmt.Fprintf(&b, "the bits part after step %d and by step %d: %d tensors differ, the first %s, element %d: %v in the run, %v in the replay\n",
			v.Between[0], v.Between[1], v.Tensors, v.Tensor, v.Element, v.Want, v.Got)
	}
	return b.String()
}

// compare notes the first tensor, by name, in which replay and run differ.
func (v *Verification) compare(got, want map[string]*tensor.Tensor) bool {
	names := slices.Sorted(maps.Keys(want))
	for name := range got {
		if want[name] == nil {
			names = append(names, name)
		}
	}
	for _, name := range names {
		a, b := got[name], want[name]
		at := 0
		switch {
		case a == nil || b == nil || !slices.Equal(a.Shape, b.Shape):
		default:
			if at = firstUnlike(a.Data, b.Data); at < 0 {
				continue
			}
		}
		if v.Tensors++; v.Tensors == 1 {
			v.Tensor, v.Element = name, at
			if a != nil && b != nil && at < len(a.Data) && at < len(b.Data) {
				v.Got, v.Want = a.Data[at], b.Data[at]
			}
		}
	}
	return v.Tensors == 0
}

// firstUnlike returns the first element whose bits differ, −1 if there is none.
func firstUnlike(a, b []float32) int {
	for i, v := range a {
		if math.Float32bits(v) != math.Float32bits(b[i]) {
			return i
		}
	}
	return -1
}
