package checkpoints

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"latentspace/internal/safejson"
)

// LockName is the file in a run's folder that [Lock] holds.
const LockName = "run.lock"

// ErrInUse means that another process holds a run's lock.
var ErrInUse = errors.New("in use")

// errHeld means that the lock is taken.
var errHeld = errors.New("held")

// maxHolder is how much of a lock file is read, in bytes.
const maxHolder = 4096

// holder is the content of a lock file, for people and for the error.
type holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Start time.Time `json:"start"`
}

// Lock makes this process the only one that writes to a run's folder, until it
// calls release or ends in any way. A second process gets an [ErrInUse] that says
// who holds the lock:
//
//	checkpoints: runs/vae is in use by process 4242 on host x since 2026-11-24T02:07:00Z
//
// The lock is a kernel lock on the file run.lock, which stays, empty. On systems
// without such locks the existence of the file is the lock, and a file left by a killed
// process has to be removed by hand.
func Lock(dir string) (release func() error, err error) {
	path := filepath.Join(dir, LockName)
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("checkpoints: %s: mode %v, want a regular file", path, info.Mode())
	}
	f, err := openLock(path)
	for range lookTries {
		if !errors.Is(err, errHeld) {
			break
		}
		time.Sleep(lookWait)
		f, err = openLock(path)
	}
	if errors.Is(err, errHeld) {
		return nil, inUse(dir, path)
	}
	if err != nil {
		return nil, fmt.Errorf("checkpoints: %s: lock: %w", path, err)
	}
	if err := sign(f); err != nil {
		return nil, errors.Join(fmt.Errorf("checkpoints: %s: lock: %w", path, err), closeLock(f))
	}
	return func() error {
		if err := closeLock(f); err != nil {
			return fmt.Errorf("checkpoints: %s: unlock: %w", path, err)
		}
		return nil
	}, nil
}

// InUse reports whether a process holds the lock of a run's folder. A run was killed if its
// manifest says running and no process holds the lock.
func InUse(dir string) bool { return locked(filepath.Join(dir, LockName)) }

// A process that tests the lock holds it for an instant. Therefore the lock is tried lookTries
// times, with a pause in between.
const (
	lookTries = 3
	lookWait  = 5 * time.Millisecond
)

// sign writes who holds the lock.
func sign(f *os.File) error {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown" // the lock works without the name of its holder
	}
	text, err := safejson.Marshal(holder{os.Getpid(), host, time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt(append(text, '\n'), 0)
	return err
}

// The holder writes its name at once; inUse waits for it this often, this long.
const (
	signTries = 50
	signWait  = 10 * time.Millisecond
)

// inUse says who holds the lock. It waits a while for a holder that has not written its
// name yet.
func inUse(dir, path string) error {
	var h holder
	for range signTries {
		if json.Unmarshal(readHolder(path), &h) == nil && h.PID != 0 {
			break
		}
		time.Sleep(signWait)
	}
	if h.PID == 0 {
		return fmt.Errorf("checkpoints: %s is %w by another process, see %s", dir, ErrInUse, path)
	}
	return fmt.Errorf("checkpoints: %s is %w by process %d on host %s since %s",
		dir, ErrInUse, h.PID, h.Host, h.Start.Format(time.RFC3339))
}

// readHolder returns the content of a lock file, empty if it cannot be read.
func readHolder(path string) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxHolder))
	if err != nil {
		return nil
	}
	return text
}
