package pixelcache

import (
	"os"
	"path/filepath"
	"time"
)

// unused is how long after it was opened last a cache is removed.
const unused = 60 * 24 * time.Hour

// prune removes caches that were not opened for long, but for one. It is of no consequence if that
// fails.
func prune(root, but string, now time.Time) {
	entries, err := os.ReadDir(root)
	if err != nil {
		return
	}
	for _, e := range entries {
		dir := filepath.Join(root, e.Name())
		info, err := os.Stat(filepath.Join(dir, journalName))
		if err != nil || dir == but || now.Sub(info.ModTime()) < unused {
			continue
		}
		for _, name := range []string{journalName, pixelsName, "run.lock"} {
			os.Remove(filepath.Join(dir, name))
		}
		os.Remove(dir)
	}
}
