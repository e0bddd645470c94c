package picture

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"io"
	"strings"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"latentspace/internal/untrusted"
)

// mostSide bounds the width and the height, for which the arithmetic of the resampler has room.
const mostSide = 1 << 16

// readHeader reads what a file declares, and refuses what is out of proportion to its size.
func readHeader(b []byte) (h header, err error) {
	format, ok := Recognise(b)
	if !ok {
		return h, untrusted.NotA("a picture", b[:min(len(b), HeadSize)])
	}
	switch format {
	case PNG:
		h, err = pngHeader(b)
	case JPEG:
		h, err = jpegHeader(b)
	case GIF:
		h, err = configured(gif.DecodeConfig(bytes.NewReader(b)))
		h.Mode, h.Frames = Palette, gifFrames(b) > 1
	case BMP:
		h, err = configured(bmp.DecodeConfig(bytes.NewReader(b)))
	case TIFF:
		h, err = configured(tiff.DecodeConfig(bytes.NewReader(b)))
		d := readDirectory(b)
		h.orientation, h.Frames = d.orientation(), d.more
		// A block may become eight bytes a pixel, in memory that grows as it comes.
		const growth = 3
		h.memory = h.stored + growth*min(8*d.block(h.Width, h.Height), untrusted.PictureRatio.Value()*int64(len(b)))
	case WebP:
		h, err = webpHeader(b)
	case PNM:
		h, err = pnmHeader(b)
	}
	if h.Format = format; err != nil {
		return h, fmt.Errorf("%s: %w", format, cause(err))
	}
	h.Turned = h.orientation > 1
	if err := h.check(len(b)); err != nil {
		return h, fmt.Errorf("%s of %d × %d pixels: %w", format, h.Width, h.Height, err)
	}
	return h, nil
}

// cause is an error of a decoder without its name, which the format tells. It names the end of a
// file that is cut off as such.
func cause(err error) error {
	text := err.Error()
	if errors.Is(err, io.EOF) || strings.HasSuffix(text, io.ErrUnexpectedEOF.Error()) || strings.HasSuffix(text, "not enough pixel data") {
		return errors.New("the file is cut off")
	}
	for _, name := range []string{"png: ", "invalid format: ", "invalid JPEG format: ", "gif: ", "bmp: ", "tiff: ", "webp: "} {
		text = strings.TrimPrefix(text, name)
	}
	return errors.New(text)
}

// check refuses what a file of so many bytes cannot have, and what would take too much memory.
func (h header) check(size int) error {
	if h.Width < 1 || h.Height < 1 {
		return errors.New("want at least one pixel")
	}
	if err := untrusted.Pixels.Check(int64(h.Width) * int64(h.Height)); err != nil {
		return err
	}
	if max(h.Width, h.Height) > mostSide {
		return fmt.Errorf("want at most %d along a side", mostSide)
	}
	const megabyte = 1 << 20
	if most := untrusted.PictureRatio.Value(); h.stored > max(megabyte, most*int64(size)) {
		return fmt.Errorf("a file of %d bytes declares %d bytes of pixels: %w", size, h.stored,
			untrusted.PictureRatio.Check((h.stored+int64(size)-1)/int64(size)))
	}
	// A larger file may take more memory, in proportion.
	return untrusted.PictureMemory.Check(h.memory * megabyte / max(megabyte, int64(size)))
}

// configured makes a header of what a decoder's DecodeConfig returns.
func configured(c image.Config, err error) (header, error) {
	if err != nil {
		return header{}, err
	}
	h := header{Info: Info{Width: c.Width, Height: c.Height, Mode: RGB}, orientation: 1}
	pixels := int64(c.Width) * int64(c.Height)
	bytes := int64(4)
	switch c.ColorModel {
	case color.GrayModel:
		h.Mode, bytes = Grey, 1
	case color.Gray16Model:
		h.Mode, h.Deep, bytes = Grey, true, 2
	case color.RGBA64Model, color.NRGBA64Model:
		h.Deep, bytes = true, 8
	case color.CMYKModel:
		h.Mode = CMYK
	case color.YCbCrModel:
		bytes = 3
	default:
		if _, ok := c.ColorModel.(color.Palette); ok {
			h.Mode, bytes = Palette, 1
		}
	}
	h.stored = pixels * bytes
	h.memory = h.stored
	return h, nil
}
