package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
)

// temporaryPattern is what [Write] calls its temporary file.
var temporaryPattern = regexp.MustCompile(`^\.(.+)\.[0-9]+-[0-9]+\.tmp$`)

// RemoveTemporaries removes the temporary files of [Write] in a folder that killed
// processes left: those for files of which ours reports that only the caller can be writing
// them now, as it holds a lock of the folder. Folders, links and pipes of such names stay.
func RemoveTemporaries(fsys FS, dir string, ours func(base string) bool) error {
	names, err := fsys.ReadDir(dir)
	if err != nil {
		return err
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
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
