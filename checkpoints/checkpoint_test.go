package checkpoints

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/internal/untrusted"
	"latentspace/tensor"
)

// small is a checkpoint with what is unusual: a scalar, an empty tensor, odd
// sizes, special values, and names and strings that JSON has to escape.
func small() *Checkpoint {
	inf, nan := float32(math.Inf(1)), math.Float32frombits(0x7fc00123)
	return &Checkpoint{
		Meta: map[string]string{"step": "13", "config": "name: \"vae\"\n<é>\x00", "A": ""},
		Tensors: map[string]*tensor.Tensor{
			"param/encoder.weight": {Shape: []int{2, 3}, Data: []float32{1, -2, 3.5, inf, nan, float32(math.Copysign(0, -1))}},
			"param/encoder.bias":   {Shape: []int{3}, Data: []float32{0.1, 0.2, 0.3}},
			"optim/elbo/t":         {Shape: []int{}, Data: []float32{13}},
			"param/\"z\"":          {Shape: []int{0, 4}, Data: []float32{}},
		},
	}
}

func encoded(t testing.TB, c *Checkpoint) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Encode(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// checkSame compares to the bit: Hash tells NaNs and zeros apart.
func checkSame(t *testing.T, got, want *Checkpoint) {
	t.Helper()
	if !maps.Equal(got.Meta, want.Meta) {
		t.Errorf("metadata: got %q, want %q", got.Meta, want.Meta)
	}
	if Hash(got.Tensors) != Hash(want.Tensors) {
		t.Errorf("tensors: got %v, want %v", got.Tensors, want.Tensors)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	many := &Checkpoint{Tensors: map[string]*tensor.Tensor{}}
	for i := range 300 {
		many.Tensors[fmt.Sprint(i)] = tensor.New(i % 7)
	}
	long := tensor.New(3, chunkSize/2) // several chunks and a part
	for i := range long.Data {
		long.Data[i] = float32(i)
	}
	tests := map[string]*Checkpoint{
		"special values and names survive":  small(),
		"nothing at all is a checkpoint":    {},
		"metadata needs no tensors":         {Meta: map[string]string{"step": "1"}},
		"many tensors keep their shapes":    many,
		"a tensor may be longer than chunk": {Tensors: map[string]*tensor.Tensor{"w": long}},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.safetensors")
			if err := os.WriteFile(path, encoded(t, want), 0o666); err != nil {
				t.Fatal(err)
			}
			got, err := Read(path)
			if err != nil {
				t.Fatal(err)
			}
			checkSame(t, got, want)
			meta, err := ReadMeta(path)
			if err != nil || !maps.Equal(meta, want.Meta) {
				t.Errorf("ReadMeta: got %q and error %v, want %q", meta, err, want.Meta)
			}
			if err := verify(path); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSameContentGivesTheSameBytes(t *testing.T) {
	want := encoded(t, small())
	for range 20 { // the order of maps changes from one to the next
		if got := encoded(t, small()); !bytes.Equal(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	}
	again, err := Decode(bytes.NewReader(want), int64(len(want)))
	if err != nil {
		t.Fatal(err)
	}
	if got := encoded(t, again); !bytes.Equal(got, want) {
		t.Errorf("read and written again: got %q, want %q", got, want)
	}
}

// The checksum comes from this program, which builds the file by itself:
//
//	import hashlib, struct
//	data = struct.pack("<3f", 1, -2, 0.5)
//	def head(sum):
//	    text = ('{"__metadata__":{"checksum":"%s","checksum/w":"%s","step":"7"},'
//	            '"w":{"dtype":"F32","shape":[3,1],"data_offsets":[0,12]}}'
//	            % (sum, hashlib.sha256(data).hexdigest())).encode()
//	    text += b" " * (-len(text) % 8)
//	    return struct.pack("<Q", len(text)) + text
//	file = head(hashlib.sha256(head("0" * 64)).hexdigest()) + data
//	print(hashlib.sha256(file).hexdigest())
//
// Another reader, github.com/nlpodyssey/safetensors at bfb01cc25f7c, takes the file
// and gives w and the metadata.
func TestFormatIsSafetensors(t *testing.T) {
	const want = "835186ed83c304d3757f8f1176e5e8acbda0cb7ce782e64a235322a0e69431e9"
	got := encoded(t, &Checkpoint{
		Meta:    map[string]string{"step": "7"},
		Tensors: map[string]*tensor.Tensor{"w": {Shape: []int{3, 1}, Data: []float32{1, -2, 0.5}}},
	})
	if sum := sha256Hex(got); sum != want {
		t.Errorf("file has SHA-256 %s, want %s:\n%q", sum, want, got)
	}
}

// place is the name of the tensor whose data has the byte at i, or "header".
func place(t *testing.T, file []byte, i int) string {
	t.Helper()
	h, err := readHeader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range h.entries {
		if at := int64(i) - h.dataStart; e.begin <= at && at < e.end {
			return fmt.Sprintf("tensor %q", e.name)
		}
	}
	return "header"
}

func TestEveryFlippedByteIsFound(t *testing.T) {
	file := encoded(t, small())
	path := filepath.Join(t.TempDir(), "a.safetensors")
	for i := range file {
		damaged := slices.Clone(file)
		damaged[i] ^= 0xff
		if err := os.WriteFile(path, damaged, 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		checkDamage(t, fmt.Sprintf("byte %d flipped", i), err, path, place(t, file, i))
		for bit := range 8 {
			damaged[i] = file[i] ^ 1<<bit
			if _, err := Decode(bytes.NewReader(damaged), int64(len(damaged))); err == nil {
				t.Errorf("byte %d, bit %d flipped: read without an error", i, bit)
			}
		}
	}
}

func TestFlippedBitsOf16KiBAreFound(t *testing.T) {
	c := small()
	c.Tensors["param/large"] = tensor.New(3500)
	file := encoded(t, c)
	every := 64 // bits that are not tried, and one
	if *long {
		every = 1
	}
	n := 0
	for bit := 0; bit < 8*len(file); bit += every {
		file[bit/8] ^= 1 << (bit % 8)
		if _, err := Decode(bytes.NewReader(file), int64(len(file))); err == nil {
			t.Errorf("bit %d flipped: read without an error", bit)
		}
		file[bit/8] ^= 1 << (bit % 8)
		n++
	}
	if len(file) < 14<<10 || len(file) > 18<<10 {
		t.Errorf("%d bytes, want about 16 KiB", len(file))
	}
	t.Logf("%d bits of %d bytes, all found", n, len(file))
}

func TestEveryTruncationIsFound(t *testing.T) {
	file := encoded(t, small())
	path := filepath.Join(t.TempDir(), "a.safetensors")
	for n := range file {
		if err := os.WriteFile(path, file[:n], 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path)
		checkDamage(t, fmt.Sprintf("cut to %d bytes", n), err, path, place(t, file, n))
		if err := verify(path); err == nil {
			t.Errorf("cut to %d bytes: verified", n)
		}
	}
}

func checkDamage(t *testing.T, what string, err error, path, place string) {
	t.Helper()
	if want := "checkpoints: " + path + ": " + place; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("%s: error %v, want %s…", what, err, want)
	}
}

// A file may shrink between the look at its size and the reading.
func TestFileThatEndsEarlyIsAnError(t *testing.T) {
	file := encoded(t, small())
	for n := range file {
		if _, err := Decode(bytes.NewReader(file[:n]), int64(len(file))); err == nil {
			t.Errorf("%d of %d bytes there: read without an error", n, len(file))
		}
	}
}

func TestChecksumErrorShowsBothSums(t *testing.T) {
	file := encoded(t, small())
	file[len(file)-1] ^= 1
	_, err := Decode(bytes.NewReader(file), int64(len(file)))
	want := fmt.Sprintf(`checkpoints: tensor "param/encoder.weight": checksum %.12s…, want %.12s…`,
		sha256Hex(file[len(file)-24:]), checksum(small().Tensors["param/encoder.weight"].Data))
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %v", err, want)
	}
}

func TestReadRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	for _, read := range []func(string) error{
		func(path string) error { _, err := Read(path); return err },
		func(path string) error { _, err := ReadMeta(path); return err },
	} {
		if err := read(dir); err == nil || !strings.Contains(err.Error(), dir+": a folder, want a regular file") {
			t.Errorf("folder: error %v, want one that says so", err)
		}
		missing := filepath.Join(dir, "missing")
		err := read(missing)
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), missing) {
			t.Errorf("missing file: error %v, want one that names it", err)
		}
	}
}

func TestEncodeRefusesWhatDecodeWould(t *testing.T) {
	one := func(name string, w *tensor.Tensor) *Checkpoint {
		return &Checkpoint{Tensors: map[string]*tensor.Tensor{name: w}}
	}
	meta := func(key, value string) *Checkpoint {
		return &Checkpoint{Meta: map[string]string{key: value}}
	}
	crowd := &Checkpoint{Tensors: map[string]*tensor.Tensor{}}
	for i := range untrusted.CheckpointTensors.Most + 1 {
		crowd.Tensors[fmt.Sprint(i)] = nil
	}
	tests := map[string]struct {
		c    *Checkpoint
		want string
	}{
		"a nil tensor":                    {one("w", nil), `tensor "w": nil`},
		"a shape that does not fit":       {one("w", &tensor.Tensor{Shape: []int{2, 2}, Data: make([]float32, 3)}), `tensor "w": 3 values for shape [2 2], want 4`},
		"a negative dimension":            {one("w", &tensor.Tensor{Shape: []int{-1, -1}, Data: make([]float32, 1)}), `tensor "w": shape [-1 -1] has a negative dimension`},
		"a shape that overflows to fit":   {one("w", &tensor.Tensor{Shape: []int{1 << 30, 1 << 30, 16}}), `tensor "w": shape [1073741824 1073741824 16] overflows`},
		"a rank above eight":              {one("w", tensor.New(1, 1, 1, 1, 1, 1, 1, 1, 1)), `tensor "w": shape of 9 dimensions, want at most 8`},
		"an empty name":                   {one("", tensor.New(1)), `tensor "": not a name`},
		"the name of the metadata":        {one("__metadata__", tensor.New(1)), `tensor "__metadata__": not a name`},
		"a name that is not UTF-8":        {one("w\xff", tensor.New(1)), `tensor "w\xff": not UTF-8`},
		"metadata that is not UTF-8":      {meta("k", "\xff"), `metadata key "k": not UTF-8`},
		"a key of the format":             {meta("checksum", "1"), `metadata key "checksum" is of the format`},
		"a key like that of a tensor":     {meta("checksum/w", "1"), `metadata key "checksum/w" is of the format`},
		"more metadata than a header has": {meta("k", strings.Repeat("x", int(untrusted.CheckpointHeader.Most))), `header of 167773`},
		"more tensors than a header has":  {crowd, `65537 tensors, want at most 65536`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			err := Encode(&b, test.c)
			if want := "checkpoints: " + test.want; err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("error %v, want %s…", err, want)
			}
			if b.Len() > 0 {
				t.Errorf("%d bytes were written before the error", b.Len())
			}
		})
	}
}

// failingWriter takes n bytes.
type failingWriter struct{ n int }

var errFull = errors.New("full")

func (w *failingWriter) Write(b []byte) (int, error) {
	if len(b) > w.n {
		return w.n, errFull
	}
	w.n -= len(b)
	return len(b), nil
}

func TestEncodeReportsErrorsOfTheWriter(t *testing.T) {
	size := len(encoded(t, small()))
	for n := range size {
		if err := Encode(&failingWriter{n}, small()); !errors.Is(err, errFull) {
			t.Errorf("room for %d of %d bytes: error %v, want %v", n, size, err, errFull)
		}
	}
}

// seal makes a file of a header and data, with the header's checksum in place of
// SUM and its length in front: everything is right but what the header says.
func seal(text string, data []byte) []byte {
	text = strings.Replace(text, "SUM", strings.Repeat("0", sumSize), 1)
	text += strings.Repeat(" ", -len(text)&7)
	raw := append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...)
	copy(raw[sumAt:], headerSum(raw))
	return append(raw, data...)
}
