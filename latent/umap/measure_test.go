package umap

import (
	"bytes"
	"context"
	"encoding/binary"
	"flag"
	"os"
	"testing"
	"time"

	"latentspace/latent/maptest"
	"latentspace/latent/tsne"
)

var (
	points  = flag.String("points", "", "measure on the float32 rows of this file")
	columns = flag.Int("columns", 50, "of the rows")
	placed  = flag.String("placed", "", "write the map to this file, or measure it if -judge is given")
	judge   = flag.Bool("judge", false, "measure the map of -placed")
	dims    = flag.Int("dims", 2, "of the map")
	added   = flag.String("added", "", "place the rows of this file on the map")
	epochs  = flag.Int("epochs", 0, "of the descent")
)

func TestMeasure(t *testing.T) {
	if *points == "" {
		t.Skip("needs -points")
	}
	x, ctx := maptest.Read(t, *points, *columns), context.Background()
	if !*judge {
		begin := time.Now()
		m, err := Fit(ctx, x, Options{Dims: *dims, Epochs: *epochs})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d points: %.2f s", x.Shape[0], time.Since(begin).Seconds())
		if *added != "" {
			x := maptest.Read(t, *added, *columns)
			begin := time.Now()
			if _, err := m.Transform(ctx, x); err != nil {
				t.Fatal(err)
			}
			t.Logf("%d more: %.2f s", x.Shape[0], time.Since(begin).Seconds())
		}
		var b bytes.Buffer
		binary.Write(&b, binary.LittleEndian, m.Points.Data)
		if *placed != "" {
			if err := os.WriteFile(*placed, b.Bytes(), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	y := maptest.Read(t, *placed, *dims)
	trust, err := tsne.Trustworthiness(ctx, x, y, 12)
	t.Logf("trustworthiness %.5f %v", trust, err)
}
