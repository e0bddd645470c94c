// Package pictureset has the pictures of a folder or an archive as examples, with what is known of
// them.
package pictureset

import (
	"latentspace/data/picture"
)

// Fit are the options of how pictures of any size become those of one.
type Fit struct {
	// Fit is crop or pad: the middle of a picture is cut out, or a border in the colour of the
	// background keeps all of it.
	Fit string `yaml:"fit"`
	// Background is the colour behind transparent pixels and around padded pictures: black, grey,
	// white, or one such as #ff8000.
	Background string `yaml:"background"`
}

// The values of [Fit.Fit].
const (
	Crop = "crop"
	Pad  = "pad"
)

// Check reports options that are none.
func (f Fit) Check(report func(key, format string, args ...any)) {
	if f.Fit != Crop && f.Fit != Pad {
		report("fit", "%q, want crop or pad", f.Fit)
	}
	if _, err := picture.ParseColour(f.Background); err != nil {
		report("background", "%v", err)
	}
}

// Options are the options of reading pictures of a size. The background must be one that Check
// accepts.
func (f Fit) Options(height, width int, grey bool) (picture.Options, error) {
	c, err := picture.ParseColour(f.Background)
	return picture.Options{Height: height, Width: width, Grey: grey, Pad: f.Fit == Pad, Background: c}, err
}
