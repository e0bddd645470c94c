package checkpoints

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"latentspace/internal/untrusted"
)

func sha256Hex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// sums is a header's metadata with right checksums for tensors of four zero bytes.
func sums(names ...string) string {
	text := `{"__metadata__":{"checksum":"SUM"`
	for _, name := range names {
		text += fmt.Sprintf(`,"checksum/%s":"%s"`, name, sha256Hex(make([]byte, 4)))
	}
	return text + `}`
}

// overflows is what is said of a shape that has too many elements: that its first size is too large,
// where an int has 32 bits.
func overflows(shape string) string {
	if first, _, _ := strings.Cut(shape, " "); strconv.IntSize == 32 {
		return `tensor "w": shape: ` + first + `, want an integer from 0 to 2^31 − 1`
	}
	return `tensor "w": shape [` + shape + `] overflows`
}

func TestHeadersThatLieAreRefused(t *testing.T) {
	w := func(fields string) string { return sums("w") + `,"w":{` + fields + `}}` }
	ab := func(a, b string) string {
		const format = `,"a":{"dtype":"F32","shape":[1],"data_offsets":[%s]},"b":{"dtype":"F32","shape":[1],"data_offsets":[%s]}}`
		return sums("a", "b") + fmt.Sprintf(format, a, b)
	}
	tests := map[string]struct {
		text string // whole header
		data int    // zero bytes after it
		want string
	}{
		"a right header passes":                 {w(`"dtype":"F32","shape":[1],"data_offsets":[0,4]`), 4, ""},
		"fields may come in any order":          {w(`"data_offsets":[0,4],"shape":[1,1],"dtype":"F32"`), 4, ""},
		"another dtype is refused":              {w(`"dtype":"F16","shape":[2],"data_offsets":[0,4]`), 4, `tensor "w": dtype "F16", want F32`},
		"a dtype of another case is refused":    {w(`"dtype":"f32","shape":[1],"data_offsets":[0,4]`), 4, `tensor "w": dtype "f32", want F32`},
		"a missing dtype is refused":            {w(`"shape":[1],"data_offsets":[0,4]`), 4, `tensor "w": dtype: missing`},
		"a missing shape is refused":            {w(`"dtype":"F32","data_offsets":[0,4]`), 4, `tensor "w": shape: missing`},
		"missing offsets are refused":           {w(`"dtype":"F32","shape":[1]`), 4, `tensor "w": data_offsets: missing`},
		"an unknown field is refused":           {w(`"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1`), 4, `tensor "w": x: unknown field`},
		"a field of another case is refused":    {w(`"dtype":"F32","Shape":[1],"data_offsets":[0,4]`), 4, `tensor "w": Shape: unknown field`},
		"a field that comes twice is refused":   {w(`"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]`), 4, `tensor "w": shape: twice`},
		"a shape beyond its bytes is refused":   {w(`"dtype":"F32","shape":[2],"data_offsets":[0,4]`), 4, `tensor "w": 4 bytes for shape [2], want 8`},
		"a shape below its bytes is refused":    {w(`"dtype":"F32","shape":[0],"data_offsets":[0,4]`), 4, `tensor "w": 4 bytes for shape [0], want 0`},
		"a rank above eight is refused":         {w(`"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]`), 4, `tensor "w": shape: 9 dimensions, want at most 8`},
		"a product that overflows is refused":   {w(`"dtype":"F32","shape":[4294967296,4294967296,1],"data_offsets":[0,4]`), 4, overflows("4294967296 4294967296 1")},
		"an overflow that wraps is refused":     {w(`"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]`), 4, overflows("4611686018427387905")},
		"an overflow before a zero is refused":  {w(`"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]`), 0, overflows("4294967296 4294967296 0")},
		"a dimension above int is refused":      {w(`"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]`), 4, `tensor "w": shape: 9223372036854775808, want an integer`},
		"a negative dimension is refused":       {w(`"dtype":"F32","shape":[-1],"data_offsets":[0,4]`), 4, `tensor "w": shape: -1, want an integer`},
		"a fraction is refused":                 {w(`"dtype":"F32","shape":[1.0],"data_offsets":[0,4]`), 4, `tensor "w": shape: 1.0, want an integer`},
		"an exponent is refused":                {w(`"dtype":"F32","shape":[1e0],"data_offsets":[0,4]`), 4, `tensor "w": shape: 1e0, want an integer`},
		"a string for a number is refused":      {w(`"dtype":"F32","shape":["1"],"data_offsets":[0,4]`), 4, `tensor "w": shape: found "1", want an integer`},
		"a number for a shape is refused":       {w(`"dtype":"F32","shape":1,"data_offsets":[0,4]`), 4, `tensor "w": shape: found "1", want [`},
		"a nested shape is refused":             {w(`"dtype":"F32","shape":[[1]],"data_offsets":[0,4]`), 4, `tensor "w": shape: found "[", want an integer`},
		"null for a shape is refused":           {w(`"dtype":"F32","shape":null,"data_offsets":[0,4]`), 4, `tensor "w": shape: found "<nil>", want [`},
		"one offset is refused":                 {w(`"dtype":"F32","shape":[1],"data_offsets":[4]`), 4, `tensor "w": data_offsets: found "]", want an integer`},
		"three offsets are refused":             {w(`"dtype":"F32","shape":[1],"data_offsets":[0,4,4]`), 4, `tensor "w": data_offsets: found "4", want ]`},
		"a negative offset is refused":          {w(`"dtype":"F32","shape":[1],"data_offsets":[-4,0]`), 4, `tensor "w": data_offsets: -4, want an integer`},
		"an end before the start is refused":    {w(`"dtype":"F32","shape":[1],"data_offsets":[4,0]`), 4, `tensor "w": bytes 4 to 0, want`},
		"an end beyond the file is refused":     {w(`"dtype":"F32","shape":[2],"data_offsets":[0,8]`), 4, `tensor "w": bytes 0 to 8 of 4 in the file`},
		"a huge end is refused":                 {w(`"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]`), 4, `tensor "w": bytes 0 to 9223372036854775807 of 4 in the file`},
		"a hole at the start is refused":        {w(`"dtype":"F32","shape":[1],"data_offsets":[4,8]`), 8, `tensor "w": begins at byte 4, leaves a hole`},
		"a misaligned tensor is refused":        {w(`"dtype":"F32","shape":[1],"data_offsets":[1,5]`), 5, `tensor "w": begins at byte 1, leaves a hole`},
		"trailing bytes are refused":            {w(`"dtype":"F32","shape":[1],"data_offsets":[0,4]`), 9, `5 bytes after tensor "w", the last`},
		"trailing bytes alone are refused":      {sums() + `}`, 8, `8 bytes after tensor "", the last`},
		"neighbours pass":                       {ab("0,4", "4,8"), 8, ""},
		"tensors that overlap are refused":      {ab("0,4", "0,4"), 4, `tensor "b": begins at byte 0, overlaps`},
		"a hole between tensors is refused":     {ab("0,4", "8,12"), 12, `tensor "b": begins at byte 8, leaves a hole`},
		"tensors out of order are refused":      {ab("4,8", "0,4"), 8, `tensor "a": begins at byte 4, leaves a hole`},
		"names out of order are refused":        {sums("a", "b") + `,"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{}}`, 8, `tensor "a": after "b", want names in order`},
		"a tensor that comes twice is refused":  {sums("w") + `,"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{}}`, 4, `tensor "w": twice`},
		"an escaped duplicate is refused":       {sums("w") + `,"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0077":{}}`, 4, `tensor "w": twice`},
		"metadata that comes twice is refused":  {sums() + `,"__metadata__":{}}`, 0, `tensor "__metadata__": not a name`},
		"an empty name is refused":              {sums("") + `,"":{}}`, 0, `tensor "": not a name`},
		"a tensor that is a list is refused":    {sums("w") + `,"w":[]}`, 0, `tensor "w": found "[", want {`},
		"a tensor without a sum is refused":     {sums() + `,"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4, `tensor "w": no checksum`},
		"a sum without a tensor is refused":     {sums("w", "x") + `,"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4, `header: 2 checksums for 1 tensors`},
		"a wrong sum is refused":                {`{"__metadata__":{"checksum":"SUM","checksum/w":"00"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 4, `tensor "w": checksum df3f619804a9…, want 00…`},
		"a key that comes twice is refused":     {`{"__metadata__":{"checksum":"SUM","k":"1","k":"2"}}`, 0, `header: __metadata__: key "k": twice`},
		"two checksums of a header are refused": {`{"__metadata__":{"checksum":"SUM","checksum":"2"}}`, 0, `header: __metadata__: key "checksum": twice`},
		"a number in metadata is refused":       {`{"__metadata__":{"checksum":"SUM","k":1}}`, 0, `header: __metadata__: key "k": found "1", want a string`},
		"a list in metadata is refused":         {`{"__metadata__":{"checksum":"SUM","k":[[[[`, 0, `header: __metadata__: key "k": found "[", want a string`},
		"metadata without an end is refused":    {`{"__metadata__":{"checksum":"SUM"`, 0, `header: __metadata__: unexpected EOF`},
		"a header without an end is refused":    {sums(), 0, `header: after tensor "": unexpected EOF`},
		"text after the header is refused":      {sums() + `}{`, 0, `header: found "{" after its end`},
		"a header of another kind is refused":   {`{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}` + strings.Repeat(" ", 96), 4, `header: begins "{\"w\":`},
		"a header that is not UTF-8 is refused": {"{\"__metadata__\":{\"checksum\":\"SUM\",\"\xff\":\"\"}}", 0, `header: not UTF-8`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file := seal(test.text, make([]byte, test.data))
			_, err := Decode(bytes.NewReader(file), int64(len(file)))
			if test.want == "" {
				if err != nil {
					t.Errorf("error %v, want none", err)
				}
				return
			}
			if want := "checkpoints: " + test.want; err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("error %v, want %s…", err, want)
			}
		})
	}
}

func TestTooManyTensorsAreRefused(t *testing.T) {
	var sums, tensors strings.Builder
	for i := range untrusted.CheckpointTensors.Most + 1 {
		fmt.Fprintf(&sums, `,"checksum/%05d":"%s"`, i, checksum(nil))
		fmt.Fprintf(&tensors, `,"%05d":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`, i)
	}
	file := seal(`{"__metadata__":{"checksum":"SUM"`+sums.String()+`}`+tensors.String()+`}`, nil)
	_, err := Decode(bytes.NewReader(file), int64(len(file)))
	if want := `checkpoints: tensor "65536": 65537 tensors, want at most 65536; LATENTSPACE_LIMITS=checkpoint-tensors=N allows N, for a file that you trust`; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestLengthsThatLieAreRefused(t *testing.T) {
	file := encoded(t, small())
	n := binary.LittleEndian.Uint64(file)
	large := seal(`{"__metadata__":{"checksum":"SUM","k":"`+strings.Repeat("x", int(untrusted.CheckpointHeader.Most+8))+`"}}`, nil)
	tests := map[string]struct {
		file   []byte
		length uint64
		want   string
	}{
		"beyond the file":     {file, uint64(len(file)), "in a file with"},
		"with the sign bit":   {file, 1 << 63, "in a file with"},
		"of all bits":         {file, 1<<64 - 1, "in a file with"},
		"beyond the cap":      {large, uint64(len(large) - 8), "want at most 16777216"},
		"damaged beyond it":   {large, uint64(len(large) - 16), "checksum"},
		"not a multiple of 8": {file, n - 1, "want a multiple of 8"},
		"zero":                {file, 0, `begins "", want`},
		"shorter than a sum":  {file, 32, `begins "{\"__metadata__\":{\"checksum\":\"`},
		"shorter by 8":        {file, n - 8, "checksum"},
		"longer by 8":         {file, n + 8, "checksum"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			lie := bytes.Clone(test.file)
			binary.LittleEndian.PutUint64(lie, test.length)
			_, err := Decode(bytes.NewReader(lie), int64(len(lie)))
			if err == nil || !strings.HasPrefix(err.Error(), "checkpoints: header: ") || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one of the header with %q", err, test.want)
			}
		})
	}
}

// All allocations count here, also those that are free again: a bound from above.
func TestHostileFileCostsNotMuchMoreThanItsSize(t *testing.T) {
	const mebi = 1 << 20
	fill := func(start, unit string) string { return start + strings.Repeat(unit, (mebi-len(start)-1024)/len(unit)) }
	var tiny, keys strings.Builder
	for i := 0; tiny.Len() < mebi-100; i++ {
		fmt.Fprintf(&tiny, `,"%06d":{"dtype":"F32","shape":[],"data_offsets":[0,0]}`, i)
	}
	for i := 0; keys.Len() < mebi-100; i++ {
		fmt.Fprintf(&keys, `,"%x":""`, i)
	}
	start := `{"__metadata__":{"checksum":"SUM"`
	tests := map[string]string{
		"one long string":        fill(start+`,"k":"`, "x") + `"}}`,
		"deep lists":             fill(start+`,"k":`, "["),
		"deep objects":           fill(start+`},"w":`, `{"dtype":`),
		"one long shape":         fill(start+`},"w":{"shape":[0`, ",0"),
		"many tensors":           start + "}" + tiny.String() + "}",
		"many keys":              start + keys.String() + "}}",
		"many escapes":           fill(start+`,"k":"`, `\u0000`) + `"}}`,
		"a tensor of a petabyte": sums("w") + `,"w":{"dtype":"F32","shape":[281474976710656],"data_offsets":[0,1125899906842624]}}`,
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			file := seal(text, nil)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			Decode(bytes.NewReader(file), int64(len(file)))
			runtime.ReadMemStats(&after)
			if got := after.TotalAlloc - before.TotalAlloc; got > 64*mebi {
				t.Errorf("%d bytes of file took %d MiB, want at most 64", len(file), got/mebi)
			}
		})
	}
}
