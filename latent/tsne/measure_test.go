package tsne

import (
	"compress/gzip"
	"context"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"latentspace/kernel"
	"latentspace/latent/maptest"
	"latentspace/latent/nearest"
	"latentspace/tensor"
)

var (
	points    = flag.String("points", "", "measure on the float32 rows of this file; see testdata/compare.py")
	columns   = flag.Int("columns", 50, "of the rows")
	embedding = flag.String("embedding", "", "measure the float32 pairs of this file instead")
	mnist     = flag.Int("mnist", 0, "embed so many digits of the data set that LATENTSPACE_DATA has")
)

func TestMeasure(t *testing.T) {
	if *points == "" {
		t.Skip("needs -points")
	}
	x, ctx := maptest.Read(t, *points, *columns), context.Background()
	if *embedding != "" {
		y := maptest.Read(t, *embedding, 2)
		kl, err := KL(ctx, x, y, 30)
		trust, err2 := Trustworthiness(ctx, x, y, 12)
		t.Logf("that embedding: divergence %.4f, trustworthiness %.5f %v %v", kl, trust, err, err2)
		return
	}
	begin := time.Now()
	e := embed(t, x, Options{})
	seconds := time.Since(begin).Seconds()
	trust, err := Trustworthiness(ctx, x, e.Points, 12)
	t.Logf("this embedding: %.2f s with the divergence, which is %.4f; trustworthiness %.5f %v", seconds, e.KL, trust, err)
}

// digits is the first n images of MNIST by their 50 principal components.
func digits(t *testing.T, n int) *tensor.Tensor {
	t.Helper()
	dir := os.Getenv("LATENTSPACE_DATA")
	if dir == "" {
		t.Skip("LATENTSPACE_DATA is not set")
	}
	f, err := os.Open(filepath.Join(dir, "mnist", "train-images-idx3-ubyte.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, 16+784*n)
	if _, err := io.ReadFull(z, raw); err != nil {
		t.Fatal(err)
	}
	x := tensor.New(n, 784)
	for i, v := range raw[16:] {
		x.Data[i] = float32(v) / 255
	}
	s, err := nearest.New(context.Background(), x, nearest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	axes, err := components(s, 50)
	if err != nil {
		t.Fatal(err)
	}
	y := tensor.New(n, 50)
	kernel.MatMul(y.Data, x.Data, axes, n, 50, 784, false, false, false)
	return y
}

// Scikit-learn 1.2 reaches 1.708 at 10,000 digits and a trustworthiness of 0.989; the
// 70,000 of both of its files, 2.76. Fewer digits have less to be divided by.
func TestDigitsAreEmbeddedWell(t *testing.T) {
	if *mnist == 0 {
		t.Skip("needs -mnist, 10000 or another number of digits")
	}
	x := digits(t, *mnist)
	e := embed(t, x, Options{})
	trust, err := Trustworthiness(context.Background(), x, e.Points, 12)
	if err != nil {
		t.Fatal(err)
	}
	most := 1.71
	if *mnist > 10_000 {
		most += 1.08 * math.Log(float64(*mnist)/10_000) / math.Log(7)
	}
	if !(e.KL <= most && trust >= 0.984) {
		t.Errorf("divergence %.4f, trustworthiness %.4f, want at most %.2f and at least 0.984", e.KL, trust, most)
	}
	t.Logf("divergence %.4f, trustworthiness %.4f", e.KL, trust)
}
