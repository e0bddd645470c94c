package data

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"latentspace/data/idx"
)

// find reads a file from the first place that has it, after downloading it if none
// does. Contents other than the published ones are an error, save in the folder that
// all sets share: there the file may be another set's, and is passed over.
func (s *idxSet) find(ctx context.Context, f pinned, rank int) (idx.Array, error) {
	shared := os.Getenv("LATENTSPACE_DATA")
	places, cache, noCache := folders(s.kind)
	places = append(places, s.folders...)

	var found []error // what keeps the file from being read
	for _, dir := range places {
		path, err := lookUp(dir, f.name)
		if err == nil && path == "" {
			continue
		}
		if err != nil {
			return idx.Array{}, err
		}
		x, err := idx.Open(path, rank, f.sha256)
		if err == nil {
			return x, nil
		}
		if dir != shared {
			return idx.Array{}, fmt.Errorf("%w; remove the file and it is had anew", err)
		}
		found = append(found, fmt.Errorf("passed over %w", err))
	}

	if noCache != nil {
		found = append(found, fmt.Errorf("no folder to download to: %w", noCache))
	} else {
		err := download(ctx, s.mirrors, cache, f.name+".gz", func(r io.Reader) error {
			_, err := idx.Read(r, idx.Bytes, rank, f.sha256)
			return err
		})
		if err == nil {
			return idx.Open(filepath.Join(cache, f.name+".gz"), rank, f.sha256)
		}
		if ctx.Err() != nil {
			return idx.Array{}, err
		}
		found = append(found, fmt.Errorf("no download: %w", err))
	}
	put := "a folder and its path into LATENTSPACE_DATA"
	if shared != "" || noCache == nil {
		put = places[0]
	}
	return idx.Array{}, fmt.Errorf("%s is in none of %q: %w; %s", f.name, places, onOneLine(found), s.remedy(f, put))
}

// folders are those in which the files of a kind are looked for: two that
// LATENTSPACE_DATA names, and one in the user's cache, or the error that there is none.
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
func (s *idxSet) remedy(f pinned, dir string) string {
	return fmt.Sprintf("put %s%s.gz and the three files beside it into %s, or use the digits that need no file: data: {kind: glyphs}",
		s.mirrors[0], f.name, dir)
}

// lookUp returns the path of a file in a folder, with or without .gz, or nothing if
// there is none.
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
