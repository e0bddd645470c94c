package atomicfile

import (
	"io"
	"os"

	"latentspace/internal/held"
)

// FS is what writing does to the file system, one method per operation that can
// fail. It is the seam where a test fails the k-th of them, or stops after it;
// that is why it has more methods than an interface of ours should.
type FS interface {
	// CreateExclusive makes a file and opens it for writing. That the file
	// exists already is [fs.ErrExist].
	CreateExclusive(path string) (File, error)
	Rename(from, to string) error
	Remove(path string) error
	// SyncDir makes the names in a folder durable.
	SyncDir(dir string) error
	// ReadDir returns the names in a folder.
	ReadDir(dir string) ([]string, error)
}

// File is a file that is being written.
type File interface {
	io.WriteCloser
	// Sync makes the content durable.
	Sync() error
}

// OS is the file system of the machine.
type OS struct{}

// CreateExclusive implements [FS].
func (OS) CreateExclusive(path string) (File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err // not f: a nil *os.File in an interface is not nil
	}
	return f, nil
}

// Rename implements [FS].
func (OS) Rename(from, to string) error { return held.Rename(from, to) }

// Remove implements [FS].
func (OS) Remove(path string) error { return held.Remove(path) }

// SyncDir implements [FS]. It does nothing where a system or a file system has no
// such operation.
func (OS) SyncDir(dir string) error { return syncDir(dir) }

// ReadDir implements [FS].
func (OS) ReadDir(dir string) ([]string, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}
