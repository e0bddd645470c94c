package metrics

import "latentspace/nn/elementary"

// SSIM is the structural similarity of two pictures of values in [0, 1], from −1 to 1 for
// the same:
//
//	(2·μx·μy + C₁)(2·σxy + C₂)/((μx² + μy² + C₁)(σx² + σy² + C₂)),   C₁ = 0.01², C₂ = 0.03²
//
//	x, y (height, width, channels)
//
// the mean over all places of a window, whose moments are weighted by a Gaussian of
// deviation 1.5, and over channels. The window is 11×11, or the largest of odd sides that
// fits; it stays within the picture.
//
// Wang, Bovik, Sheikh and Simoncelli, Image Quality Assessment: From Error Visibility to
// Structural Similarity, IEEE Transactions on Image Processing 13, 2004, equation 13.
func SSIM(x, y []float32, height, width, channels int) float64 {
	const c1, c2 = 0.01 * 0.01, 0.03 * 0.03
	wy, wx := gaussianWindow(height), gaussianWindow(width)
	sum, n := 0.0, 0
	for c := range channels {
		at := func(p []float32) func(i, j int) float64 {
			return func(i, j int) float64 { return float64(p[(i*width+j)*channels+c]) }
		}
		a, b := at(x), at(y)
		blur := func(f func(i, j int) float64) []float64 { return blurred(f, height, width, wy, wx) }
		mx, my := blur(a), blur(b)
		xx := blur(func(i, j int) float64 { return a(i, j) * a(i, j) })
		yy := blur(func(i, j int) float64 { return b(i, j) * b(i, j) })
		xy := blur(func(i, j int) float64 { return a(i, j) * b(i, j) })
		for k, u := range mx {
			v := my[k]
			uv, uu, vv := float64(u*v), float64(u*u), float64(v*v)
			sum += (2*uv + c1) * (2*(xy[k]-uv) + c2) / ((uu + vv + c1) * (xx[k] - uu + yy[k] - vv + c2))
			n++
		}
	}
	return sum / float64(n)
}

// gaussianWindow has at most 11 weights, an odd number of at most n, which add up to 1.
func gaussianWindow(n int) []float64 {
	const side, deviation = 11, 1.5
	size := min(side, n)
	if size%2 == 0 {
		size--
	}
	w, sum := make([]float64, size), 0.0
	for i := range w {
		e := float64(i-size/2) / deviation
		w[i] = elementary.Exp(-float64(e*e) / 2)
		sum += w[i]
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}

// blurred is the weighted means of f at all places where the window fits.
func blurred(f func(i, j int) float64, height, width int, wy, wx []float64) []float64 {
	h, w := height-len(wy)+1, width-len(wx)+1
	rows := make([]float64, height*w)
	for i := range height {
		for j := range w {
			for k, v := range wx {
				rows[i*w+j] += float64(v * f(i, j+k))
			}
		}
	}
	out := make([]float64, h*w)
	for i := range h {
		for j := range w {
			for k, v := range wy {
				out[i*w+j] += float64(v * rows[(i+k)*w+j])
			}
		}
	}
	return out
}

// MostPSNR is the peak signal-to-noise ratio of pictures that do not differ, in decibels;
// without a bound it would be infinite.
const MostPSNR = 100

// PSNR is the peak signal-to-noise ratio of pictures of values in [0, 1],
//
//	10·log₁₀(1/MSE) ≤ [MostPSNR]
//
// in decibels.
func PSNR(x, y []float32) float64 {
	mse := squaredDistance(x, y) / float64(len(x))
	return min(MostPSNR, -10*elementary.Log10(mse))
}
