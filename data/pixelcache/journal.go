package pixelcache

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// mostFrame bounds the bytes of a frame: of a block of files with names of any length.
const mostFrame = 64 << 20

// journal is a file of frames, each with its length and checksum. What follows the last frame that
// is whole was being written when the process was killed.
type journal struct {
	f   *os.File
	end int64 // of the last frame that is whole
}

// next reads the frame at the end, or returns io.EOF if no whole one is there.
func (j *journal) next(into []byte) ([]byte, error) {
	var head [8]byte
	if _, err := j.f.ReadAt(head[:], j.end); err != nil {
		return nil, notWhole(err)
	}
	n := int64(binary.LittleEndian.Uint32(head[:]))
	if n == 0 || n > mostFrame {
		return nil, io.EOF
	}
	info, err := j.f.Stat()
	if err != nil {
		return nil, err
	}
	if n > info.Size()-j.end {
		return nil, io.EOF
	}
	if int64(cap(into)) < n {
		into = make([]byte, n)
	}
	into = into[:n]
	if _, err := j.f.ReadAt(into, j.end+int64(len(head))); err != nil {
		return nil, notWhole(err)
	}
	if crc32.Checksum(into, castagnoli) != binary.LittleEndian.Uint32(head[4:]) {
		return nil, io.EOF
	}
	j.end += int64(len(head)) + n
	return into, nil
}

func notWhole(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return io.EOF
	}
	return err
}

// append writes a frame after the last one.
func (j *journal) append(content []byte) error {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(content)))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(content, castagnoli))
	b = append(b, content...)
	if _, err := j.f.WriteAt(b, j.end); err != nil {
		return err
	}
	j.end += int64(len(b))
	return nil
}
