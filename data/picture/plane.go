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
	each := s.down.each
	s.row, s.sums = sized(s.row, b.width), sized(s.sums, width*height)
	s.lines.reset((each+1)/rows+1, width) // so many words have each rows, at the most
	s.weights = sized(s.weights, s.lines.most)
	next, end := 0, b.y+b.height // the next word's rows begin at b.y + 3·next
	for j := range height {
		from := (s.down.first[j] - b.y) / rows
		to := (s.down.first[j] + each - 1 - b.y) / rows
		for ; next <= to; next++ {
			y := b.y + rows*next
			at := func(y int) []byte { return pix[min(y, end-1)*stride+b.x:][:len(s.row)] }
			p, q, r := at(y), at(y+1), at(y+2) // those beyond the end have no weight
			for k, v := range p {
				s.row[k] = uint64(v) | uint64(q[k])<<lane | uint64(r[k])<<(2*lane)
			}
			s.across.apply(s.lines.at(next), s.row, b.x)
		}
		w := s.weights[:to-from+1]
		for i := range w {
			y := b.y + rows*(from+i)
			w[i] = s.down.at(j, y+2) | s.down.at(j, y+1)<<lane | s.down.at(j, y)<<(2*lane)
		}
		s.lines.mixUpper(s.sums[j*width:(j+1)*width], from, w)
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
