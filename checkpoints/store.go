package checkpoints

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"latentspace/internal/atomicfile"
	"latentspace/internal/untrusted"
)

// ErrNone means that a run has no checkpoint yet. If all are damaged, the error is
// another one.
var ErrNone = errors.New("no checkpoint")

// minKeep is the number of verified checkpoints that are always kept.
const minKeep = 2

// Store keeps the checkpoints of one run in the folder Dir, a file for each saved step,
// such as step-00001000.safetensors. It holds no file open and has no state.
//
// Keep is the number of newest checkpoints that are kept, at least two. Best and Good are steps
// that are always kept; zero means none. A nil FS means [atomicfile.OS].
type Store struct {
	Dir  string
	Keep int
	Best int
	Good int
	FS   atomicfile.FS
}

// Path returns the file of a step.
func (s Store) Path(step int) string {
	return filepath.Join(s.Dir, fileName(step))
}

// Save writes a checkpoint, replaces one of the same step, and when it is durable
// deletes old ones. It also removes temporary files that killed processes left behind,
// so the caller must hold the run's [Lock].
//
// The path is empty unless the checkpoint is saved. An error beside a path is only
// about deleting other files: the checkpoint is safe.
func (s Store) Save(step int, c *Checkpoint) (path string, err error) {
	path = s.Path(step)
	if step < 0 {
		return "", fmt.Errorf("checkpoints: %s: step %d, want 0 or more", s.Dir, step)
	}
	swept := s.sweep()
	if err := atomicfile.Write(s.fs(), path, func(w io.Writer) error { return encode(w, c) }); err != nil {
		return "", fmt.Errorf("checkpoints: %w", err)
	}
	return path, errors.Join(swept, s.prune(step))
}

// Latest reads the newest sound checkpoint. Newer damaged ones stay where they are, and warn is
// called for each; a sound one that exceeds a limit is an error. The error is [ErrNone] if there
// are no checkpoints, and names all of them if all are damaged.
func (s Store) Latest(warn func(error)) (c *Checkpoint, step int, path string, err error) {
	tried := map[int]bool{}
	var damaged []error
	for {
		// The list is read again each time: while a reader without the lock
		// looks, the run may save and prune.
		steps, err := s.List()
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, 0, "", err
		}
		steps = slices.DeleteFunc(steps, func(step int) bool { return tried[step] })
		if len(steps) == 0 {
			break
		}
		step = steps[len(steps)-1]
		path = s.Path(step)
		tried[step] = true
		c, err = read(path)
		switch {
		case err == nil:
			for _, err := range damaged {
				warn(fmt.Errorf("%w; using step %d", err, step))
			}
			return c, step, path, nil
		case isLimit(err):
			return nil, 0, "", fmt.Errorf("checkpoints: %s: %w", path, err)
		case !errors.Is(err, fs.ErrNotExist): // else pruned since it was listed
			damaged = append(damaged, fmt.Errorf("checkpoints: %s is damaged: %w", path, err))
		}
	}
	if len(damaged) == 0 {
		return nil, 0, "", fmt.Errorf("checkpoints: %s: %w", s.Dir, ErrNone)
	}
	return nil, 0, "", errors.Join(damaged...)
}

// isLimit reports whether a file exceeds a limit. Taking an older checkpoint would hide
// that.
func isLimit(err error) bool {
	_, ok := errors.AsType[*untrusted.LimitError](err)
	return ok
}

// List returns the steps that have a file, in ascending order. It opens none of them.
func (s Store) List() ([]int, error) {
	names, err := s.fs().ReadDir(s.Dir)
	if err != nil {
		return nil, fmt.Errorf("checkpoints: %w", err)
	}
	var steps []int
	for _, name := range names {
		if step, ok := parseName(name); ok {
			steps = append(steps, step)
		}
	}
	slices.Sort(steps)
	return steps, nil
}

func (s Store) fs() atomicfile.FS {
	if s.FS == nil {
		return atomicfile.OS{}
	}
	return s.FS
}

// fileName has eight digits, so that files sort by name, and more where needed.
func fileName(step int) string { return fmt.Sprintf("step-%08d.safetensors", step) }

var namePattern = regexp.MustCompile(`^step-([0-9]{8,})\.safetensors$`)

// parseName is the inverse of fileName and accepts no other spelling of a step.
func parseName(name string) (step int, ok bool) {
	m := namePattern.FindStringSubmatch(name)
	if m == nil {
		return 0, false
	}
	step, err := strconv.Atoi(m[1])
	return step, err == nil && fileName(step) == name
}
