package evaluation

import (
	"os"
	"path/filepath"
)

// DefaultCache is the folder of the user's cache in which networks that measure are kept,
// "" where there is none: they are trained again then.
func DefaultCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "latentspace", "networks")
}
