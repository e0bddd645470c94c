// Package held renames, removes and opens files that another program may have open. On Windows
// that fails while a program which has the file open does not allow it: a reader of a run, a
// virus scanner, an indexer, an editor. Most let go within moments, so that it is tried again for
// a while. On other systems an open file is in nobody's way.
package held

import (
	"os"
	"time"
)

// How long is waited for others to let go: of a file that has to be replaced, or a run could not
// go on, and of one that is read or removed.
const (
	renameWait = 10 * time.Second
	otherWait  = time.Second
)

// Rename gives a file or a folder another name, and takes the place of a file that has it. The
// new name is durable where the system promises that of a rename.
func Rename(from, to string) error {
	return retry(renameWait, time.Sleep, inUse, func() error { return rename(from, to) })
}

// Remove removes a file or an empty folder.
func Remove(path string) error {
	return retry(otherWait, time.Sleep, inUse, func() error { return os.Remove(path) })
}

// Open opens a file for reading, and lets others rename, replace and remove it meanwhile. Should
// it be a pipe, opening does not wait for the other end.
func Open(path string) (f *os.File, err error) {
	err = retry(otherWait, time.Sleep, inUse, func() error { f, err = open(path); return err })
	return f, err
}

// retry calls f until it succeeds, fails for another reason than that the file is in use, or so
// much time was waited; pauses double, from a hundredth of a second to half of one.
func retry(wait time.Duration, sleep func(time.Duration), inUse func(error) bool, f func() error) error {
	pause := 10 * time.Millisecond
	for {
		err := f()
		if err == nil || !inUse(err) || wait <= 0 {
			return err
		}
		pause = min(pause, wait)
		sleep(pause)
		wait -= pause
		pause = min(2*pause, 500*time.Millisecond)
	}
}
