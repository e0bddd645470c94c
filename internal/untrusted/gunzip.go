package untrusted

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
)

// Gunzip returns what is in gzip, and anything else as it is. More than slack bytes may come out
// only within the limit [Gzip].
func Gunzip(r io.Reader, slack int64) (io.Reader, error) {
	packed := &counter{r: r}
	b := bufio.NewReader(packed)
	magic, err := b.Peek(2)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("gzip: %w", err)
	}
	return &unpacked{z: z, packed: packed, slack: slack}, nil
}

// counter counts the bytes that are read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// unpacked reads what is in gzip, no more than the packed bytes may have become.
type unpacked struct {
	z      *gzip.Reader
	packed *counter
	slack  int64
	n      int64
}

func (u *unpacked) Read(b []byte) (int, error) {
	n, err := u.z.Read(b)
	if err == io.ErrUnexpectedEOF {
		err = fmt.Errorf("the gzip file is cut off: %w", err)
	}
	u.n += int64(n)
	if u.n <= u.slack {
		return n, err
	}
	if e := Gzip.Check(u.n / max(u.packed.n, 1)); e != nil {
		return n, fmt.Errorf("%d bytes out of %d in gzip: %w", u.n, u.packed.n, e)
	}
	return n, err
}
