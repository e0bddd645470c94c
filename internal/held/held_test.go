package held

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

var errInUse, errOther = errors.New("in use"), errors.New("other")

func TestRetrying(t *testing.T) {
	for name, c := range map[string]struct {
		errs   []error // of the first calls; then it succeeds
		want   error
		calls  int
		waited time.Duration
	}{
		"it succeeds at once":              {nil, nil, 1, 0},
		"it succeeds when others let go":   {[]error{errInUse, errInUse, errInUse}, nil, 4, 70 * time.Millisecond},
		"another error is returned":        {[]error{errInUse, errOther}, errOther, 2, 10 * time.Millisecond},
		"nobody lets go: the time is over": {make([]error, 100), errInUse, 10, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			calls, waited := 0, time.Duration(0)
			err := retry(2*time.Second, func(d time.Duration) { waited += d },
				func(err error) bool { return err == errInUse }, func() error {
					calls++
					if calls > len(c.errs) {
						return nil
					}
					if err := c.errs[calls-1]; err != nil {
						return err
					}
					return errInUse
				})
			if err != c.want || calls != c.calls || waited != c.waited {
				t.Errorf("%v after %d calls and %v, want %v after %d and %v", err, calls, waited, c.want, c.calls, c.waited)
			}
		})
	}
}

// A run saves while it is read: the file that a reader has open is replaced and removed, and the
// reader reads on what it opened.
func TestAFileThatIsReadIsReplaced(t *testing.T) {
	dir := t.TempDir()
	path, next := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	for name, text := range map[string]string{path: "old", next: "new"} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if runtime.GOOS == "windows" {
		// Whether an open file can be replaced depends on the version; that one waits does not.
		time.AfterFunc(300*time.Millisecond, func() { f.Close() })
	} else if err := Rename(next, path); err != nil {
		t.Fatal(err)
	} else if b, err := io.ReadAll(f); err != nil || string(b) != "old" {
		t.Errorf("the reader has %q, %v, want the old file", b, err)
	} else {
		return
	}
	if err := Rename(next, path); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "new" {
		t.Errorf("%q, %v, want the new file", b, err)
	}
	if err := Remove(path); err != nil {
		t.Error(err)
	}
}

// What others opened without leave to remove it is waited for.
func TestOthersAreWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(path, []byte("x"), 0o666); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(100*time.Millisecond, func() { f.Close() })
	if err := Rename(path, path+"2"); err != nil {
		t.Fatal(err)
	}
	if err := Remove(path + "2"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "2"); !os.IsNotExist(err) {
		t.Errorf("removed, and %v", err)
	}
}

func TestWhatIsNotThereIsNotWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none")
	if _, err := Open(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("opened: %v", err)
	}
	if err := Remove(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("removed: %v", err)
	}
	if err := Rename(path, path+"2"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("renamed: %v", err)
	}
}
