package pictureset

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/data/files"
	"latentspace/data/picture"
	"latentspace/data/pixelcache"
	"latentspace/data/progress"
	"latentspace/example"
	"latentspace/internal/untrusted"
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
	notes = append(told(tree, c, o.Options), s.classes()...)
	if o.Attributes != "" {
		more, err := s.attributes(o.Attributes)
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
	return fmt.Errorf("%d of %d pictures are damaged, want at most a share of %g (max_damaged): %s", bad, all, most, listed(c.Damaged))
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

// counts is "3 hidden, 12 .txt files", the most first.
func counts(n map[string]int) string {
	keys := slices.Sorted(maps.Keys(n))
	slices.SortStableFunc(keys, func(a, b string) int { return n[b] - n[a] })
	parts := make([]string, len(keys))
	for k, key := range keys {
		parts[k] = fmt.Sprintf("%d %s", n[key], key)
	}
	return strings.Join(parts, ", ")
}

// told says what the files were.
func told(tree *files.Tree, c *pixelcache.Cache, o picture.Options) (notes []string) {
	formats, modes := map[string]int{}, map[string]int{}
	var transparent, turned, frames, other int
	for _, p := range c.Pictures {
		formats[string(p.Info.Format)]++
		mode := string(p.Info.Mode)
		if p.Info.Deep {
			mode += " of 16 bits"
		}
		modes[mode]++
		for _, flag := range []struct {
			yes bool
			n   *int
		}{{p.Info.Transparent, &transparent}, {p.Info.Turned, &turned}, {p.Info.Frames, &frames},
			{p.Info.Width*o.Height != p.Info.Height*o.Width, &other}} {
			if flag.yes {
				*flag.n++
			}
		}
	}
	notes = append(notes, fmt.Sprintf("%d pictures in %s: %s; %s", c.Len(), tree.What, counts(formats), counts(modes)))
	note := func(n int, format string, args ...any) {
		if n > 0 {
			notes = append(notes, fmt.Sprintf("%d of them ", n)+fmt.Sprintf(format, args...))
		}
	}
	how := "are cut to the middle"
	if o.Pad {
		how = "have a border"
	}
	note(other, "have another shape than %d × %d and %s", o.Height, o.Width, how)
	note(transparent, "have transparent pixels, on a background of #%02x%02x%02x", o.Background[0], o.Background[1], o.Background[2])
	note(turned, "are turned as their EXIF data say")
	note(frames, "are animations or have pages: the first is read")
	if len(c.Skipped) > 0 {
		notes = append(notes, "passed over: "+counts(c.Skipped))
	}
	if n := len(c.Damaged); n > 0 {
		notes = append(notes, fmt.Sprintf("%d damaged pictures are left out: %s", n, listed(c.Damaged)))
	}
	return notes
}

// classes makes the folders that the pictures are in their classes, if there are at least two. A
// folder that has all of them is looked into.
func (s *Set) classes() (notes []string) {
	names := make([]string, len(s.cache.Pictures))
	for i, p := range s.cache.Pictures {
		names[i] = p.Name
	}
	for {
		first, _, ok := strings.Cut(names[0], "/")
		if !ok || slices.ContainsFunc(names, func(n string) bool { return !strings.HasPrefix(n, first+"/") }) {
			break
		}
		for i := range names {
			names[i] = names[i][len(first)+1:]
		}
	}
	var folders []string
	loose := 0
	for i, n := range names {
		folder, _, ok := strings.Cut(n, "/")
		if !ok {
			folder = "."
			loose++
		}
		names[i] = folder
		folders = append(folders, folder)
	}
	if loose == len(names) {
		return nil
	}
	slices.Sort(folders)
	folders = slices.Compact(folders)
	if err := untrusted.Classes.Check(int64(len(folders))); err != nil {
		return []string{fmt.Sprintf("the pictures are in %d folders, too many for classes: there are none", len(folders))}
	}
	if loose > 0 {
		notes = append(notes, fmt.Sprintf("%d pictures are in no folder of a class: theirs is called .", loose))
	}
	s.about = example.Of(example.Class(folders))
	s.known = make([]float32, len(names))
	for i, n := range names {
		at, _ := slices.BinarySearch(folders, n)
		s.known[i] = float32(at)
	}
	return notes
}
