package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Newest returns the folder under root whose run.json is the newest.
func Newest(root string) (string, error) {
	manifests, err := filepath.Glob(filepath.Join(root, "*", ManifestFile))
	if err != nil {
		return "", fmt.Errorf("rundir: %w", err)
	}
	var newest string
	var when time.Time
	for _, m := range manifests {
		info, err := os.Stat(m)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("rundir: %w", err)
		}
		if newest == "" || info.ModTime().After(when) {
			newest, when = filepath.Dir(m), info.ModTime()
		}
	}
	if newest == "" {
		return "", fmt.Errorf("rundir: no run under %s; train one with: train -config vae", root)
	}
	return newest, nil
}
