package checkpoints

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"latentspace/internal/untrusted"
)

const (
	metadataKey    = "__metadata__"
	checksumKey    = "checksum"
	checksumPrefix = "checksum/"

	lengthSize = 8
	alignment  = 8
	valueSize  = 4 // bytes of a float32
)

// headerStart is the beginning of every header. The header's own checksum follows, so
// that it is at a fixed place and is compared before anything is parsed.
const headerStart = `{"` + metadataKey + `":{"` + checksumKey + `":"`

// sumAt is the offset of the header's checksum in a file.
const sumAt = lengthSize + len(headerStart)

// sumSize is the length of a checksum in hexadecimal.
const sumSize = 2 * sha256.Size

// header is what a file says about itself.
type header struct {
	meta      map[string]string
	checksums map[string]string // by name of tensor
	entries   []entry           // sorted by name, which is the order of the data
	dataStart int64             // in the file
}

// entry places a tensor in the data: bytes begin to end, counted from dataStart.
type entry struct {
	name       string
	shape      []int
	begin, end int64
}

// readHeader reads, verifies and parses the header of a file of size bytes. The
// tensors it returns fill the rest of the file exactly.
func readHeader(r io.ReaderAt, size int64) (*header, error) {
	if size < lengthSize {
		return nil, fmt.Errorf("header: file of %d bytes, want at least %d", size, lengthSize)
	}
	if err := foreign(r); err != nil {
		return nil, err
	}
	var prefix [lengthSize]byte
	if err := readFull(r, 0, prefix[:]); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	n := binary.LittleEndian.Uint64(prefix[:])
	if rest := uint64(size) - lengthSize; n > rest {
		return nil, fmt.Errorf("header: length %d in a file with %d bytes after it", n, rest)
	}
	if limit := untrusted.CheckpointHeader.Check(int64(n)); limit != nil {
		return nil, fmt.Errorf("header: %w", beyond(r, int64(n), limit))
	}
	if n%alignment != 0 {
		return nil, fmt.Errorf("header: length %d, want a multiple of %d", n, alignment)
	}
	raw := make([]byte, lengthSize+n)
	if err := readFull(r, 0, raw); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	text := raw[lengthSize:]
	if !bytes.HasPrefix(text, []byte(headerStart)) || len(raw) < sumAt+sumSize {
		return nil, fmt.Errorf("header: begins %.32q, want %q and a checksum", text, headerStart)
	}
	got, want := headerSum(raw), string(raw[sumAt:sumAt+sumSize])
	if got != want {
		return nil, fmt.Errorf("header: %w", mismatch(got, want))
	}
	if !utf8.Valid(text) {
		return nil, fmt.Errorf("header: not UTF-8")
	}
	h, err := parseHeader(text, size-int64(len(raw)))
	if err != nil {
		return nil, err
	}
	h.dataStart = int64(len(raw))
	return h, nil
}

// foreign returns an error if the file is recognised as another kind of file, which a damaged
// checkpoint is not.
func foreign(r io.ReaderAt) error {
	head := untrusted.Head(r)
	if what, _ := untrusted.Recognise(head); what == "" || len(head) > lengthSize && head[lengthSize] == '{' {
		return nil
	}
	return untrusted.NotA("a checkpoint, the .safetensors file of a run", head)
}

// headerSum is the SHA-256 of the length and the header, in which the 64 digits
// of the checksum itself count as zeros.
func headerSum(raw []byte) string {
	sum, err := readSum(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		panic(fmt.Sprintf("checkpoints: a header in memory: %v", err))
	}
	return sum
}

// readSum computes headerSum over the first n bytes of a file with little memory.
func readSum(r io.ReaderAt, n int64) (string, error) {
	h := sha256.New()
	for _, part := range []io.Reader{
		io.NewSectionReader(r, 0, int64(sumAt)),
		strings.NewReader(strings.Repeat("0", sumSize)),
		io.NewSectionReader(r, int64(sumAt+sumSize), n-int64(sumAt+sumSize)),
	} {
		if _, err := io.Copy(h, part); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// beyond distinguishes a sound header of n bytes that exceeds the limit from one whose length is
// damaged, by its checksum.
func beyond(r io.ReaderAt, n int64, limit error) error {
	var want [sumSize]byte
	if err := readFull(r, int64(sumAt), want[:]); err != nil {
		return err
	}
	got, err := readSum(r, lengthSize+n)
	if err != nil {
		return err
	}
	if got != string(want[:]) {
		return mismatch(got, string(want[:]))
	}
	return limit
}

// mismatch shows the beginnings of two checksums, enough to tell them apart.
func mismatch(got, want string) error {
	return fmt.Errorf("checksum %.12s…, want %.12s…", got, want)
}

// readFull fills b from offset off. A file that ends early is an error, also if the
// reader returns io.EOF without a short read.
func readFull(r io.ReaderAt, off int64, b []byte) error {
	n, err := r.ReadAt(b, off)
	if n == len(b) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%d bytes at %d, want %d: %w", n, off, len(b), err)
}
