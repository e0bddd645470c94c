// Package locate finds the files of published data sets on this machine, or downloads them.
package locate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// File is a file known by its contents.
type File struct {
	Name   string // without .gz
	SHA256 string // of the contents, out of gzip
}

// Shelf is where the files of a published set are looked for.
type Shelf struct {
	Kind    string
	Folders []string // in which packages of the system put them
	Mirrors []string // addresses that end in a slash
	Ending  string   // of a name at a mirror: .gz, or nothing
	Beside  string   // how many more files there are, in words
}

// Find opens a file from the first place that has it, or downloads it. Contents other
// than the published ones are an error, except in the folder that all sets share: there
// the file may belong to another set, and is skipped.
func Find[T any](ctx context.Context, s Shelf, f File, open func(path string) (T, error), verify func(io.Reader) error) (x T, err error) {
	if err := CheckShared(f.Name); err != nil {
		return x, err
	}
	shared := os.Getenv("LATENTSPACE_DATA")
	places, cache, noCache := Folders(s.Kind)
	places = append(places, s.Folders...)

	var found []error // why files that were found could not be read
	for _, dir := range places {
		path, err := LookUp(dir, f.Name)
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

	if IsOffline(ctx) {
		found = append(found, errors.New("nothing is downloaded here"))
	} else if noCache != nil {
		found = append(found, fmt.Errorf("no folder to download to: %w", noCache))
	} else {
		name := f.Name + s.Ending
		err := download(ctx, s.Mirrors, cache, name, verify)
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
	return x, fmt.Errorf("%s is in none of %q: %w; %s", f.Name, places, onOneLine(found), s.remedy(f, put))
}

// CheckShared returns an error if LATENTSPACE_DATA names no folder. Otherwise files found elsewhere
// would seem to come from there.
func CheckShared(wanted string) error {
	shared := os.Getenv("LATENTSPACE_DATA")
	if shared == "" {
		return nil
	}
	return CheckFolder("LATENTSPACE_DATA", shared, wanted)
}

// CheckFolder returns an error if a setting names no folder. The error names the file that is
// wanted.
func CheckFolder(setting, dir, wanted string) error {
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

// Folders returns the folders to look in for files of a kind: two that LATENTSPACE_DATA
// names, and one in the user's cache, or an error if there is no cache.
func Folders(kind string) (all []string, cache string, err error) {
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
func (s Shelf) remedy(f File, dir string) string {
	return fmt.Sprintf("put %s%s%s and the %s files beside it into %s, or use the digits that need no file: data: {kind: glyphs}",
		s.Mirrors[0], f.Name, s.Ending, s.Beside, dir)
}

// LookUp returns the path of a file in a folder, with or without .gz, or "" if there is
// none.
func LookUp(dir, name string) (string, error) {
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
