package picture

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// declaring returns a PNG file whose header declares another size.
func declaring(file []byte, width, height uint32, interlaced bool) []byte {
	b := slices.Clone(file)
	binary.BigEndian.PutUint32(b[16:], width)
	binary.BigEndian.PutUint32(b[20:], height)
	if interlaced {
		b[28] = 1
	}
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func TestDamagedAndHostileFilesAreRefused(t *testing.T) {
	grey := pngOf(t, image.NewGray(image.Rect(0, 0, 4, 4)))
	photo := written(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, image.NewNRGBA(image.Rect(0, 0, 64, 64)), nil) })
	wide := slices.Clone(photo)
	frame := bytes.Index(wide, []byte{0xff, 0xc0})
	copy(wide[frame+5:], []byte{0xff, 0xff, 0xff, 0xff})
	large := declaring(slices.Concat(grey, make([]byte, 1<<20-len(grey))), 30_000, 2_000, true)
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"a PNG of 72 bytes that declares 60000²", declaring(grey, 60_000, 60_000, false)[:72-4], "PNG of 60000 × 60000 pixels: 3600000000 pixels, want at most 64000000"},
		{"more than deflate can do", declaring(grey, 8_000, 8_000, false), "PNG of 8000 × 8000 pixels: a file of "},
		{"an interlaced PNG of a megabyte", large, "PNG of 30000 × 2000 pixels: 120000000 bytes a megabyte, want at most 50331648; LATENTSPACE_LIMITS=picture-memory=N"},
		{"a JPEG of 65535²", wide, "JPEG of 65535 × 65535 pixels: 4294836225 pixels"},
		{"no pixels", declaring(grey, 0, 4, false), "PNG"},
		{"a cut PNG", grey[:len(grey)-20], "PNG: the file is cut off"},
		{"a cut header", grey[:20], "PNG: no header"},
		{"a cut JPEG", photo[:len(photo)/2], "JPEG: the file is cut off"},
		{"a changed byte", func() []byte { b := slices.Clone(grey); b[45] ^= 1; return b }(), "PNG: zlib: invalid checksum"},
		{"an HTML page", []byte("<!DOCTYPE html><html>"), "an HTML page, as servers send in place of a file that they refuse, want a picture"},
		{"an empty file", nil, "an empty file, want a picture"},
		{"a long line", []byte("P5 70000 1 255\n" + strings.Repeat("x", 70_000)), "PNM of 70000 × 1 pixels: want at most 65536 along a side"},
		{"a PGM that is too short", []byte("P5 4 4 255\nabc"), "PNM: 3 bytes of pixels, want at least 16 for 4 × 4"},
		{"a value above white", []byte("P2 1 1 4 5"), "PNM: the value 5 in row 0, want at most 4"},
		{"letters for numbers", []byte("P2 a"), `PNM: 'a', want a number`},
		{"a bit of 7", []byte("P1 1 1 7"), "PNM: '7', want 0 or 1"},
		{"white that is 0", []byte("P5 1 1 0\nx"), "PNM: white is 0, want 1 to 65535"},
	} {
		var r Reader
		o := Options{Height: 8, Width: 8}
		_, err := r.Read(c.file, make([]byte, o.Size()), o)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %q", c.name, err, c.want)
		}
	}
	var r Reader
	if _, err := r.Read(grey, make([]byte, 3), Options{Height: 8, Width: 8}); err == nil {
		t.Error("too little room: no error")
	}
}

// What a file of a megabyte may make the reader allocate.
func TestAHostileFileTakesLittleMemory(t *testing.T) {
	grey := pngOf(t, image.NewGray(image.Rect(0, 0, 4, 4)))
	rest := make([]byte, 1<<20-len(grey))
	progressive := []byte{0xff, 0xd8, 0xff, 0xc2, 0, 17, 8, 0x0b, 0xb8, 0x0f, 0xa0, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0}
	for name, file := range map[string][]byte{
		"PNG":               declaring(slices.Concat(grey, rest), 7_000, 7_000, false),
		"interlaced PNG":    declaring(slices.Concat(grey, rest), 4_900, 4_900, true),
		"progressive JPEG":  slices.Concat(progressive, rest),
		"TIFF of one strip": hostileTIFF(t, 4_000, 3_000),
		"PGM in numbers":    []byte("P2 700 700 255\n" + strings.Repeat("1 ", 700*700)),
	} {
		var r Reader
		o := Options{Height: 64, Width: 64}
		dst := make([]byte, o.Size())
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r.Read(file, dst, o) // an error or not
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 {
			t.Errorf("%s: %d bytes were allocated for a file of %d, want at most 64 MiB", name, n, len(file))
		}
	}
}

// hostileTIFF is a file of a megabyte whose only strip is zeros, deflated as far as it goes.
func hostileTIFF(t *testing.T, width, height int) []byte {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	zeros := make([]byte, 1<<20)
	for z.Len() < 60<<10 {
		w.Write(zeros)
	}
	w.Close()
	b := []byte("II*\x00\x08\x00\x00\x00")
	tags := [][3]int{{256, 4, width}, {257, 4, height}, {258, 3, 8}, {259, 3, 8}, {262, 3, 1}, {273, 4, 0}, {277, 3, 1}, {278, 4, height}, {279, 4, z.Len()}}
	b = binary.LittleEndian.AppendUint16(b, uint16(len(tags)))
	tags[5][2] = len(b) + 12*len(tags) + 4
	for _, tag := range tags {
		b = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(b, uint16(tag[0])), uint16(tag[1]))
		b = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, 1), uint32(tag[2]))
	}
	return append(append(b, 0, 0, 0, 0), z.Bytes()...)
}

func FuzzRead(f *testing.F) {
	m := image.NewNRGBA(image.Rect(0, 0, 5, 3))
	m.Set(1, 1, color.NRGBA{1, 2, 3, 4})
	f.Add(pngOf(f, m))
	f.Add(chunked(pngOf(f, m), 6))
	f.Add(written(f, func(b *bytes.Buffer) error { return jpeg.Encode(b, m, nil) }))
	for _, s := range []string{
		"P1 2 1 10", "P2 1 1 4 3", "P3 1 1 255 1 2 3", "P4 9 1 ab", "P5 2 1 65535 abcd", "P6 1 1 255 abc",
		"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
		"RIFF\x24\x00\x00\x00WEBPVP8L", "II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00", "BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00",
	} {
		f.Add([]byte(s))
	}
	if shared := os.Getenv("LATENTSPACE_DATA"); shared != "" {
		for _, c := range odd {
			b, err := os.ReadFile(filepath.Join(shared, "odd-pictures", c.name))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var r Reader
		for _, o := range []Options{{Height: 4, Width: 6}, {Height: 5, Width: 5, Grey: true, Pad: true}} {
			dst, again := make([]byte, o.Size()), make([]byte, o.Size())
			first, err := r.Read(b, dst, o)
			second, twice := r.Read(b, again, o)
			if first != second || (err == nil) != (twice == nil) || err == nil && !bytes.Equal(dst, again) {
				t.Fatalf("%v, %v and then %v, %v", first, err, second, twice)
			}
		}
	})
}
