package render

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// rgb is an opaque colour.
type rgb [3]uint8

// colours yields the index of each pixel, row by row, with its colour.
func colours(img image.Image) func(yield func(int, rgb) bool) {
	return func(yield func(int, rgb) bool) {
		b := img.Bounds()
		k := 0
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				c := color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)
				if !yield(k, rgb{c.R, c.G, c.B}) {
					return
				}
				k++
			}
		}
	}
}

// box is a set of colours that share an entry of the palette.
type box struct {
	colours []rgb
	mean    [3]float64
	widest  int     // the channel of the largest squared error
	spread  float64 // that error, summed over the pixels
}

// medianCut sorts the colours of pictures into at most n ≤ 256 boxes: it begins with
// one and cuts, until there are n, the box and channel of the largest squared error at
// the channel's mean. It returns the mean colour of each box and the box of each colour.
// Up to n different colours stay as they are.
//
// Heckbert, Color Image Quantization for Frame Buffer Display, SIGGRAPH 1982. The
// choice of the box and the cut at the mean, where Heckbert takes the longest side
// and the median, are those of Wan, Prusinkiewicz and Wong, Variance-Based Color Image
// Quantization for Frame Buffer Display, Color Research and Application 1990.
func medianCut(counts map[rgb]int, n int) (centres []rgb, nearest map[rgb]uint8) {
	all := make([]rgb, 0, len(counts))
	for c := range counts {
		all = append(all, c)
	}
	// The order of a map is random, that of the boxes must not be.
	slices.SortFunc(all, func(a, b rgb) int { return slices.Compare(a[:], b[:]) })

	boxes := []box{measure(all, counts)}
	for len(boxes) < n {
		at := 0
		for i := range boxes {
			if boxes[i].spread > boxes[at].spread {
				at = i
			}
		}
		b := boxes[at]
		if b.spread == 0 {
			break
		}
		slices.SortStableFunc(b.colours, func(p, q rgb) int { return cmp.Compare(p[b.widest], q[b.widest]) })
		cut, _ := slices.BinarySearchFunc(b.colours, b.mean[b.widest], func(c rgb, mean float64) int {
			if float64(c[b.widest]) <= mean {
				return -1
			}
			return 1
		})
		boxes[at] = measure(b.colours[:cut], counts)
		boxes = append(boxes, measure(b.colours[cut:], counts))
	}

	nearest = make(map[rgb]uint8, len(counts))
	for i, b := range boxes {
		centres = append(centres, rgb{uint8(b.mean[0] + 0.5), uint8(b.mean[1] + 0.5), uint8(b.mean[2] + 0.5)})
		for _, c := range b.colours {
			nearest[c] = uint8(i)
		}
	}
	return centres, nearest
}

// measure returns the box of colours. Its sums are of integers, exact below 2⁵³.
func measure(colours []rgb, counts map[rgb]int) box {
	b := box{colours: colours}
	var n int
	var sum, squares [3]int
	for _, c := range colours {
		count := counts[c]
		n += count
		for i, v := range c {
			sum[i] += count * int(v)
			squares[i] += count * int(v) * int(v)
		}
	}
	for i := range sum {
		b.mean[i] = float64(sum[i]) / float64(n)
		spread := float64(squares[i]) - float64(float64(sum[i])*b.mean[i])
		if spread > b.spread {
			b.widest, b.spread = i, spread
		}
	}
	return b
}
