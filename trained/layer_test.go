package trained

import (
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/example"
	"latentspace/models"
	"latentspace/models/autoencoders"
	"latentspace/models/families"
	"latentspace/models/networks"
	"latentspace/tensor"
)

// line is n points (i, −i) in the plane.
type line int

func (l line) Len() int               { return int(l) }
func (l line) Schema() example.Schema { return example.Points(2) }
func (l line) Read(i int, dst []float32) error {
	dst[0], dst[1] = float32(i), -float32(i)
	return nil
}

// What the layers of an autoencoder give is computed from its weights: tanh(x·W + b) in the encoder,
// and of the decoder the same of the code.
func TestEachLayer(t *testing.T) {
	net := autoencoders.DefaultAE
	net.Latent, net.Encoder = 2, networks.MLP{Hidden: []int{3}, Activation: "tanh", Norm: "none", Init: "he"}
	m, err := New(net, "ae", models.Data{Schema: example.Points(2)}, 1)
	if err != nil {
		t.Fatal(err)
	}
	const n = 600 // more than are read at once
	var ds data.Dataset = line(n)
	layer := func(x []float32, name string, out int, f func(float64) float64) (y []float32) {
		w, b := weightOf(t, m, name+".weight").Data, weightOf(t, m, name+".bias").Data
		for j := range out {
			sum := float64(b[j])
			for i, v := range x {
				sum += float64(v) * float64(w[i*out+j])
			}
			y = append(y, float32(f(sum)))
		}
		return y
	}
	same := func(v float64) float64 { return v }
	for _, name := range []string{"encoder.layer1", "encoder.out", "decoder.layer1"} {
		size, err := m.LayerDim(name)
		if want := map[string]int{"encoder.layer1": 3, "encoder.out": 2, "decoder.layer1": 3}[name]; err != nil || size != want {
			t.Fatalf("%s gives %d values, %v, want %d", name, size, err, want)
		}
		seen := 0
		err = m.EachLayer(t.Context(), name, ds, func(first int, z *tensor.Tensor) error {
			if first != seen || !slices.Equal(z.Shape, []int{z.Shape[0], size}) {
				t.Fatalf("%s: a batch of shape %v from %d on, want it from %d on", name, z.Shape, first, seen)
			}
			for i := range z.Shape[0] {
				want := layer([]float32{float32(first + i), -float32(first + i)}, "encoder.layer1", 3, math.Tanh)
				if name != "encoder.layer1" {
					want = layer(want, "encoder.out", 2, same)
				}
				if name == "decoder.layer1" {
					want = layer(want, "decoder.layer1", 3, math.Tanh)
				}
				for k, v := range z.Data[i*size : (i+1)*size] {
					if math.Abs(float64(v-want[k])) > 1e-4 {
						t.Fatalf("%s of example %d: got %v, want %v", name, first+i, z.Data[i*size:(i+1)*size], want)
					}
				}
			}
			seen += z.Shape[0]
			return nil
		})
		if err != nil || seen != n {
			t.Errorf("%s of %d examples, %v, want %d", name, seen, err, n)
		}
	}
	_, err = m.LayerDim("encoder.layer7")
	if want := `trained: a model of kind ae has no layer "encoder.layer7", want one of encoder.layer1, encoder.out`; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	gan := untrained(t, families.Models["gan"](), "gan")
	if err := gan.EachLayer(t.Context(), "generator.layer1", ds, nil); err == nil || !strings.Contains(err.Error(), "encoder") {
		t.Errorf("of a model without an encoder: got %v", err)
	}
}
