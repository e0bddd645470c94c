// Package checkpoints keeps named tensors in safetensors files that are written
// atomically and verified when read.
package checkpoints

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"latentspace/internal/untrusted"
	"latentspace/tensor"
)

// Checkpoint is a set of named tensors and of strings that describe them.
//
// What a file may declare is limited by [untrusted.CheckpointHeader], with its padding,
// [untrusted.CheckpointTensors] and [untrusted.CheckpointRank]. The same limits hold for
// writing, so that whatever [Encode] accepts can be read back.
//
// Names, keys and strings are UTF-8. A tensor's name is not empty and not
// "__metadata__". The key "checksum" and keys that begin with "checksum/" belong
// to the format: they are in the file and never in Meta.
type Checkpoint struct {
	Meta    map[string]string
	Tensors map[string]*tensor.Tensor
}

// Decode reads a checkpoint of size bytes and verifies every checksum. What the file
// declares is compared with size before memory is allocated. An error names the tensor
// it is about.
func Decode(r io.ReaderAt, size int64) (*Checkpoint, error) {
	c, err := decode(r, size)
	if err != nil {
		return nil, fmt.Errorf("checkpoints: %w", err)
	}
	return c, nil
}

// Read decodes the file at path, as [Decode] does. Errors name the path.
func Read(path string) (*Checkpoint, error) {
	c, err := read(path)
	if err != nil {
		return nil, locate(path, err)
	}
	return c, nil
}

// ReadMeta returns the strings that describe the checkpoint at path. It verifies the
// header and reads no tensor.
func ReadMeta(path string) (map[string]string, error) {
	var meta map[string]string
	err := withFile(path, func(f *os.File, size int64) error {
		h, err := readHeader(f, size)
		if err != nil {
			return err
		}
		meta = h.meta
		return nil
	})
	if err != nil {
		return nil, locate(path, err)
	}
	return meta, nil
}

func read(path string) (c *Checkpoint, err error) {
	err = withFile(path, func(f *os.File, size int64) error {
		c, err = decode(f, size)
		return err
	})
	return c, err
}

// withFile opens a regular file and calls use with it.
func withFile(path string, use func(f *os.File, size int64) error) error {
	f, size, err := untrusted.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return use(f, size)
}

// locate puts the package and the place before a cause. Errors of the operating
// system name the path themselves.
func locate(path string, err error) error {
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("checkpoints: %w", err)
	}
	return fmt.Errorf("checkpoints: %s: %w", path, err)
}
