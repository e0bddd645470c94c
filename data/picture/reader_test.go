package picture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// written encodes a picture.
func written(t testing.TB, encode func(b *bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	return written(t, func(b *bytes.Buffer) error { return png.Encode(b, m) })
}

// filled is a picture of 2 × 1 with two colours.
func filled[M interface {
	image.Image
	Set(x, y int, c color.Color)
}](m M, left, right color.Color) M {
	m.Set(0, 0, left)
	m.Set(1, 0, right)
	return m
}

var two = image.Rect(0, 0, 2, 1)

func TestEveryModeIsReadToBytes(t *testing.T) {
	palette := color.Palette{color.NRGBA{10, 20, 30, 255}, color.NRGBA{0, 0, 0, 0}, color.NRGBA{200, 100, 50, 51}}
	part := image.NewPaletted(image.Rect(1, 0, 2, 1), palette[:1])
	tiffOf := func(m image.Image) []byte {
		return written(t, func(b *bytes.Buffer) error { return tiff.Encode(b, m, nil) })
	}
	for _, c := range []struct {
		name string
		file []byte
		what string
		want []byte // on a background of (0, 0, 255)
	}{
		{"grey PNG", pngOf(t, filled(image.NewGray(two), color.Gray{7}, color.Gray{250})), "PNG grey", []byte{7, 7, 7, 250, 250, 250}},
		// 0x1234 = 4660 is 18.13 of 255, 0xfedc is 254.86.
		{"grey PNG of 16 bits", pngOf(t, filled(image.NewGray16(two), color.Gray16{0x1234}, color.Gray16{0xfedc})), "PNG grey deep", []byte{18, 18, 18, 254, 254, 254}},
		{"PNG", pngOf(t, filled(image.NewRGBA(two), color.RGBA{1, 2, 3, 255}, color.RGBA{4, 5, 6, 255})), "PNG colour", []byte{1, 2, 3, 4, 5, 6}},
		// Half of (100, 200, 0) over blue: α = 128, (100·128 + 0·127)/255 = 50.2, 100.4, 127.
		{"PNG with alpha", pngOf(t, filled(image.NewNRGBA(two), color.NRGBA{100, 200, 0, 128}, color.NRGBA{9, 9, 9, 0})), "PNG colour transparent", []byte{50, 100, 127, 0, 0, 255}},
		{"PNG of 16 bits with alpha", pngOf(t, filled(image.NewNRGBA64(two), color.NRGBA64{0xffff, 0, 0, 0x8000}, color.NRGBA64{0x1234, 0, 0, 0xffff})), "PNG colour deep transparent", []byte{128, 0, 127, 18, 0, 0}},
		{"palette", pngOf(t, filled(image.NewPaletted(two, palette[:1]), palette[0], palette[0])), "PNG palette", []byte{10, 20, 30, 10, 20, 30}},
		// A fifth of (200, 100, 50): 40, 20, 10 + 204.
		{"palette with transparency", pngOf(t, filled(image.NewPaletted(two, palette), palette[1], palette[2])), "PNG palette transparent", []byte{0, 0, 255, 40, 20, 214}},
		{"BMP", written(t, func(b *bytes.Buffer) error {
			return bmp.Encode(b, filled(image.NewRGBA(two), color.RGBA{1, 2, 3, 255}, color.RGBA{4, 5, 6, 255}))
		}), "BMP colour", []byte{1, 2, 3, 4, 5, 6}},
		{"TIFF of 16 bits", tiffOf(filled(image.NewGray16(two), color.Gray16{0x1234}, color.Gray16{0xffff})), "TIFF grey deep", []byte{18, 18, 18, 255, 255, 255}},
		{"TIFF with alpha", tiffOf(filled(image.NewNRGBA(two), color.NRGBA{100, 200, 0, 128}, color.NRGBA{9, 9, 9, 255})), "TIFF colour transparent", []byte{50, 100, 127, 9, 9, 9}},
		{"GIF whose first frame is a part", written(t, func(b *bytes.Buffer) error {
			return gif.EncodeAll(b, &gif.GIF{Image: []*image.Paletted{part, part}, Delay: []int{1, 1}, Config: image.Config{ColorModel: palette[:1], Width: 2, Height: 1}})
		}), "GIF palette transparent frames", []byte{0, 0, 255, 10, 20, 30}},
		{"PBM in numbers", []byte("P1 # black, white\n2 1\n10"), "PNM grey", []byte{0, 0, 0, 255, 255, 255}},
		{"PBM", []byte("P4\n2 1\n\x80"), "PNM grey", []byte{0, 0, 0, 255, 255, 255}},
		{"PGM in numbers", []byte("P2\n2 1\n# most\n4\n1 4\n"), "PNM grey", []byte{64, 64, 64, 255, 255, 255}},
		{"PGM", []byte("P5 2 1 255\n\x07\x08"), "PNM grey", []byte{7, 7, 7, 8, 8, 8}},
		{"PGM of 16 bits", []byte("P5 2 1 65535\n\x12\x34\xff\xff"), "PNM grey deep", []byte{18, 18, 18, 255, 255, 255}},
		{"PPM in numbers", []byte("P3 2 1 255 1 2 3 4 5 6"), "PNM colour", []byte{1, 2, 3, 4, 5, 6}},
		{"PPM", []byte("P6 2 1 255\n\x01\x02\x03\x04\x05\x06"), "PNM colour", []byte{1, 2, 3, 4, 5, 6}},
	} {
		var r Reader
		o := Options{Height: 1, Width: 2, Background: Colour{0, 0, 255}}
		got := make([]byte, o.Size())
		info, err := r.Read(c.file, got, o)
		if err != nil || info.describe() != c.what || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v as %s, %v, want %v as %s", c.name, got, info.describe(), err, c.want, c.what)
		}
		o.Grey = true
		grey := make([]byte, o.Size())
		if _, err := r.Read(c.file, grey, o); err != nil {
			t.Errorf("%s, grey: %v", c.name, err)
		}
		for k, v := range grey {
			if want := (Colour{got[3*k], got[3*k+1], got[3*k+2]}).grey(); v != want {
				t.Errorf("%s: grey %d, want %d of %v", c.name, v, want, got)
			}
		}
	}
}

// chunked puts a chunk with an orientation into a PNG file, after the header.
func chunked(file []byte, orientation byte) []byte {
	exif := []byte{'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0}
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(exif)))
	chunk = append(append(chunk, "eXIf"...), exif...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	const header = 33
	return slices.Concat(file[:header], chunk, file[header:])
}

// The stored picture is 1 2 3 over 4 5 6. How it is seen is written out from the table of the EXIF
// standard: of orientation 6 the first row is the right side and the first column the top.
func TestOrientationsAreApplied(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 3, 2))
	copy(m.Pix, []byte{1, 2, 3, 4, 5, 6})
	plain := pngOf(t, m)
	for orientation, want := range []string{
		1: "123 456", 2: "321 654", 3: "654 321", 4: "456 123",
		5: "14 25 36", 6: "41 52 63", 7: "63 52 41", 8: "36 25 14",
	} {
		if want == "" {
			continue
		}
		rows := strings.Fields(want)
		o := Options{Height: len(rows), Width: len(rows[0]), Grey: true}
		got := make([]byte, o.Size())
		var r Reader
		info, err := r.Read(chunked(plain, byte(orientation)), got, o)
		for k := range got {
			got[k] += '0'
		}
		if want := strings.Join(rows, ""); err != nil || string(got) != want || info.Width != o.Width || info.Turned != (orientation > 1) {
			t.Errorf("orientation %d: %s, %+v, %v, want %s", orientation, got, info, err, want)
		}
		// What is cut out is the middle of what is seen, and a border is around that.
		for _, pad := range []bool{false, true} {
			o := Options{Height: 4, Width: 6, Grey: true, Pad: pad, Background: Colour{90, 90, 90}}
			seen := image.NewGray(image.Rect(0, 0, len(rows[0]), len(rows)))
			for k := range seen.Pix {
				seen.Pix[k] = rows[k/len(rows[0])][k%len(rows[0])] - '0'
			}
			turned, upright := make([]byte, o.Size()), make([]byte, o.Size())
			if _, err := r.Read(chunked(plain, byte(orientation)), turned, o); err != nil {
				t.Fatal(err)
			}
			if _, err := r.Read(pngOf(t, seen), upright, o); err != nil || !slices.Equal(turned, upright) {
				t.Errorf("orientation %d, pad %v: %v, want %v as if it was stored upright", orientation, pad, turned, upright)
			}
		}
	}
}

func TestTheOrientationOfAJPEGIsInItsEXIFData(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 16, 8))
	for k := range m.Pix {
		m.Pix[k] = byte(k % 16 / 8 * 255) // black on the left
	}
	file := written(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, m, &jpeg.Options{Quality: 100}) })
	exif := []byte{0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0}
	o := Options{Height: 16, Width: 8, Grey: true}
	got := make([]byte, o.Size())
	var r Reader
	if _, err := r.Read(slices.Concat(file[:2], exif, file[2:]), got, o); err != nil || got[0] > 1 || got[len(got)-1] < 254 {
		t.Errorf("the first value is %d and the last %d, %v, want black on top", got[0], got[len(got)-1], err)
	}
}

func TestWhatIsCutOutAndPadded(t *testing.T) {
	for _, c := range []struct {
		name          string
		width, height int
		o             Options
		from, to      box
	}{
		{"the middle of a wide picture", 200, 100, Options{Width: 64, Height: 64}, box{50, 0, 100, 100}, box{0, 0, 64, 64}},
		{"the middle of a tall picture", 100, 301, Options{Width: 64, Height: 64}, box{0, 100, 100, 100}, box{0, 0, 64, 64}},
		{"all of a square", 10, 10, Options{Width: 64, Height: 64}, box{0, 0, 10, 10}, box{0, 0, 64, 64}},
		{"for an example that is wide", 100, 100, Options{Width: 64, Height: 32}, box{0, 25, 100, 50}, box{0, 0, 64, 32}},
		{"a wide picture padded", 200, 100, Options{Width: 64, Height: 64, Pad: true}, box{0, 0, 200, 100}, box{0, 16, 64, 32}},
		{"a tall picture padded", 100, 200, Options{Width: 64, Height: 64, Pad: true}, box{0, 0, 100, 200}, box{16, 0, 32, 64}},
		{"a line padded", 1000, 1, Options{Width: 64, Height: 64, Pad: true}, box{0, 0, 1000, 1}, box{0, 31, 64, 1}},
		{"a line cut", 1000, 1, Options{Width: 64, Height: 64}, box{499, 0, 1, 1}, box{0, 0, 64, 64}},
	} {
		if from, to := c.o.fit(c.width, c.height); from != c.from || to != c.to {
			t.Errorf("%s: %v to %v, want %v to %v", c.name, from, to, c.from, c.to)
		}
	}
}

func TestColoursAreRead(t *testing.T) {
	for s, want := range map[string]Colour{"white": {255, 255, 255}, "black": {}, "grey": {128, 128, 128}, "#ff8000": {255, 128, 0}} {
		if got, err := ParseColour(s); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "red", "ff8000", "#ff80", "#ff80001", "#gg0000", "#+f8000"} {
		if got, err := ParseColour(s); err == nil {
			t.Errorf("%q: got %v, want an error", s, got)
		}
	}
}

// Small JPEGs of a little more than the size that they are read to.
func BenchmarkSmallJPEG(b *testing.B) {
	m := image.NewRGBA(image.Rect(0, 0, 80, 72))
	for k := range m.Pix {
		m.Pix[k] = byte(k*k>>8 + k/7)
	}
	file := written(b, func(w *bytes.Buffer) error { return jpeg.Encode(w, m, nil) })
	var r Reader
	o := Options{Height: 64, Width: 64}
	dst := make([]byte, o.Size())
	for b.Loop() {
		if _, err := r.Read(file, dst, o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pictures/s")
}
