package soundset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"latentspace/data/files"
	"latentspace/data/flac"
	"latentspace/data/wav"
	"latentspace/example"
	"latentspace/internal/untrusted"
)

// Import reads new sounds for a model of sounds with a schema: one file, or those of a folder or an
// archive, as training reads them. The notes say what differed. Damaged files are left out, but at
// least one must be whole.
func Import(ctx context.Context, path string, s example.Schema, r Reading) (*Set, []string, error) {
	if !s.IsSound() {
		return nil, nil, fmt.Errorf("%s: the model's examples are no sounds", path)
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%s: there is no such file, want a file of WAV or FLAC, a folder of them, or a zip, tar or tar.gz archive", path)
	}
	o := Options{Reading: r, Schema: s, MaxDamaged: 1}
	if err == nil && info.Mode().IsRegular() {
		single, err := isSound(path)
		if err != nil {
			return nil, nil, err
		}
		if single {
			return importFile(ctx, path, o)
		}
	}
	set, notes, _, err := Open(ctx, path, o)
	return set, notes, err
}

// isSound reports whether a file is a sound, or called as one, and not an archive.
func isSound(path string) (bool, error) {
	f, _, err := untrusted.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	return named(path) || wav.Is(untrusted.Head(f)) || flac.Is(untrusted.Head(f)), nil
}

func importFile(ctx context.Context, path string, o Options) (*Set, []string, error) {
	tree, err := files.One(path)
	if err != nil {
		return nil, nil, err
	}
	defer tree.Close()
	s, found, err := read(ctx, tree, o)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(found.damaged) > 0 {
		return nil, nil, fmt.Errorf("%s: %s", path, strings.TrimPrefix(found.damaged[0], tree.Entries[0].Name+": "))
	}
	return s, found.told(tree, o.Schema), nil
}
