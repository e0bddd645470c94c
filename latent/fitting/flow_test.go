package fitting_test

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/latent"
	"latentspace/latent/fitting"
	"latentspace/tensor"
)

var smallFlow = fitting.Spec{Kind: "flow", Seed: 1, Flow: fitting.Flow{Updates: 400, Width: 32, Blocks: 2, Steps: 10}}

// A third of the codes are around x = 3 and the others around x = −3, with a deviation of 1/2. A
// Gaussian of these moments has 33 % of its mass within 1.25 of the mean −1 of x, 660 of 2000 draws; the
// codes have 0.02 %. A flow of so few updates is to have less than half of the Gaussian's.
func TestAFlowLearnsClusters(t *testing.T) {
	p, fitted, err := fitting.Fit(context.Background(), smallFlow, clusters(3000), nil)
	if err != nil {
		t.Fatal(err)
	}
	z, err := latent.Draws(p, 2000, 3)
	if err != nil {
		t.Fatal(err)
	}
	right, between := 0, 0
	for i := 0; i < len(z.Data); i += 2 {
		switch x := z.Data[i]; {
		case math.Abs(float64(x)+1) < 1.25:
			between++
		case x > 0:
			right++
		}
	}
	if between > 330 || right < 540 || right > 780 {
		t.Errorf("of 2000 draws %d are between the clusters and %d around the right one, want at most 330 and about 667", between, right)
	}
	if fitted.Codes != 3000 || fitted.Updates != 400 || fitted.FlowLoss == nil || *fitted.FlowLoss > 3 {
		t.Errorf("got %+v, want a loss below 4 of a flow at rest", fitted)
	}
	again, _, err := fitting.Fit(context.Background(), smallFlow, clusters(3000), nil)
	if err != nil {
		t.Fatal(err)
	}
	if same, err := latent.Draws(again, 2000, 3); err != nil || !slices.Equal(same.Data, z.Data) {
		t.Errorf("a flow that is fitted again differs, error %v", err)
	}
}

func TestAFlowIsReadFromItsTensors(t *testing.T) {
	s := smallFlow
	s.Flow.Updates = 5
	p, _, err := fitting.Fit(context.Background(), s, clusters(60), nil)
	if err != nil {
		t.Fatal(err)
	}
	tensors := p.(latent.Kept).Tensors()
	again, err := fitting.Read("flow", tensors)
	if err != nil {
		t.Fatal(err)
	}
	got, err := latent.Draws(again, 70, 1)
	want, wantErr := latent.Draws(p, 70, 1)
	if err != nil || wantErr != nil || !slices.Equal(got.Data, want.Data) {
		t.Errorf("other draws once it was read, errors %v and %v", err, wantErr)
	}
	nan := tensor.New(32)
	nan.Data[3] = float32(math.NaN())
	for _, c := range []struct {
		name, change string
		to           *tensor.Tensor
		want         string
	}{
		{"no steps", "steps", nil, "no tensor steps of one value"},
		{"half a step", "steps", &tensor.Tensor{Shape: []int{}, Data: []float32{1.5}}, "codes of 2 values in 1.5 steps"},
		{"no weights", "flow.in.bias", nil, "the tensors are of no flow: width of the network 0, want it from 4 to 16384"},
		{"a weight that is missing", "flow.block1.first.weight", nil, "flow.block1.first.weight: missing"},
		{"a weight of another shape", "flow.out.weight", tensor.New(32, 3), "flow.out.weight: shape [32 3], want [32 2]"},
		{"fewer values than the shape says", "flow.out.weight", &tensor.Tensor{Shape: []int{32, 2}}, "tensor flow.out.weight of shape [32 2] has 0 values"},
		{"a weight that is no number", "flow.in.bias", nan, "tensor flow.in.bias, element 3: NaN, want a finite value"},
		{"another tensor", "flow.more", tensor.New(1), "parameter flow.more: the model has none of that name"},
	} {
		changed := maps.Clone(tensors)
		if changed[c.change] = c.to; c.to == nil {
			delete(changed, c.change)
		}
		if p, err := fitting.Read("flow", changed); p != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, %v, want %s", c.name, p, err, c.want)
		}
	}
}

func TestAFitOfAFlowStops(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, _, err := fitting.Fit(ctx, smallFlow, clusters(60), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
}

func TestTheProgressOfAFlowIsTold(t *testing.T) {
	s := smallFlow
	s.Flow.Updates = 3
	var got [][2]int
	s.Progress = func(done, total int) { got = append(got, [2]int{done, total}) }
	if _, _, err := fitting.Fit(t.Context(), s, clusters(60), nil); err != nil {
		t.Fatal(err)
	}
	if want := [][2]int{{0, 3}, {1, 3}, {2, 3}}; !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
}
