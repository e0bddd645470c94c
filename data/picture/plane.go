package picture

// plane resamples a part of a plane of bytes, three rows in a word. The result has the bytes that
// [scaler.scale] has.
//
// Times w₂ + w₁·2²¹ + w₀·2⁴², a word v₀ + v₁·2²¹ + v₂·2⁴² has v₀w₀ + v₁w₁ + v₂w₂ in its upper channel:
// one multiplication adds three rows. The channels below stay below 2²¹, as weights add up to 2¹³.
func (s *scaler) plane(width, height int, b box, pix []byte, stride int) []uint64 {
	const rows = 3
	s.across.filter(width, b.x, b.width, 1)
	s.down.filter(height, b.y, b.height, 1)
	s.row, s.line = sized(s.row, b.width), sized(s.line, width)
	s.sums = sized(s.sums, width*height)
	clear(s.sums)
	begin, end := 0, b.y+b.height
	for y := b.y; y < end; y += rows {
		at := func(y int) []byte { return pix[min(y, end-1)*stride+b.x:][:len(s.row)] }
		p, q, r := at(y), at(y+1), at(y+2) // those beyond the end have no weight
		for k, v := range p {
			s.row[k] = uint64(v) | uint64(q[k])<<lane | uint64(r[k])<<(2*lane)
		}
		s.across.apply(s.line, s.row, b.x)
		for begin < height && s.down.first[begin]+s.down.each <= y {
			begin++
		}
		for j := begin; j < height && s.down.first[j] < y+rows; j++ {
			w := s.down.at(j, y+2) | s.down.at(j, y+1)<<lane | s.down.at(j, y)<<(2*lane)
			add(s.sums[j*width:(j+1)*width], s.line, w)
		}
	}
	for k, sum := range s.sums {
		s.sums[k] = (sum>>(2*lane) + whole/2) >> weightBits
	}
	return s.sums
}

// at is the weight of pixel i in value j.
func (t *taps) at(j, i int) uint64 {
	if k := i - t.first[j]; k >= 0 && k < t.each {
		return t.weights[j*t.each+k]
	}
	return 0
}
