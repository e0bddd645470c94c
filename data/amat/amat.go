// Package amat reads files of rows of 0 and 1, written as text, as the static binarisation of
// MNIST is.
package amat

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"latentspace/internal/untrusted"
)

// Open reads a file as [Read] does. The error names the file.
func Open(path string, rows, width int, wanted string, row func(i int, values []byte)) error {
	f, _, err := untrusted.Open(path)
	if err != nil {
		return err // names the file
	}
	defer f.Close()
	if err := Read(f, rows, width, wanted, row); err != nil {
		var at *lineError
		if errors.As(err, &at) {
			return fmt.Errorf("%s:%d: %w", path, at.line, at.err)
		}
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// Read reads rows of width values, each 0 or 1, from a file that is plain or packed by gzip. A row
// is a line, with one space between values. It calls row for each; the values are only valid during
// the call. It holds only one line in memory. If wanted is not empty, it must be the SHA-256 of the
// unpacked contents. That is checked after the last row.
func Read(packed io.Reader, rows, width int, wanted string, row func(i int, values []byte)) error {
	length := 2 * width // of a line with its end
	file, err := untrusted.Gunzip(packed, max(untrusted.Slack, int64(rows)*int64(length)))
	if err != nil {
		return err
	}
	h := sha256.New()
	r := bufio.NewReaderSize(io.TeeReader(file, h), max(untrusted.HeadSize, length+1))
	head, err := r.Peek(untrusted.HeadSize)
	if err != nil && err != io.EOF {
		return err
	}
	if len(head) == 0 || head[0] != '0' && head[0] != '1' {
		return untrusted.NotA(fmt.Sprintf("rows of %d values 0 or 1", width), head)
	}
	values := make([]byte, width)
	for i := range rows {
		line, err := r.ReadSlice('\n')
		switch {
		case err == io.EOF && len(line) == 0:
			return fmt.Errorf("the file ends after %d rows, want %d: %w", i, rows, io.ErrUnexpectedEOF)
		case err != nil && err != io.EOF && err != bufio.ErrBufferFull:
			return &lineError{i + 1, err}
		}
		if err := parse(bytes.TrimSuffix(line, []byte{'\n'}), values); err != nil {
			return &lineError{i + 1, err}
		}
		row(i, values)
	}
	switch _, err := r.ReadByte(); {
	case err == nil:
		return &lineError{rows + 1, fmt.Errorf("the file goes on after %d rows, want its end", rows)}
	case err != io.EOF:
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); wanted != "" && got != wanted {
		return fmt.Errorf("SHA-256 of the contents %s, want %s", got, wanted)
	}
	return nil
}

// lineError reports what is wrong with a line; lines are counted from 1.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }
func (e *lineError) Unwrap() error { return e.err }

// parse reads the values of a line without its end.
func parse(line, values []byte) error {
	for k := range values {
		at := 2 * k
		if at >= len(line) {
			return fmt.Errorf("%d values, want %d", k, len(values))
		}
		if line[at] != '0' && line[at] != '1' {
			return fmt.Errorf("value %d is %.12q, want 0 or 1", k+1, word(line[at:]))
		}
		values[k] = line[at] - '0'
		if at+1 == len(line) {
			continue
		}
		if k+1 == len(values) {
			return fmt.Errorf("%.12q after value %d, want the end of the line", line[at+1:], len(values))
		}
		if line[at+1] != ' ' {
			return fmt.Errorf("value %d is %.12q, want 0 or 1", k+1, word(line[at:]))
		}
	}
	return nil
}

// word returns the bytes up to a space.
func word(b []byte) []byte {
	w, _, _ := bytes.Cut(b, []byte{' '})
	return w
}
