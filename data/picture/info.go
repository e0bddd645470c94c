package picture

// Info is what a picture file was, before it was made the size of the others.
type Info struct {
	Format        Format
	Width, Height int  // as a person sees it
	Mode          Mode // of colour
	Deep          bool // more than 8 bits of a channel
	Transparent   bool // some pixels were
	Turned        bool // by the orientation in its EXIF data
	Frames        bool // an animation or several pages, of which the first was read
}

// Mode is how the colours of a picture are stored.
type Mode string

// The modes.
const (
	Grey    Mode = "grey"
	RGB     Mode = "colour"
	Palette Mode = "palette"
	CMYK    Mode = "CMYK"
)

// header is what a file declares, which is checked before it is decoded.
type header struct {
	Info
	orientation int   // 1 … 8 of EXIF
	stored      int64 // bytes of the pixels in the colour model of the file
	memory      int64 // bytes that decoding takes
}
