package sound

// Chain joins spectrograms in time, each of which begins a number of frames before the one before it
// ends. Over these frames the levels go from one to the other. Each must be longer than the overlap.
func (t *Transform) Chain(parts [][]float32, overlap int) []float32 {
	total := overlap
	for _, p := range parts {
		total += len(p)/t.bands - overlap
	}
	all := make([]float32, t.bands*total)
	at := 0
	for i, p := range parts {
		frames := len(p) / t.bands
		for m := range t.bands {
			row := all[m*total+at : m*total+at+frames]
			for j, v := range p[m*frames : (m+1)*frames] {
				if i > 0 && j < overlap {
					share := float32(2*j+1) / float32(2*overlap)
					v = row[j] + float32((v-row[j])*share)
				}
				row[j] = v
			}
		}
		at += frames - overlap
	}
	return all
}
