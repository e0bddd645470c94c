package checkpoints

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// temporaryPattern is what [WriteFile] calls its temporary file.
var temporaryPattern = regexp.MustCompile(`^\.(.+)\.[0-9]+-[0-9]+\.tmp$`)

// RemoveTemporaries removes the temporary files of [WriteFile] in a folder that killed
// processes left: those for files of which ours reports that only the caller can be writing
// them now, as it holds the folder's [Lock]. Folders, links and pipes of such names stay.
func RemoveTemporaries(fsys FS, dir string, ours func(base string) bool) error {
	names, err := fsys.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("checkpoints: %w", err)
	}
	var errs []error
	for _, name := range names {
		m := temporaryPattern.FindStringSubmatch(name)
		if m == nil || !ours(m[1]) {
			continue
		}
		path := filepath.Join(dir, name)
		if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
			continue
		}
		if err := fsys.Remove(path); err != nil {
			errs = append(errs, fmt.Errorf("checkpoints: %w", err))
		}
	}
	return errors.Join(errs...)
}

// sweep removes what a process left that was killed while it saved.
func (s Store) sweep() error {
	return RemoveTemporaries(s.fs(), s.Dir, func(base string) bool {
		_, ok := parseName(base)
		return ok
	})
}

// prune deletes the checkpoints that are neither among the newest, nor the best,
// nor the one just saved. Files are verified only when there is something to
// delete, and only from the newest to the second that verifies. If fewer than two
// do, nothing is deleted: that is no error, as the run can go on, except for the
// step just saved, whose file ought to be good.
func (s Store) prune(saved int) error {
	steps, err := s.List()
	if err != nil {
		return err
	}
	old := steps[:max(0, len(steps)-max(s.Keep, minKeep))]
	newer := -1 // the second newest that verifies, once it is looked for
	for _, step := range old {
		if step == saved || step == s.Best && s.Best > 0 {
			continue
		}
		if newer < 0 {
			if newer, err = s.verified(steps, saved); err != nil {
				return err
			}
		}
		if step >= newer {
			return nil
		}
		if err := s.fs().Remove(s.Path(step)); err != nil {
			return fmt.Errorf("checkpoints: %w", err)
		}
	}
	return nil
}

// verified returns the step before which at least two newer checkpoints verify,
// zero if there are not so many. It is an error if the step just saved is damaged.
func (s Store) verified(steps []int, saved int) (int, error) {
	good := 0
	for i := len(steps) - 1; i >= 0; i-- {
		path := s.Path(steps[i])
		if err := verify(path); err != nil {
			if steps[i] == saved {
				return 0, fmt.Errorf("checkpoints: %s was written and reads back damaged: %w", path, err)
			}
			continue
		}
		if good++; good == minKeep {
			return steps[i], nil
		}
	}
	return 0, nil
}
