package table

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"latentspace/internal/untrusted"
)

// encoding is how the bytes of a file stand for text.
type encoding struct {
	name  string           // as [Table.Description] has it; empty for UTF-8
	mark  int              // bytes of the byte order mark
	order binary.ByteOrder // of UTF-16; nil for UTF-8
	cr    bool             // lines end by a carriage return alone
}

// encodingOf goes by a file's first bytes. What is no text is an error.
func encodingOf(head []byte) (encoding, error) {
	if what, _ := untrusted.Foreign(head); what != "" {
		return encoding{}, untrusted.NotA("a table as text", head)
	}
	e := encoding{}
	switch even, odd := zeros(head); {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		e.mark = 3
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		e = encoding{name: "UTF-16", mark: 2, order: binary.LittleEndian}
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		e = encoding{name: "UTF-16", mark: 2, order: binary.BigEndian}
	case even == 0 && odd > len(head)/4: // most of its characters are of ASCII
		e = encoding{name: "UTF-16 without a byte order mark", order: binary.LittleEndian}
	case odd == 0 && even > len(head)/4:
		e = encoding{name: "UTF-16 without a byte order mark", order: binary.BigEndian}
	case even+odd > 0:
		return encoding{}, fmt.Errorf("byte %d is zero, as in a binary file, want a table as text", bytes.IndexByte(head, 0))
	}
	e.cr = bytes.IndexByte(head, '\r') >= 0 && bytes.IndexByte(head, '\n') < 0
	return e, nil
}

// zeros counts the bytes 0 in even and in odd places.
func zeros(head []byte) (even, odd int) {
	for i, b := range head {
		switch {
		case b != 0:
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	return even, odd
}

// reader returns the text in UTF-8, without the mark, with lines that end by "\n" or
// "\r\n".
func (e encoding) reader(r io.Reader) (io.Reader, error) {
	if _, err := io.CopyN(io.Discard, r, int64(e.mark)); err != nil {
		return nil, err
	}
	if e.order != nil {
		r = &wide{r: bufio.NewReader(r), order: e.order}
	}
	if e.cr {
		r = carriage{r}
	}
	return r, nil
}

// carriage makes ends of lines of carriage returns.
type carriage struct{ r io.Reader }

func (c carriage) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	for i, char := range b[:n] {
		if char == '\r' {
			b[i] = '\n'
		}
	}
	return n, err
}

// wide makes UTF-8 of UTF-16.
type wide struct {
	r     *bufio.Reader
	order binary.ByteOrder
	at    int64 // units that were read
	ready []byte
	room  [512]byte
}

func (w *wide) Read(b []byte) (int, error) {
	if len(w.ready) == 0 {
		w.ready = w.room[:0]
		for len(w.ready)+utf8.UTFMax <= len(w.room) {
			char, err := w.next()
			if err != nil {
				if len(w.ready) > 0 && errors.Is(err, io.EOF) {
					break // told at the next call
				}
				return 0, err
			}
			w.ready = utf8.AppendRune(w.ready, char)
		}
	}
	n := copy(b, w.ready)
	w.ready = w.ready[n:]
	return n, nil
}

func (w *wide) next() (rune, error) {
	unit, err := w.unit()
	if err != nil || !utf16.IsSurrogate(rune(unit)) {
		return rune(unit), err
	}
	second, err := w.unit()
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if char := utf16.DecodeRune(rune(unit), rune(second)); char != utf8.RuneError {
		return char, nil
	}
	return 0, fmt.Errorf("character %d is half a character, want text in UTF-16", w.at)
}

func (w *wide) unit() (uint16, error) {
	var b [2]byte
	if _, err := io.ReadFull(w.r, b[:]); errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, fmt.Errorf("half a character at the end, want text in UTF-16")
	} else if err != nil {
		return 0, err
	}
	w.at++
	return w.order.Uint16(b[:]), nil
}
