package kernel

// Repel2 is the push of points (x[j], y[j]) in the plane on a point (px, py) by a
// Student t kernel with one degree of freedom, and the sum of the kernel:
//
//	z = Σⱼ wⱼ    (fx, fy) = Σⱼ wⱼ² · ((px, py) − (x[j], y[j]))    wⱼ = 1 / (1 + dⱼ²)
//
// where dⱼ is the distance from point j. A point at (px, py), such as itself, adds 1
// to z and nothing to the force. In float64.
func Repel2(x, y []float32, px, py float64) (z, fx, fy float64) {
	return vec().repel2(x, y[:len(x)], px, py)
}

// Repel3 is [Repel2] for points (x[j], y[j], w[j]) in space.
func Repel3(x, y, w []float32, px, py, pw float64) (z, fx, fy, fw float64) {
	return vec().repel3(x, y[:len(x)], w[:len(x)], px, py, pw)
}

func repel2Twin(x, y []float32, px, py float64) (z, fx, fy float64) {
	var sz, sx, sy lanes8
	for j := range x {
		dx, dy := px-float64(x[j]), py-float64(y[j])
		w := 1 / ((float64(dx*dx) + float64(dy*dy)) + 1)
		u := float64(w * w)
		sz[j%8] += w
		sx[j%8] += float64(u * dx)
		sy[j%8] += float64(u * dy)
	}
	return sz.total(), sx.total(), sy.total()
}

func repel3Twin(x, y, w []float32, px, py, pw float64) (z, fx, fy, fw float64) {
	var sz, sx, sy, sw lanes8
	for j := range x {
		dx, dy, dw := px-float64(x[j]), py-float64(y[j]), pw-float64(w[j])
		q := 1 / (((float64(dx*dx) + float64(dy*dy)) + float64(dw*dw)) + 1)
		u := float64(q * q)
		sz[j%8] += q
		sx[j%8] += float64(u * dx)
		sy[j%8] += float64(u * dy)
		sw[j%8] += float64(u * dw)
	}
	return sz.total(), sx.total(), sy.total(), sw.total()
}

// RepelCurve3 is the push of points (x, y, z) on each of others in space, own (n, 3),
//
//	force[i] = Σⱼ (own[i] − pⱼ)/((softening + s)·(1 + A·sᴮ))    s = |own[i] − pⱼ|²
//
// to some 10⁻⁵ of each term, in sixteen sums for each point, joined by a tree: the number of points is
// a multiple of sixteen. What fills them up may be as far away as 10¹⁸.
func RepelCurve3(force, own, x, y, z []float32, c Curve, softening float32) {
	f := vec().repelCurve3
	For(len(own)/3, repelGrain, func(lo, hi int) {
		f(force[3*lo:3*hi], own[3*lo:3*hi], x, y[:len(x)], z[:len(x)], c.A, c.B, softening)
	})
}

// repelGrain is how many points are a chunk.
const repelGrain = 64

func repelCurve3Twin(force, own, x, y, z []float32, a, b, softening float32) {
	for i := 0; i < len(own); i += 3 {
		var sx, sy, sz lanes16
		for j := range x {
			dx, dy, dz := own[i]-x[j], own[i+1]-y[j], own[i+2]-z[j]
			s := float32(dx*dx) + float32(dy*dy) + float32(dz*dz)
			w := float32(a*power(max(s, 0x1p-60), b)) + 1
			w = 1 / float32((s+softening)*w)
			sx[j%16] += float32(w * dx)
			sy[j%16] += float32(w * dy)
			sz[j%16] += float32(w * dz)
		}
		force[i], force[i+1], force[i+2] = sx.total(), sy.total(), sz.total()
	}
}
