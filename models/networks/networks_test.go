package networks_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"latentspace/models/networks"
	"latentspace/nn"
)

var nets = map[string]networks.Network{
	"mlp":                    networks.MLP{Hidden: []int{16}, Activation: "tanh", Norm: "none", Init: "glorot"},
	"conv":                   networks.Conv{Channels: []int{4, 8}, Activation: "relu", Norm: "none", Init: "glorot", Down: "stride", Up: "transposed"},
	"conv with pool":         networks.Conv{Channels: []int{4}, Hidden: []int{8}, Activation: "elu", Norm: "layer", Init: "he", Down: "max", Up: "nearest"},
	"conv with groups":       networks.Conv{Channels: []int{4, 8}, Activation: "relu", Norm: "group", Init: "he", Down: "stride", Up: "transposed"},
	"conv residual":          networks.ResNet{Channels: []int{4, 8}, Blocks: 2, Attention: 4, Activation: "silu", Norm: "group", Init: "he", Down: "stride", Up: "transposed"},
	"conv residual spectral": networks.ResNet{Channels: []int{4}, Blocks: 1, Attention: 4, Activation: "relu", Norm: "spectral", Dropout: 0.1, Init: "he", Down: "avg", Up: "transposed"},
	"conv1d":                 networks.Conv1D{Channels: []int{4, 8}, Hidden: []int{5}, Activation: "relu", Norm: "group", Init: "glorot"},
	"conv1d with batch":      networks.Conv1D{Channels: []int{6}, Activation: "elu", Norm: "batch", Dropout: 0.1, Init: "he"},
	"conv1d spectral":        networks.Conv1D{Channels: []int{4, 8}, Activation: "relu", Norm: "spectral", Init: "orthogonal"},
	"mlp with batch":         networks.MLP{Hidden: []int{16, 16}, Activation: "leaky_relu", Norm: "batch", Init: "orthogonal"},
	"conv spectral":          networks.Conv{Channels: []int{4, 8}, Activation: "relu", Norm: "spectral", Init: "glorot", Down: "avg", Up: "transposed"},
	"gated":                  networks.Gated{Hidden: []int{16, 8}, Dropout: 0.1, Init: "glorot"},
	"mlp spectral":           networks.MLP{Hidden: []int{16}, Activation: "relu", Norm: "spectral", Init: "he"},
}

// Sizes that halvings round down, one and three channels, vectors.
func TestEveryShapeDecodesToItself(t *testing.T) {
	for _, shape := range [][]int{{8, 8, 1}, {7, 9, 3}, {28, 28, 1}, {13, 6, 2}, {5}, {1}} {
		for name, network := range nets {
			if len(shape) != 3 && strings.HasPrefix(name, "conv") {
				continue
			}
			g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true})
			x := g.Input("x", append([]int{4}, shape...)...)
			z := networks.Vector(g.In("encoder"), network, x, 3)
			y := network.Mirror().Map(g.In("decoder"), z, shape)
			if err := g.Err(); err != nil {
				t.Errorf("%s on %v: %v", name, shape, err)
				continue
			}
			if got, want := z.Shape(), []int{4, 3}; !slices.Equal(got, want) {
				t.Errorf("%s on %v: encodes to %v, want %v", name, shape, got, want)
			}
			if got, want := y.Shape(), append([]int{4}, shape...); !slices.Equal(got, want) {
				t.Errorf("%s on %v: decodes to %v, want %v", name, shape, got, want)
			}
		}
	}
}

// Codes of vectors: a map of a convolutional network, and of others one vector after another. An
// enlargement to the nearest makes even sizes, and cuts them: it has to round up where a halving
// rounds down, so that it has maps of pictures with even sizes alone.
func TestEveryShapeDecodesToItselfFromAMapOfCodes(t *testing.T) {
	for _, shape := range [][]int{{8, 8, 1}, {7, 9, 3}, {13, 6, 2}, {5}} {
		for name, network := range nets {
			if len(shape) != 3 && strings.HasPrefix(name, "conv") || name == "conv with pool" && shape[0]%2 == 1 || strings.HasPrefix(name, "conv1d") {
				continue
			}
			g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true})
			x := g.Input("x", append([]int{4}, shape...)...)
			codes := networks.Codes(network, shape, 6, 5)
			if want := []int{6 * 5}; strings.HasPrefix(name, "mlp") && !slices.Equal(codes, want) {
				t.Errorf("%s on %v: codes of shape %v, want %v", name, shape, codes, want)
			}
			z := network.Map(g.In("encoder"), x, codes)
			y := network.Mirror().Map(g.In("decoder"), z, shape)
			if err := g.Err(); err != nil {
				t.Errorf("%s on %v: %v", name, shape, err)
				continue
			}
			if got, want := z.Shape(), append([]int{4}, codes...); !slices.Equal(got, want) {
				t.Errorf("%s on %v: encodes to %v, want %v", name, shape, got, want)
			}
			if got, want := y.Shape(), append([]int{4}, shape...); !slices.Equal(got, want) {
				t.Errorf("%s on %v: decodes to %v, want %v", name, shape, got, want)
			}
		}
	}
}

// Each halving of 13×6 rounds down: 6×3, 3×1.
func TestCodesOfAConvolutionalNetworkAreAsSmallAsItsHalvingsMakeThem(t *testing.T) {
	network := networks.Conv{Channels: []int{4, 8}}
	for _, test := range []struct{ shape, want []int }{
		{[]int{13, 6, 2}, []int{3, 1, 7}}, {[]int{28, 28, 1}, []int{7, 7, 7}}, {[]int{8, 9, 1}, []int{2, 2, 7}},
	} {
		if got := networks.Codes(network, test.shape, 99, 7); !slices.Equal(got, test.want) {
			t.Errorf("pictures of %v: codes of %v, want %v", test.shape, got, test.want)
		}
	}
}

func TestConvRefusesWhatItCannotHalve(t *testing.T) {
	tests := map[string]struct {
		shape []int
		want  string
	}{
		"a vector":               {[]int{2, 10}, "conv network: examples of shape [10], want pictures (height, width, channels); use an mlp"},
		"a picture of one pixel": {[]int{2, 1, 1, 1}, "conv network: 1×1 pictures are left after 0 halvings, want at least 2×2; use fewer channels"},
		"one halving too many":   {[]int{2, 3, 9, 1}, "conv network: 1×4 pictures are left after 1 halvings, want at least 2×2; use fewer channels"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g := nn.NewGraph(nn.NewParams(1), nn.Options{})
			networks.Vector(g, nets["conv"], g.Input("x", test.shape...), 3)
			if err := g.Err(); err == nil || !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// A map of another size than the halvings make is an error that says both.
func TestConvRefusesAMapOfAnotherSize(t *testing.T) {
	for network, want := range map[string]string{
		"conv":           "conv network: a map of 2×2 after 2 halvings, want 3×3",
		"conv with pool": "conv network: a map of 4×4 after 1 halvings, want 3×3, which up: nearest makes a picture of; use up: transposed",
	} {
		g := nn.NewGraph(nn.NewParams(1), nn.Options{})
		nets[network].Map(g, g.Input("x", 2, 8, 8, 1), []int{3, 3, 5})
		if err := g.Err(); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: got  %v\nwant %s", network, err, want)
		}
		g = nn.NewGraph(nn.NewParams(1), nn.Options{})
		nets[network].Mirror().Map(g, g.Input("z", 2, 9, 9, 5), []int{10, 10, 1})
		if err := g.Err(); err == nil || !strings.Contains(err.Error(), "conv network: a map of 9×9, want ") {
			t.Errorf("%s: got %v, want the sizes of the map", network, err)
		}
	}
}

func TestDefaultsOfEveryNetworkPassItsCheck(t *testing.T) {
	for kind, f := range networks.Networks {
		c, ok := f().(checked)
		if !ok {
			t.Errorf("%s: no Check", kind)
			continue
		}
		c.Check(func(key, format string, args ...any) {
			t.Errorf("%s: %s: "+format, append([]any{kind, key}, args...)...)
		})
	}
}

// checked is a network that reports what is out of range.
type checked interface {
	Check(func(key, format string, args ...any))
}

func TestChecksOfNetworks(t *testing.T) {
	mlp := func(change func(*networks.MLP)) checked {
		m := networks.Networks["mlp"]().(networks.MLP)
		change(&m)
		return m
	}
	conv := func(change func(*networks.Conv)) checked {
		c := networks.Networks["conv"]().(networks.Conv)
		change(&c)
		return c
	}
	resnet := func(change func(*networks.ResNet)) checked {
		r := networks.Networks["resnet"]().(networks.ResNet)
		change(&r)
		return r
	}
	for name, test := range map[string]struct {
		network checked
		want    string
	}{
		"a layer of no width":                            {mlp(func(m *networks.MLP) { m.Hidden = []int{8, 0} }), "hidden: element 1 is 0, want it from 1 to 1048576"},
		"an unknown activation":                          {mlp(func(m *networks.MLP) { m.Activation = "loud" }), `activation: "loud", want one of ` + strings.Join(nn.Activations(), ", ")},
		"an unknown normalisation":                       {mlp(func(m *networks.MLP) { m.Norm = "bach" }), `norm: "bach", want one of batch, group, layer, none, spectral`},
		"all values dropped":                             {mlp(func(m *networks.MLP) { m.Dropout = 1 }), "dropout: 1, want it in [0, 1)"},
		"an unknown initialiser":                         {mlp(func(m *networks.MLP) { m.Init = "ones" }), `init: "ones", want one of glorot, he, normal, orthogonal, uniform, zeros`},
		"no halvings":                                    {conv(func(c *networks.Conv) { c.Channels = nil }), "channels: empty, want the channels of at least one layer"},
		"an unknown halving":                             {conv(func(c *networks.Conv) { c.Down = "up" }), `down: "up", want one of avg, max, stride`},
		"no blocks":                                      {resnet(func(r *networks.ResNet) { r.Blocks = 0 }), "blocks: 0, want it from 1 to 100"},
		"attention of no size":                           {resnet(func(r *networks.ResNet) { r.Attention = -8 }), "attention: -8, want the size of a map, or 0 for none"},
		"a residual network of an unknown normalisation": {resnet(func(r *networks.ResNet) { r.Norm = "grup" }), `norm: "grup", want one of batch, group, layer, none, spectral`},
		"a residual network without halvings":            {resnet(func(r *networks.ResNet) { r.Channels = nil }), "channels: empty, want the channels of at least one layer"},
		"an unknown doubling":                            {conv(func(c *networks.Conv) { c.Up = "down" }), `up: "down", want one of nearest, transposed`},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			test.network.Check(func(key, format string, args ...any) {
				got = append(got, key+": "+fmt.Sprintf(format, args...))
			})
			if !slices.Equal(got, []string{test.want}) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// A picture's conditions are channels, a vector's more values.
func TestJoinGivesValuesAsTheNetworkReadsThem(t *testing.T) {
	for name, test := range map[string]struct {
		network     networks.Network
		shape, want []int
	}{
		"of a picture, to a convolutional network": {nets["conv"], []int{2, 4, 6, 1}, []int{2, 4, 6, 4}},
		"of a picture, to linear layers":           {nets["mlp"], []int{2, 4, 6, 1}, []int{2, 27}},
		"of a point":                               {nets["mlp"], []int{2, 5}, []int{2, 8}},
	} {
		t.Run(name, func(t *testing.T) {
			g := nn.NewGraph(nn.NewParams(1), nn.Options{})
			y := networks.Join(g, test.network, g.Input("x", test.shape...), g.Input("c", 2, 3))
			p, err := nn.Compile(g, y)
			if err != nil {
				t.Fatal(err)
			}
			if got := y.Shape(); !slices.Equal(got, test.want) {
				t.Fatalf("shape %v, want %v", got, test.want)
			}
			for i, x := 0, p.Input("x"); i < len(x); i++ {
				x[i] = 9
			}
			copy(p.Input("c"), []float32{1, 2, 3, 4, 5, 6})
			if err := p.RunAll(); err != nil {
				t.Fatal(err)
			}
			out := p.Output(y)
			// The values of an example are at the end of its row, of every pixel of the map.
			width := test.want[len(test.want)-1]
			for row := 0; row < len(out)/width; row++ {
				of := float32(3 * (row / (len(out) / width / 2)))
				if got, want := out[(row+1)*width-3:(row+1)*width], []float32{of + 1, of + 2, of + 3}; !slices.Equal(got, want) {
					t.Errorf("row %d ends in %v, want %v", row, got, want)
				}
				if got := out[row*width]; got != 9 {
					t.Errorf("row %d begins with %v, want the example's 9", row, got)
				}
			}
		})
	}
}

// Only normalisation by the batch makes an example depend on the others.
func TestCouplesIsTrueOfNormalisationByTheBatchAlone(t *testing.T) {
	for _, norm := range []string{"none", "layer", "group", "spectral", "batch"} {
		mlp, conv := networks.Networks["mlp"]().(networks.MLP), networks.Networks["conv"]().(networks.Conv)
		resnet := networks.Networks["resnet"]().(networks.ResNet)
		mlp.Norm, conv.Norm, resnet.Norm = norm, norm, norm
		for kind, network := range map[string]networks.Network{"mlp": mlp, "conv": conv, "resnet": resnet} {
			if got, want := network.Couples(), norm == "batch"; got != want {
				t.Errorf("%s with norm %s couples: %v, want %v", kind, norm, got, want)
			}
			if got, want := dependsOnOthers(t, network), norm == "batch"; got != want {
				t.Errorf("%s with norm %s: the first output changes with the second example: %v, want %v", kind, norm, got, want)
			}
		}
	}
}

// dependsOnOthers reports whether what the first example of a batch is mapped to changes in
// training with the second.
func dependsOnOthers(t *testing.T, network networks.Network) bool {
	t.Helper()
	g := nn.NewGraph(nn.NewParams(1), nn.Options{Training: true})
	y := networks.Vector(g, network, g.Input("x", 2, 8, 8, 1), 1)
	p, err := nn.Compile(g, y)
	if err != nil {
		t.Fatal(err)
	}
	x := p.Input("x")
	for i := range x {
		x[i] = float32(i%7) / 7
	}
	var first []float32
	for _, other := range []float32{0, 0.9} {
		for i := 64; i < len(x); i++ {
			x[i] = other * float32(i%5) / 5
		}
		if err := p.RunAll(); err != nil {
			t.Fatal(err)
		}
		first = append(first, p.Output(y)[0])
	}
	return first[0] != first[1]
}
