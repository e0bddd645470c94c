package draw

import (
	"testing"

	"latentspace/data/keyed"
)

func TestBitmapsArePackedAndUnpacked(t *testing.T) {
	d := keyed.New(1, "test")
	pixels := make([]byte, 64*64)
	for k := range pixels {
		pixels[k] = byte(d.Below(2))
	}
	var m Bitmap
	if at := m.Pack(pixels); at >= 0 {
		t.Fatalf("pixel %d is refused", at)
	}
	values, grey := make([]float32, 64*64), make([]byte, 64*64)
	m.Values(values)
	m.Bytes(grey)
	for k, p := range pixels {
		if white := m[k/64]>>(k%64)&1 == 1; white != (p == 1) || values[k] != float32(p) || grey[k] != 255*p {
			t.Fatalf("pixel %d is %d: bit %v, value %v, byte %d", k, p, white, values[k], grey[k])
		}
	}
	for _, k := range []int{0, 7, 8, 4095} {
		for _, v := range []byte{2, 3, 128, 255} {
			was := pixels[k]
			pixels[k] = v
			if at := m.Pack(pixels); at != k {
				t.Errorf("%d at pixel %d: refused at %d", v, k, at)
			}
			pixels[k] = was
		}
	}
}
