package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// shelf is where the files of a published set are looked for.
type shelf struct {
	kind    string
	folders []string // in which packages of the system put them
	mirrors []string // addresses that end in a slash
	ending  string   // of a name at a mirror: .gz, or nothing
	beside  string   // how many more files there are, in words
}

// find opens a file from the first place that has it, or downloads it. Contents other
// than the published ones are an error, except in the folder that all sets share: there
// the file may belong to another set, and is skipped.
func find[T any](ctx context.Context, s shelf, f pinned, open func(path string) (T, error), verify func(io.Reader) error) (x T, err error) {
	if err := checkShared(f.name); err != nil {
		return x, err
	}
	shared := os.Getenv("LATENTSPACE_DATA")
	places, cache, noCache := folders(s.kind)
	places = append(places, s.folders...)

	var found []error // why files that were found could not be read
	for _, dir := range places {
		path, err := lookUp(dir, f.name)
		if err == nil && path == "" {
			continue
		}
		if err != nil {
			return x, err
		}
		y, err := open(path)
		if err == nil {
			return y, nil
		}
		if dir != shared {
			return x, fmt.Errorf("%w; remove the file and it is had anew", err)
		}
		found = append(found, fmt.Errorf("passed over %w", err))
	}

	if noCache != nil {
		found = append(found, fmt.Errorf("no folder to download to: %w", noCache))
	} else {
		name := f.name + s.ending
		err := download(ctx, s.mirrors, cache, name, verify)
		if err == nil {
			return open(filepath.Join(cache, name))
		}
		if ctx.Err() != nil {
			return x, err
		}
		found = append(found, fmt.Errorf("no download: %w", err))
	}
	put := "a folder and its path into LATENTSPACE_DATA"
	if shared != "" || noCache == nil {
		put = places[0]
	}
	return x, fmt.Errorf("%s is in none of %q: %w; %s", f.name, places, onOneLine(found), s.remedy(f, put))
}

// checkShared returns an error if LATENTSPACE_DATA names no folder. Otherwise files found elsewhere
// would seem to come from there.
func checkShared(wanted string) error {
	shared := os.Getenv("LATENTSPACE_DATA")
	if shared == "" {
		return nil
	}
	return checkFolder("LATENTSPACE_DATA", shared, wanted)
}

// checkFolder returns an error if a setting names no folder. The error names the file that is
// wanted.
func checkFolder(setting, dir, wanted string) error {
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: %s: there is no such folder, want the one that %s is looked for in", setting, dir, wanted)
	case err != nil:
		return fmt.Errorf("%s: %w", setting, err)
	case !info.IsDir():
		return fmt.Errorf("%s: %s is a file, want the folder that %s is looked for in", setting, dir, wanted)
	}
	return nil
}

// folders returns the folders to look in for files of a kind: two that LATENTSPACE_DATA
// names, and one in the user's cache, or an error if there is no cache.
func folders(kind string) (all []string, cache string, err error) {
	if shared := os.Getenv("LATENTSPACE_DATA"); shared != "" {
		all = append(all, filepath.Join(shared, kind), shared)
	}
	cache, err = os.UserCacheDir()
	if err == nil {
		cache = filepath.Join(cache, "latentspace", kind)
		all = append(all, cache)
	}
	return all, cache, err
}

// remedy says what a user without a file can do.
func (s shelf) remedy(f pinned, dir string) string {
	return fmt.Sprintf("put %s%s%s and the %s files beside it into %s, or use the digits that need no file: data: {kind: glyphs}",
		s.mirrors[0], f.name, s.ending, s.beside, dir)
}

// lookUp returns the path of a file in a folder, with or without .gz, or "" if there is
// none.
func lookUp(dir, name string) (string, error) {
	for _, path := range []string{filepath.Join(dir, name), filepath.Join(dir, name+".gz")} {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		if info.IsDir() {
			return "", fmt.Errorf("%s is a folder, want a file", path)
		}
		return path, nil
	}
	return "", nil
}
