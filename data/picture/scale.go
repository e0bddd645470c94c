package picture

// Pixels are resampled as words that have up to three channels, each in 21 bits: a sum of bytes
// times weights whose sum is 2¹³ has room there, so that one multiplication is for all channels.
const (
	lane       = 21
	weightBits = 13
	whole      = 1 << weightBits
	lanes      = 1 | 1<<lane | 1<<(2*lane) // 1 in each channel
	half       = whole / 2 * lanes
	bytesOf    = 255 * lanes
)

// rounded divides the channels of a word by 2¹³.
func rounded(sum uint64) uint64 { return (sum + half) >> weightBits & bytesOf }

// taps are the weights of one direction: value j of n is the sum of the pixels first[j] + k times
// weights[j·each + k].
type taps struct {
	of      [4]int // what they were made for
	each    int
	first   []int
	weights []uint64
}

// filter sets the weights for n values out of length units from the offset on, of pixels that are
// so many units wide. The filter is a triangle, as wide as a value and its neighbours, and no
// narrower than a pixel and its neighbours. It has only pixels that reach into the range.
//
//	w(i) = max(0, s − |(2i + 1)·width·n − 2n·offset − (2j + 1)·length|),   s = 2·max(length, width·n)
func (t *taps) filter(n, offset, length, width int) {
	of := [4]int{n, offset, length, width}
	if of == t.of { // as for the picture before
		return
	}
	t.of = of
	lowest, highest := offset/width, (offset+length-1)/width
	support := 2 * max(length, width*n)
	step := 2 * width * n // between the centres of pixels
	centre := func(j int) int { return 2*n*offset + (2*j+1)*length }
	weight := func(i, j int) int { return max(0, support-abs((2*i+1)*width*n-centre(j))) }
	t.each, t.first = 1, sized(t.first, n)
	for j := range n {
		first := max(lowest, (centre(j)-support)/step)
		for weight(first, j) == 0 {
			first++
		}
		last := min(highest, (centre(j)+support)/step)
		for weight(last, j) == 0 {
			last--
		}
		t.first[j] = first
		t.each = max(t.each, last-first+1)
	}
	t.weights = sized(t.weights, n*t.each)
	for j := range n {
		t.first[j] = min(t.first[j], highest-t.each+1)
		sum := 0
		for k := range t.each {
			sum += weight(t.first[j]+k, j)
		}
		// Rounding the running sum makes the weights add up to one.
		run, before := 0, 0
		for k := range t.each {
			run += weight(t.first[j]+k, j)
			upto := (2*run*whole + sum) / (2 * sum)
			t.weights[j*t.each+k] = uint64(upto - before)
			before = upto
		}
	}
}

func abs(x int) int { return max(x, -x) }

// sized returns a slice of n elements, in the memory of another if it has the room.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// scaler resamples rows of words. Its memory is used again for the next picture.
type scaler struct {
	across, down taps
	row          []uint64
	lines        lines
	weights      []uint64 // of lines
	sums         []uint64 // the result
}

// box is a part of a picture, in its pixels.
type box struct{ x, y, width, height int }

// scale resamples a part of a picture whose planes have pixels of wide × high, such as colours that
// are stored at half the size. Row writes row y of a plane, from pixel x on, to dst. The result has
// a word for each pixel.
func (s *scaler) scale(width, height int, b box, wide, high int, row func(dst []uint64, x, y int)) []uint64 {
	s.across.filter(width, b.x, b.width, wide)
	s.down.filter(height, b.y, b.height, high)
	left, right := b.x/wide, (b.x+b.width-1)/wide+1
	s.row, s.sums = sized(s.row, right-left), sized(s.sums, width*height)
	s.lines.reset(s.down.each, width)
	y := b.y / high // the next row
	line := func() {
		row(s.row, left, y)
		s.across.apply(s.lines.at(y), s.row, left)
		y++
	}
	for j := range height {
		first := s.down.first[j]
		for y < first+s.down.each {
			line()
		}
		s.lines.mix(s.sums[j*width:(j+1)*width], first, s.down.weights[j*s.down.each:(j+1)*s.down.each])
	}
	for y <= (b.y+b.height-1)/high { // a row without weight may be transparent
		line()
	}
	return s.sums
}

// apply resamples a row whose first pixel is that at left.
func (t *taps) apply(dst, row []uint64, left int) {
	switch t.each {
	case 1:
		for j, first := range t.first[:len(dst)] {
			dst[j] = row[first-left]
		}
	case 2:
		for j, first := range t.first[:len(dst)] {
			w, p := t.weights[2*j:2*j+2:2*j+2], row[first-left:first-left+2]
			dst[j] = rounded(p[0]*w[0] + p[1]*w[1])
		}
	case 3:
		for j, first := range t.first[:len(dst)] {
			w, p := t.weights[3*j:3*j+3:3*j+3], row[first-left:first-left+3]
			dst[j] = rounded(p[0]*w[0] + p[1]*w[1] + p[2]*w[2])
		}
	default:
		for j, first := range t.first[:len(dst)] {
			w := t.weights[j*t.each : (j+1)*t.each]
			var sum uint64
			for k, p := range row[first-left : first-left+len(w)] {
				sum += p * w[k]
			}
			dst[j] = rounded(sum)
		}
	}
}
