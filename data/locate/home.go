package locate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Contents describes what is in a folder and its subfolders, as a hint at what the user
// may have meant.
func Contents(dir string) string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err.Error()
	}
	const most = 12
	var names []string
	for _, e := range entries {
		if name := e.Name(); e.IsDir() {
			within, _ := os.ReadDir(filepath.Join(dir, name)) // if it cannot be read, only its name is listed
			if len(within) > 0 {
				name = filepath.Join(name, within[0].Name())
			}
			names = append(names, name+" …")
		} else {
			names = append(names, name)
		}
	}
	switch {
	case len(names) == 0:
		return "nothing"
	case len(names) > most:
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// Home replaces a ~ at the start of a path by the user's home folder, as a shell does.
func Home(path string) (string, error) {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok || rest != "" && rest[0] != '/' && !os.IsPathSeparator(rest[0]) {
		return path, nil
	}
	dir, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return filepath.Join(dir, rest), nil
}
