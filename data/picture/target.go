package picture

// target is where resampled pixels go in a picture of bytes.
type target struct {
	dst                 []byte
	channels            int
	start, across, down int // the place of the first pixel, and how far the next ones are from it
	width, height       int // of what is stored
}

// colour writes words of red, green and blue.
func (p target) colour(words []uint64) {
	for y := range p.height {
		at := p.start + y*p.down
		for _, v := range words[y*p.width : (y+1)*p.width] {
			c := Colour{byte(v), byte(v >> lane), byte(v >> (2 * lane))}
			if p.channels == 1 {
				p.dst[at] = c.grey()
			} else {
				d := p.dst[3*at : 3*at+3 : 3*at+3]
				d[0], d[1], d[2] = c[0], c[1], c[2]
			}
			at += p.across
		}
	}
}

// grey writes words of luma.
func (r *rows) grey(p target, words []uint64) {
	for y := range p.height {
		at := p.start + y*p.down
		for _, v := range words[y*p.width : (y+1)*p.width] {
			c := r.brightness(byte(v))
			for k := range p.channels {
				p.dst[at*p.channels+k] = c
			}
			at += p.across
		}
	}
}

// chrominance writes words of luma, and others of blue and red chroma.
func (r *rows) chrominance(p target, luma, chroma []uint64) {
	convert := jfifRow
	if r.narrow {
		convert = videoRow
	}
	for y := range p.height {
		row := y * p.width
		convert(p.dst, 3*(p.start+y*p.down), 3*p.across, luma[row:row+p.width], chroma[row:row+p.width])
	}
}

func jfifRow(dst []byte, at, step int, luma, chroma []uint64) {
	chroma = chroma[:len(luma)]
	for k, v := range luma {
		c := chroma[k]
		red, green, blue := jfif(int32(v&255), int32(c&255), int32(c>>lane&255))
		if uint32(red|green|blue) > 255 {
			red, green, blue = int32(clamped(red)), int32(clamped(green)), int32(clamped(blue))
		}
		d := dst[at : at+3 : at+3]
		d[0], d[1], d[2] = byte(red), byte(green), byte(blue)
		at += step
	}
}

func videoRow(dst []byte, at, step int, luma, chroma []uint64) {
	for k, v := range luma {
		d := dst[at : at+3 : at+3]
		d[0], d[1], d[2] = video(int32(v&255), int32(chroma[k]&255), int32(chroma[k]>>lane))
		at += step
	}
}
