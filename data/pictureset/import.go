package pictureset

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"latentspace/data/files"
	"latentspace/data/picture"
	"latentspace/data/pixelcache"
	"latentspace/example"
	"latentspace/internal/untrusted"
)

// Import reads new pictures for a model of pictures with a schema: one file, or those of a folder or
// an archive, to the height, the width and the channels of the schema, as training reads them. The
// notes say what differed. Damaged files are left out, but at least one must be whole.
func Import(ctx context.Context, path string, s example.Schema, f Fit) (*Set, []string, error) {
	if len(s.Fields) != 1 || s.Fields[0].View != example.Picture || len(s.Fields[0].Shape) != 3 {
		return nil, nil, fmt.Errorf("%s: the model's examples are no pictures", path)
	}
	shape := s.Fields[0].Shape
	if shape[2] != 1 && shape[2] != 3 {
		return nil, nil, fmt.Errorf("%s: the model's pictures have %d channels, want 1 or 3", path, shape[2])
	}
	o, err := f.Options(shape[0], shape[1], shape[2] == 1)
	if err != nil {
		return nil, nil, err
	}
	set, notes, err := imported(ctx, path, o)
	if err != nil {
		return nil, nil, err
	}
	if shape[2] == 1 {
		coloured := 0
		for _, p := range set.cache.Pictures {
			if p.Info.Mode != picture.Grey {
				coloured++
			}
		}
		switch {
		case coloured == 1 && set.Len() == 1:
			notes = append(notes, "it has colours and is read as grey")
		case coloured > 0:
			notes = append(notes, fmt.Sprintf("%d of %d have colours and are read as grey", coloured, set.Len()))
		}
	}
	if s.Fields[0].Kind == example.Binary {
		notes = append(notes, "pixels are black or white, whichever is nearer, as the model knows no grey")
		set.binary = true
	}
	set.schema = s
	return set, notes, nil
}

func imported(ctx context.Context, path string, o picture.Options) (*Set, []string, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%s: there is no such file, want a picture, a folder of pictures, or a zip, tar or tar.gz archive of them", path)
	}
	if err == nil && info.Mode().IsRegular() {
		if set, notes, err := importedFile(path, o); set != nil || err != nil {
			return set, notes, err
		}
	}
	set, notes, _, err := Open(ctx, path, Options{Options: o, MaxDamaged: 1})
	return set, notes, err
}

// importedFile reads a file that is a picture; of an archive it returns nil.
func importedFile(path string, o picture.Options) (*Set, []string, error) {
	head, err := headOf(path)
	if err != nil {
		return nil, nil, err
	}
	if _, ok := picture.Recognise(head); !ok {
		if !picture.Named(path) {
			return nil, nil, nil
		}
		return nil, nil, fmt.Errorf("%s: %w", path, untrusted.NotA("a picture", head))
	}
	tree, err := files.One(path)
	if err != nil {
		return nil, nil, err
	}
	defer tree.Close()
	c, err := pixelcache.InMemory(tree, o)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return newSet(c, o), told(tree, c, o), nil
}

func headOf(path string) ([]byte, error) {
	f, _, err := untrusted.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return untrusted.Head(f), nil
}
