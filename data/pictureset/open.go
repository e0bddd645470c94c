package pictureset

import (
	"context"
	"fmt"
	"strings"

	"latentspace/data/about"
	"latentspace/data/files"
	"latentspace/data/picture"
	"latentspace/data/pixelcache"
	"latentspace/data/progress"
)

// Options are what a folder or an archive is opened with.
type Options struct {
	picture.Options
	MaxDamaged float64 // share of files that may be damaged
	Attributes string  // path of a table of attributes; empty for none
}

// Open opens the pictures of a folder or an archive, in the order of their names, through a cache.
// The notes say what there was, and damaged what could not be read.
func Open(ctx context.Context, path string, o Options) (s *Set, notes, damaged []string, err error) {
	tree, err := files.Open(ctx, path)
	if err != nil {
		return nil, nil, nil, err
	}
	defer tree.Close()
	c, err := pixelcache.Open(ctx, tree, o.Options, progress.Of(ctx))
	if err != nil {
		return nil, nil, nil, err
	}
	defer func() {
		if err != nil {
			c.Close()
		}
	}()
	for _, d := range c.Damaged {
		damaged = append(damaged, d.Name+": "+d.Why)
	}
	if err := enough(c, tree, o.MaxDamaged); err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	s = newSet(c, o.Options)
	var more []string
	s.known, more = about.Folders("pictures", s.names())
	notes = append(told(tree, c, o.Options), more...)
	if o.Attributes != "" {
		more, err := s.known.Table(o.Attributes, "pictures", s.names())
		if err != nil {
			return nil, nil, nil, fmt.Errorf("attributes: %w", err)
		}
		notes = append(notes, more...)
	}
	return s, notes, damaged, nil
}

// enough returns an error if there are no pictures, or too many damaged ones.
func enough(c *pixelcache.Cache, tree *files.Tree, most float64) error {
	if c.Len() == 0 && len(c.Damaged) == 0 {
		left := "it has no files"
		if len(c.Skipped) > 0 {
			left = "it has " + counts(c.Skipped)
		}
		return fmt.Errorf("%s without pictures that can be read (PNG, JPEG, GIF, BMP, TIFF, WebP, PGM, PPM, PBM): %s", tree.What, left)
	}
	bad, all := len(c.Damaged), len(c.Damaged)+c.Len()
	if float64(bad) <= most*float64(all) && c.Len() > 0 {
		return nil
	}
	return fmt.Errorf("%s, want at most a share of %g (max_damaged): %s", damaged(bad, all), most, listed(c.Damaged))
}

// listed names the first files that are damaged.
func listed(damaged []pixelcache.Damaged) string {
	const most = 5
	var some []string
	for _, d := range damaged[:min(most, len(damaged))] {
		some = append(some, fmt.Sprintf("%s: %s", d.Name, d.Why))
	}
	if n := len(damaged) - most; n > 0 {
		some = append(some, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(some, "; ")
}
