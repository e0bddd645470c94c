package latent

import (
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/tensor"
)

// Parts of one kind are draws of their own, each of its distribution, and a draw depends on the seed
// and its index alone.
func TestPartsOfAProductAreIndependent(t *testing.T) {
	words, err := NewWords(&tensor.Tensor{Shape: []int{1, 2}, Data: []float32{1, 3}}, &tensor.Tensor{Shape: []int{2, 1}, Data: []float32{0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	p := Product{Standard(1), words, Standard(1)}
	const n = 4000
	z, err := Draws(p, n, 1)
	if err != nil {
		t.Fatal(err)
	}
	var square, share, product float64
	for i := range n {
		v := row(z, i)
		square += float64(v[0]*v[0]) / n
		share += float64(v[1]) / n
		product += float64(v[0]*v[2]) / n
	}
	if math.Abs(square-1) > 0.1 || math.Abs(share-0.75) > 0.03 || math.Abs(product) > 0.06 {
		t.Errorf("variance %v, share of the second word %v, covariance %v, want 1, 0.75 and 0", square, share, product)
	}
	few := tensor.New(5, 3)
	if err := p.Draw(1, 7, few); err != nil || !slices.Equal(few.Data, z.Data[21:36]) {
		t.Errorf("draws 7 to 11 are %v, %v, want %v", few.Data, err, z.Data[21:36])
	}
	if err := p.Draw(1, 0, tensor.New(5, 2)); err == nil || !strings.HasPrefix(err.Error(), "latent: product: ") {
		t.Errorf("codes of two values: %v", err)
	}
}
