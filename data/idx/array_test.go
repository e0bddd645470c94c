package idx

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"latentspace/internal/untrusted"
)

// encode is the inverse of parse.
func encode(data []byte, dims ...uint32) []byte {
	b := []byte{0, 0, Bytes, byte(len(dims))}
	for _, d := range dims {
		b = binary.BigEndian.AppendUint32(b, d)
	}
	return append(b, data...)
}

func zip(b []byte) []byte {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(b)
	w.Close()
	return z.Bytes()
}

func TestReadIDX(t *testing.T) {
	data := []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	plain := encode(data, 2, 3, 2)
	for name, b := range map[string][]byte{"plain": plain, "in gzip": zip(plain)} {
		x, err := Read(bytes.NewReader(b), Bytes, 3, "")
		if err != nil || !slices.Equal(x.Dims, []int{2, 3, 2}) || !bytes.Equal(x.Rows.Bytes(), data) {
			t.Errorf("%s: got %v, %v, want sizes [2 3 2] and %v", name, x, err, data)
		}
	}
	large := bytes.Repeat([]byte{7}, 1<<20+3)
	x, err := Read(bytes.NewReader(encode(large, uint32(len(large)))), Bytes, 1, "")
	if err != nil || !bytes.Equal(x.Rows.Bytes(), large) {
		t.Errorf("a megabyte: got %d bytes, %v", len(x.Rows.Bytes()), err)
	}
}

func TestReadIDXErrors(t *testing.T) {
	good := encode([]byte{1, 2, 3, 4}, 4)
	packed := zip(good)
	flipped := slices.Clone(packed)
	flipped[len(flipped)-8] ^= 1 // in the checksum
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"an empty file", nil, "an empty file, want an IDX array of bytes with rank 1, which begins with 00 00 08 01; get the file again"},
		{"half a magic number", good[:2], "magic number: unexpected EOF"},
		{"no sizes", good[:4], "sizes: unexpected EOF"},
		{"half a size", good[:6], "sizes: unexpected EOF"},
		{"no data", good[:8], "the file ends after 0 bytes of data, want 4: unexpected EOF"},
		{"less data than declared", good[:11], "the file ends after 3 bytes of data, want 4: unexpected EOF"},
		{"more data than declared", append(slices.Clone(good), 5), "the file goes on after 4 bytes of data, want its end"},
		{"another type", []byte{0, 0, 0x0d, 1, 0, 0, 0, 0}, "an IDX array of float32 with rank 1, want an IDX array of bytes with rank 1, which begins with 00 00 08 01"},
		{"another rank", encode(nil, 0, 0, 0), "an IDX array of bytes with rank 3, want an IDX array of bytes with rank 1, which begins with 00 00 08 01"},
		{"a page of HTML", []byte("<!DOCTYPE html>"), "an HTML page, as servers send in place of a file that they refuse, want an IDX array of bytes with rank 1, which begins with 00 00 08 01; get the file itself"},
		{"a size beyond all memory", encode(nil, 1<<32-1), "sizes ff ff ff ff make 4294967295 bytes, want at most 1073741824; LATENTSPACE_LIMITS=idx=N allows N, for a file that you trust"},
		{"half a header of gzip", packed[:5], "unexpected EOF"},
		{"gzip that is cut off", packed[:len(packed)-9], "unexpected EOF"},
		{"gzip without its checksum", packed[:len(packed)-4], "unexpected EOF"},
		{"gzip with a wrong checksum", flipped, "gzip: invalid checksum"},
		{"gzip with something behind it", append(slices.Clone(packed), 'x'), "unexpected EOF"},
	} {
		x, err := Read(bytes.NewReader(c.file), Bytes, 1, "")
		if err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s: got %v and error %v, want %q", c.name, x, err, c.want)
		}
	}
	// The digest is that of sha256sum.
	_, err := Read(bytes.NewReader(packed), Bytes, 1, "00ff")
	if want := "SHA-256 of the contents 0b1da69982aacc9cdc6cebbf58288a3c3d40ba80bbd7a4bfa1b4f8a07a96a116, want 00ff"; err == nil || err.Error() != want {
		t.Errorf("other contents than pinned: got error %v, want %q", err, want)
	}
}

func TestSizesThatOverflowAreAnError(t *testing.T) {
	for _, dims := range [][]uint32{{1 << 16, 1 << 16, 1 << 16}, {1<<32 - 1, 1<<32 - 1, 1<<32 - 1}, {0, 1<<32 - 1, 1<<32 - 1}, {1 << 31, 2, 1 << 31}} {
		if _, err := Read(bytes.NewReader(encode(nil, dims...)), Bytes, 3, ""); err == nil || !strings.Contains(err.Error(), "make ") {
			t.Errorf("sizes %v: got error %v, want one of their product", dims, err)
		}
	}
}

func TestADeclaredSizeIsNotAllocated(t *testing.T) {
	file, row := encode([]byte{1, 2, 3}, uint32(untrusted.IDX.Most)), encode([]byte{1, 2, 3}, 1, uint32(untrusted.IDX.Most))
	for _, file := range [][]byte{file, zip(file), row, zip(row)} {
		_, took, err := reading(file)
		if err == nil {
			t.Errorf("a file of %d bytes that declares a gigabyte: got no error", len(file))
		}
		if took > 1<<20 {
			t.Errorf("a file of %d bytes took %d, want less than a megabyte", len(file), took)
		}
	}
}

// Reading takes the memory of the array and little more.
func TestAFileIsReadIntoItsOwnMemory(t *testing.T) {
	const n = 8 << 20
	data := make([]byte, n)
	src := rand.NewChaCha8([32]byte{})
	src.Read(data)
	file := encode(data, n)
	for _, file := range [][]byte{file, zip(file)} {
		x, took, err := reading(file)
		if err != nil || !bytes.Equal(x.Rows.Bytes(), data) {
			t.Fatalf("got error %v, or other bytes", err)
		}
		if took > n+2<<20 {
			t.Errorf("%d bytes took %d, want two megabytes more at most", n, took)
		}
	}
}

// reading reads a file and returns how many bytes were allocated for that.
func reading(file []byte) (x Array, took uint64, err error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	x, err = ReadBytes(bytes.NewReader(file))
	runtime.ReadMemStats(&after)
	return x, after.TotalAlloc - before.TotalAlloc, err
}

func FuzzReadIDX(f *testing.F) {
	for _, file := range [][]byte{
		nil,
		encode([]byte{1, 2, 3, 4, 5, 6}, 1, 2, 3),
		zip(encode([]byte{1, 2, 3, 4, 5, 6}, 1, 2, 3)),
		encode(nil, 0, 28, 28),
		encode([]byte{1}, 1<<32-1, 1<<32-1, 1<<32-1),
		encode([]byte{1, 2}, 1, 1, 1),
		{0x1f, 0x8b},
	} {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		x, err := Read(bytes.NewReader(file), Bytes, 3, "")
		if err != nil {
			return
		}
		if n := x.Dims[0] * x.Dims[1] * x.Dims[2]; n != len(x.Rows.Bytes()) {
			t.Fatalf("sizes %v with %d bytes", x.Dims, len(x.Rows.Bytes()))
		}
		if plain := encode(x.Rows.Bytes(), uint32(x.Dims[0]), uint32(x.Dims[1]), uint32(x.Dims[2])); file[0] == 0 && !bytes.Equal(plain, file) {
			t.Fatalf("encodes as % x, want % x", plain, file)
		}
	})
}
