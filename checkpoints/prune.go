package checkpoints

import (
	"fmt"
	"slices"

	"latentspace/internal/atomicfile"
)

// sweep removes the temporary files of processes that were killed while saving.
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

// prune deletes checkpoints that are neither among the newest, nor the best or the
// good one, nor the one just saved. It verifies files only if there is something to delete, from the
// newest to the second sound one. If fewer than two are sound, it deletes nothing. That
// is not an error, since the run can go on, unless the step just saved is damaged.
func (s Store) prune(saved int) error {
	steps, err := s.List()
	if err != nil {
		return err
	}
	old := steps[:max(0, len(steps)-max(s.Keep, minKeep))]
	newer := -1 // the second newest sound one, once known
	for _, step := range old {
		if step == saved || step > 0 && (step == s.Best || step == s.Good) {
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

// DeleteAfter deletes the checkpoints of all steps after one, from the newest on: a process that is
// killed meanwhile leaves those of a run that was stopped earlier.
func (s Store) DeleteAfter(step int) error {
	steps, err := s.List()
	if err != nil {
		return err
	}
	for _, later := range slices.Backward(steps) {
		if later <= step {
			break
		}
		if err := s.fs().Remove(s.Path(later)); err != nil {
			return fmt.Errorf("checkpoints: %w", err)
		}
	}
	return nil
}

// verified returns the step of the second newest sound checkpoint, zero if there are
// fewer than two. It is an error if the step just saved is damaged.
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
