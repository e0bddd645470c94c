package pictureset

import (
	"slices"
	"testing"

	"latentspace/data/files"
	"latentspace/data/picture"
	"latentspace/data/pixelcache"
)

func TestWhatWasFoundIsTold(t *testing.T) {
	c := named("a.png", "b.gif", "c.jpg").cache
	c.Pictures[0].Info = picture.Info{Format: picture.PNG, Mode: picture.Grey, Width: 9, Height: 9, Deep: true}
	c.Pictures[1].Info = picture.Info{Format: picture.GIF, Mode: picture.Palette, Width: 64, Height: 64, Transparent: true, Frames: true}
	c.Pictures[2].Info = picture.Info{Format: picture.JPEG, Mode: picture.CMYK, Width: 900, Height: 64, Turned: true}
	c.Skipped = map[string]int{"hidden": 1, ".txt files": 12}
	c.Damaged = []pixelcache.Damaged{{Name: "d.png", Why: "PNG: the file is cut off"}}
	for _, pad := range []bool{false, true} {
		how := "only the middle is read"
		if pad {
			how = "a border is added"
		}
		want := []string{
			"pictures in a folder: 1 GIF, 1 JPEG, 1 PNG; 1 CMYK, 1 grey of 16 bits, 1 palette; 9 to 900 pixels along a side",
			"1 of 3 has other proportions than 64 × 64: " + how,
			"1 of 3 is smaller than 64 × 64 and is enlarged",
			"1 of 3 has transparent pixels, on a background of #ff8000",
			"1 of 3 is turned as its EXIF data say",
			"1 of 3 is an animation or has pages: the first is read",
			"passed over: 12 .txt files, 1 hidden",
			"1 of 4 pictures is damaged and left out: d.png: PNG: the file is cut off",
		}
		o := picture.Options{Height: 64, Width: 64, Pad: pad, Background: picture.Colour{255, 128, 0}}
		if got := told(&files.Tree{What: "a folder"}, c, o); !slices.Equal(got, want) {
			t.Errorf("got\n%q, want\n%q", got, want)
		}
	}
	c = named("a.png").cache
	c.Pictures[0].Info = picture.Info{Format: picture.PNG, Mode: picture.Grey, Width: 90, Height: 90, Turned: true}
	want := []string{"it is turned as its EXIF data say"}
	if got := told(&files.Tree{What: files.Single}, c, picture.Options{Height: 64, Width: 64}); !slices.Equal(got, want) {
		t.Errorf("one file: got %q, want %q", got, want)
	}
}

// named is a set of pictures of which only the names are known.
func named(names ...string) *Set {
	c := &pixelcache.Cache{}
	for _, n := range names {
		c.Pictures = append(c.Pictures, pixelcache.Picture{Name: n})
	}
	return newSet(c, picture.Options{Height: 1, Width: 1})
}
