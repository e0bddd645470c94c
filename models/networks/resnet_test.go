package networks_test

import (
	"slices"
	"strings"
	"testing"

	"latentspace/models/networks"
	"latentspace/nn"
	"latentspace/nn/nntest"
)

// residual is a small residual network.
func residual(change func(*networks.ResNet)) networks.ResNet {
	r := networks.ResNet{Channels: []int{4}, Blocks: 1, Attention: 2, Activation: "silu", Norm: "group", Init: "normal", Down: "stride", Up: "nearest"}
	change(&r)
	return r
}

func TestResNetGradients(t *testing.T) {
	for name, change := range map[string]func(*networks.ResNet){
		"with attention":               func(*networks.ResNet) {},
		"without":                      func(r *networks.ResNet) { r.Attention = 0 },
		"with two blocks and no norm":  func(r *networks.ResNet) { r.Blocks, r.Norm = 2, "none" },
		"with means and transposed up": func(r *networks.ResNet) { r.Down, r.Up = "avg", "transposed" },
		"with normalisation by layer":  func(r *networks.ResNet) { r.Norm = "layer" },
	} {
		t.Run(name, func(t *testing.T) {
			network := residual(change)
			nntest.Probe{Spread: 0.5}.Check(t, func(g *nn.Graph, x []nn.Node) nn.Node {
				return network.Mirror().Map(g.In("decoder"), networks.Vector(g.In("encoder"), network, x[0], 2), []int{4, 4, 2})
			}, []int{2, 4, 4, 2})
		})
	}
}

// A block and an attention add nothing at first: the map is that of a network without.
func TestResNetBeginsAsItsHalvings(t *testing.T) {
	run := func(network networks.Network) []float32 {
		g := nn.NewGraph(nn.NewParams(1), nn.Options{})
		y := network.Map(g, g.Input("x", 2, 4, 4, 3), []int{2, 2, 5})
		p, err := nn.Compile(g, y)
		if err != nil {
			t.Fatal(err)
		}
		for i := range p.Input("x") {
			p.Input("x")[i] = float32(i%11) / 11
		}
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		return slices.Clone(p.Output(y))
	}
	got := run(residual(func(r *networks.ResNet) { r.Activation, r.Norm = "identity", "none" }))
	want := run(networks.Conv{Channels: []int{4}, Activation: "identity", Norm: "none", Init: "normal", Down: "stride", Up: "nearest"})
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Attention is of the maps of its size alone.
func TestAttentionIsWhereItsSizeIs(t *testing.T) {
	for size, want := range map[int][]string{
		0: nil, 8: {"decoder.layer3.attention", "encoder.layer1.attention"}, 4: {"decoder.layer2.attention", "encoder.layer2.attention"}, 5: nil,
	} {
		network := networks.Networks["resnet"]().(networks.ResNet)
		network.Attention = size
		params := nn.NewParams(1)
		g := nn.NewGraph(params, nn.Options{})
		z := networks.Vector(g.In("encoder"), network, g.Input("x", 2, 16, 16, 3), 4)
		network.Mirror().Map(g.In("decoder"), z, []int{16, 16, 3})
		if err := g.Err(); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, name := range params.Trained() {
			if at := strings.Index(name, ".attention"); at >= 0 {
				got = append(got, name[:at+len(".attention")])
			}
		}
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("attention at %d: got %q, want %q", size, got, want)
		}
	}
}
