package picture

// turn is how stored rows and columns become those that a person sees.
type turn struct{ transposed, mirrored, flipped bool }

// turns are the orientations of EXIF from 1 to 8: first columns are taken for rows, then the left is
// exchanged with the right, and the top with the bottom.
var turns = [9]turn{
	2: {mirrored: true},
	3: {mirrored: true, flipped: true},
	4: {flipped: true},
	5: {transposed: true},
	6: {transposed: true, mirrored: true},
	7: {transposed: true, mirrored: true, flipped: true},
	8: {transposed: true, flipped: true},
}

// stored returns where a part of the picture as it is seen, of width × height, is stored.
func (t turn) stored(b box, width, height int) box {
	if t.mirrored {
		b.x = width - b.x - b.width
	}
	if t.flipped {
		b.y = height - b.y - b.height
	}
	if t.transposed {
		b.x, b.y, b.width, b.height = b.y, b.x, b.height, b.width
	}
	return b
}

// strides returns where the first stored pixel goes in a picture of width × height that is seen, and
// how far the next one in its row and in its column is from it.
func (t turn) strides(width, height int) (start, across, down int) {
	x, y := 1, width
	if t.mirrored {
		start += width - 1
		x = -1
	}
	if t.flipped {
		start += (height - 1) * width
		y = -width
	}
	if t.transposed {
		return start, y, x
	}
	return start, x, y
}

// fit returns the part of a picture of width × height that is read, and where it goes.
func (o Options) fit(width, height int) (from, to box) {
	wide := width*o.Height > height*o.Width
	if o.Pad {
		to = box{0, 0, o.Width, o.Height}
		if wide {
			to.height = max(1, (2*height*o.Width+width)/(2*width))
			to.y = (o.Height - to.height) / 2
		} else {
			to.width = max(1, (2*width*o.Height+height)/(2*height))
			to.x = (o.Width - to.width) / 2
		}
		return box{0, 0, width, height}, to
	}
	from = box{0, 0, width, height}
	if wide {
		from.width = max(1, (2*height*o.Width+o.Height)/(2*o.Height))
		from.x = (width - from.width) / 2
	} else {
		from.height = max(1, (2*width*o.Height+o.Width)/(2*o.Width))
		from.y = (height - from.height) / 2
	}
	return from, box{0, 0, o.Width, o.Height}
}
