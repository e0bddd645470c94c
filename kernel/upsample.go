package kernel

// UpsampleNearest repeats every pixel of x (batch, height, width, channels)
// factor×factor times in y.
func UpsampleNearest(y, x []float32, batch, height, width, channels, factor int) {
	For(batch*height, 1, func(lo, hi int) {
		large := width * factor * channels
		for r := lo; r < hi; r++ {
			first := y[r*factor*large:][:large]
			for j := range width * factor {
				copy(first[j*channels:(j+1)*channels], x[(r*width+j/factor)*channels:])
			}
			for k := 1; k < factor; k++ {
				copy(y[(r*factor+k)*large:][:large], first)
			}
		}
	})
}

// UpsampleNearestAdjoint sums every block of factor×factor pixels of dy; height
// and width are those of dx.
func UpsampleNearestAdjoint(dx, dy []float32, batch, height, width, channels, factor int) {
	For(batch*height, 1, func(lo, hi int) {
		large, add := width*factor*channels, vec().add
		for r := lo; r < hi; r++ {
			row := dx[r*width*channels:][:width*channels]
			clear(row)
			for k := range factor {
				block := dy[(r*factor+k)*large:][:large]
				for j := range width * factor {
					to := row[j/factor*channels:][:channels]
					add(to, to, block[j*channels:])
				}
			}
		}
	})
}
