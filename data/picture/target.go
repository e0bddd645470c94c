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
	for y := range p.height {
		at := p.start + y*p.down
		line := chroma[y*p.width : (y+1)*p.width]
		for k, v := range luma[y*p.width : (y+1)*p.width] {
			d := p.dst[3*at : 3*at+3 : 3*at+3]
			d[0], d[1], d[2] = r.colours(int32(v&255), int32(line[k]&255), int32(line[k]>>lane))
			at += p.across
		}
	}
}
