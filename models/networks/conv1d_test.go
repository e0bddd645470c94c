package networks_test

import (
	"slices"
	"strings"
	"testing"

	"latentspace/models/networks"
	"latentspace/nn"
	"latentspace/nn/nntest"
)

func TestConv1DGradients(t *testing.T) {
	network := networks.Conv1D{Channels: []int{3, 4}, Hidden: []int{3}, Activation: "silu", Norm: "layer", Init: "normal"}
	nntest.Probe{Spread: 0.5}.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node {
		return network.Mirror().Map(g.In("decoder"), networks.Vector(g.In("encoder"), network, x[0], 2), []int{3, 5, 2})
	}, []int{2, 3, 5, 2})
}

// What is worked out by hand: with weights of 1 and no bias, frame j of a halving is the sum of all
// rows of frames 2j−1 to 2j+2, and a code of 1 is doubled to as many as reach a frame.
func TestConv1DIsAlongTime(t *testing.T) {
	ones := func(p *nn.Params) {
		for _, name := range p.Trained() {
			if strings.HasSuffix(name, "weight") {
				for i := range p.Get(name).Data {
					p.Get(name).Data[i] = 1
				}
			}
		}
	}
	network := networks.Conv1D{Channels: []int{1}, Activation: "identity", Norm: "none", Init: "glorot"}
	params := nn.NewParams(1)
	g := nn.NewGraph(params, nn.Options{})
	x := g.Input("x", 1, 2, 5, 1)
	y := networks.Vector(g.In("encoder"), network, x, 1)
	z := network.Mirror().Map(g.In("decoder"), y, []int{2, 5, 1})
	p, err := nn.Compile(g, y, z)
	if err != nil {
		t.Fatal(err)
	}
	ones(params)
	copy(p.Input("x"), []float32{1, 2, 3, 4, 5, 10, 20, 30, 40, 50})
	if err := p.RunAll(); err != nil {
		t.Fatal(err)
	}
	// Columns are 11, 22, 33, 44, 55: frames 0 to 2 are 66, and 1 to 4 are 154; their sum is 220.
	if got := p.Output(y)[0]; got != 220 {
		t.Errorf("the code is %v, want 66 + 154", got)
	}
	// Both frames of the decoder are 220. Frames 0 to 2 of the spectrogram come of the first, 1 to 4 of
	// the second.
	if got, want := p.Output(z), []float32{220, 440, 440, 220, 220, 220, 440, 440, 220, 220}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestConv1DRefusesWhatItCannotHalve(t *testing.T) {
	network := networks.Networks["conv1d"]()
	for want, run := range map[string]func(g *nn.Graph){
		"conv1d network: examples of shape [10] to [3], want spectrograms": func(g *nn.Graph) { networks.Vector(g, network, g.Input("x", 2, 10), 3) },
		"conv1d network: 1 frames are left after 2 halvings":               func(g *nn.Graph) { networks.Vector(g, network, g.Input("x", 2, 8, 5, 1), 3) },
		"conv1d network: 1 frames are left after 1 halvings":               func(g *nn.Graph) { network.Mirror().Map(g, g.Input("z", 2, 3), []int{8, 3, 1}) },
		"conv1d network: examples of shape [8 8 1] to [2 2 3]":             func(g *nn.Graph) { network.Map(g, g.Input("x", 2, 8, 8, 1), []int{2, 2, 3}) },
	} {
		g := nn.NewGraph(nn.NewParams(1), nn.Options{})
		run(g)
		if err := g.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
