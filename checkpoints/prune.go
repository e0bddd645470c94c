package checkpoints

import (
	"fmt"

	"latentspace/internal/atomicfile"
)

// sweep removes what a process left that was killed while it saved.
func (s Store) sweep() error {
	err := atomicfile.RemoveTemporaries(s.fs(), s.Dir, func(base string) bool {
		_, ok := parseName(base)
		return ok
	})
	if err != nil {
		return fmt.Errorf("checkpoints: %w", err)
	}
	return nil
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
