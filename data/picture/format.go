package picture

import (
	"path"
	"strings"

	"latentspace/internal/untrusted"
)

// Format is a format of picture files.
type Format string

// The formats.
const (
	PNG  Format = "PNG"
	JPEG Format = "JPEG"
	GIF  Format = "GIF"
	BMP  Format = "BMP"
	TIFF Format = "TIFF"
	WebP Format = "WebP"
	PNM  Format = "PNM" // PBM, PGM and PPM
)

// HeadSize is how many bytes of a file [Recognise] looks at.
const HeadSize = untrusted.HeadSize

// Recognise returns the format of a picture by its first bytes, and false if it is none that is
// read.
func Recognise(head []byte) (Format, bool) {
	begins := func(magic string) bool { return strings.HasPrefix(string(head[:min(len(head), 8)]), magic) }
	switch {
	case begins("\x89PNG\r\n\x1a\n"):
		return PNG, true
	case begins("\xff\xd8\xff"):
		return JPEG, true
	case begins("GIF87a"), begins("GIF89a"):
		return GIF, true
	case begins("BM") && len(head) >= 14 && head[6]|head[7]|head[8]|head[9] == 0:
		return BMP, true
	case begins("II*\x00"), begins("MM\x00*"):
		return TIFF, true
	case begins("RIFF") && len(head) >= 12 && string(head[8:12]) == "WEBP":
		return WebP, true
	case len(head) >= 3 && head[0] == 'P' && head[1] >= '1' && head[1] <= '6' && blank(head[2]):
		return PNM, true
	}
	return "", false
}

// extensions are how names of picture files end.
var extensions = map[string]bool{
	".png": true, ".apng": true, ".jpg": true, ".jpeg": true, ".jpe": true, ".jfif": true, ".gif": true,
	".bmp": true, ".dib": true, ".tif": true, ".tiff": true, ".webp": true,
	".pbm": true, ".pgm": true, ".ppm": true, ".pnm": true,
}

// Named reports whether a file has the name of a picture that is read.
func Named(name string) bool { return extensions[strings.ToLower(path.Ext(name))] }

// foreign are pictures that are not read, by the ends of their names.
var foreign = map[string]string{
	".heic": "HEIC", ".heif": "HEIC", ".avif": "AVIF", ".jxl": "JPEG XL", ".jp2": "JPEG 2000", ".svg": "SVG",
	".psd": "Photoshop", ".ico": "icon", ".tga": "TGA", ".exr": "OpenEXR", ".dng": "raw", ".cr2": "raw", ".nef": "raw", ".arw": "raw",
}

// Foreign returns the name of a format of pictures that is not read, by the end of a file's name.
func Foreign(name string) (string, bool) {
	f, ok := foreign[strings.ToLower(path.Ext(name))]
	return f, ok
}
