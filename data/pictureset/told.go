package pictureset

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"latentspace/data/files"
	"latentspace/data/picture"
	"latentspace/data/pixelcache"
)

// told says what the files were.
func told(tree *files.Tree, c *pixelcache.Cache, o picture.Options) (notes []string) {
	formats, modes := map[string]int{}, map[string]int{}
	var transparent, turned, frames, other, smaller int
	least, most := math.MaxInt, 0
	single := tree.What == files.Single
	for _, p := range c.Pictures {
		formats[string(p.Info.Format)]++
		mode := string(p.Info.Mode)
		if p.Info.Deep {
			mode += " of 16 bits"
		}
		modes[mode]++
		width, height := p.Info.Width, p.Info.Height
		least, most = min(least, width, height), max(most, width, height)
		for _, flag := range []struct {
			yes bool
			n   *int
		}{{p.Info.Transparent, &transparent}, {p.Info.Turned, &turned}, {p.Info.Frames, &frames},
			{width*o.Height != height*o.Width, &other}, {width < o.Width || height < o.Height, &smaller}} {
			if flag.yes {
				*flag.n++
			}
		}
	}
	note := func(n int, one, several string, args ...any) {
		switch {
		case n > 0 && single:
			notes = append(notes, "it "+fmt.Sprintf(one, args...))
		case n == 1:
			notes = append(notes, fmt.Sprintf("1 of %d ", len(c.Pictures))+fmt.Sprintf(one, args...))
		case n > 0:
			notes = append(notes, fmt.Sprintf("%d of %d ", n, len(c.Pictures))+fmt.Sprintf(several, args...))
		}
	}
	if len(c.Pictures) > 0 && !single {
		notes = append(notes, fmt.Sprintf("pictures in %s: %s; %s; %d to %d pixels along a side", tree.What, counts(formats), counts(modes), least, most))
	}
	how := "only the middle is read"
	if o.Pad {
		how = "a border is added"
	}
	note(other, "has other proportions than %d × %d: %s", "have other proportions than %d × %d: %s", o.Width, o.Height, how)
	note(smaller, "is smaller than %d × %d and is enlarged", "are smaller than %d × %d and are enlarged", o.Width, o.Height)
	b := o.Background
	note(transparent, "has transparent pixels, on a background of #%02x%02x%02x", "have transparent pixels, on a background of #%02x%02x%02x", b[0], b[1], b[2])
	note(turned, "is turned as its EXIF data say", "are turned as their EXIF data say")
	note(frames, "is an animation or has pages: the first is read", "are animations or have pages: the first is read")
	if len(c.Skipped) > 0 {
		notes = append(notes, "passed over: "+counts(c.Skipped))
	}
	if n := len(c.Damaged); n > 0 {
		notes = append(notes, damaged(n, n+len(c.Pictures))+" and left out: "+listed(c.Damaged))
	}
	return notes
}

// damaged is "3 of 12 pictures are damaged".
func damaged(n, all int) string {
	if n == 1 {
		return fmt.Sprintf("1 of %d pictures is damaged", all)
	}
	return fmt.Sprintf("%d of %d pictures are damaged", n, all)
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
