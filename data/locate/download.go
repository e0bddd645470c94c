package locate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"latentspace/internal/held"
)

const (
	maxDownload = 160_000_000      // bytes: twice the largest file
	patience    = 30 * time.Second // with a server that sends nothing
)

// download puts a file into a folder, from the first mirror whose file passes verify.
// The file gets its name only when it is complete, verified and on the disk.
func download(ctx context.Context, mirrors []string, dir, name string, verify func(io.Reader) error) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var errs []error
	for _, mirror := range mirrors {
		err := fetch(ctx, mirror+name, filepath.Join(dir, name), verify, patience)
		if err == nil {
			return nil
		}
		errs = append(errs, fmt.Errorf("%s: %w", mirror+name, err))
		if ctx.Err() != nil {
			break
		}
	}
	return onOneLine(errs)
}

// onOneLine joins errors.
func onOneLine(errs []error) error {
	joined := errs[0]
	for _, err := range errs[1:] {
		joined = fmt.Errorf("%w; %w", joined, err)
	}
	return joined
}

// fetch downloads one address to a path.
func fetch(ctx context.Context, address, path string, verify func(io.Reader) error, patience time.Duration) (err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	idle := time.AfterFunc(patience, func() {
		cancel(fmt.Errorf("the server sent nothing for %v", patience))
	})
	defer idle.Stop()
	defer func() {
		if err != nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
	}()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept-Encoding", "identity") // the file as it is, not unpacked on the way
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return errors.Unwrap(err) // a url.Error, whose address the caller names
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %s, want 200 OK", response.Status)
	}

	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close() // once more, if closing was the error
			os.Remove(f.Name())
		}
	}()
	body := io.LimitReader(response.Body, maxDownload+1)
	n, err := io.Copy(f, readerFunc(func(p []byte) (int, error) {
		n, err := body.Read(p)
		idle.Reset(patience)
		return n, err
	}))
	if err != nil {
		return fmt.Errorf("after %d bytes: %w", n, err)
	}
	idle.Stop()
	if n > maxDownload {
		return fmt.Errorf("more than %d bytes", maxDownload)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := verify(f); err != nil {
		return err
	}
	return keep(f, path)
}

// keep renames a finished temporary file.
func keep(f *os.File, path string) error {
	if err := f.Chmod(0o644); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := held.Rename(f.Name(), path); err != nil {
		return err
	}
	// Not every system can sync a folder. Without it a crash may undo the renaming,
	// and the file is downloaded again.
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		dir.Sync()
		dir.Close()
	}
	return nil
}

// readerFunc makes a function an [io.Reader].
type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
