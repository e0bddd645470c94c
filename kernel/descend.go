package kernel

// GainStep has the coefficients of one step of [DeltaBarDelta].
type GainStep struct {
	Pull, Push     float32 // of the two parts of the gradient
	Rate, Momentum float32
}

// DeltaBarDelta descends along a gradient d of two parts with momentum u and a gain
// for every element, which rises while the element keeps its direction and falls
// when it turns:
//
//	d = Pull·pull − Push·push
//	gain ← gain + 0.2 where u·d < 0, 0.8·gain elsewhere, at least 0.01
//	u ← Momentum·u − Rate·gain·d
//	w ← w + u
//
// No element of w and u becomes a subnormal number: see [Flush].
//
// Jacobs, Increased Rates of Convergence through Learning Rate Adaptation, Neural
// Networks 1988, with the constants of van der Maaten and Hinton, Visualizing Data
// using t-SNE, JMLR 2008.
func DeltaBarDelta(w, pull, push, u, gain []float32, s GainStep) {
	n := len(w)
	j := begin(func(j *job, lo, hi int) {
		vec().deltaBarDelta(j.part(0, lo, hi), j.part(1, lo, hi), j.part(2, lo, hi), j.part(3, lo, hi), j.part(4, lo, hi), j.s[0], j.s[1], j.s[2], j.s[3])
	}, w[:n], pull[:n], push[:n], u[:n], gain[:n])
	j.s = [8]float32{s.Pull, s.Push, s.Rate, s.Momentum}
	j.do(n, elementGrain)
}

func deltaBarDeltaTwin(w, pull, push, u, gain []float32, a, b, rate, mu float32) {
	pull, push, u, gain = pull[:len(w)], push[:len(w)], u[:len(w)], gain[:len(w)]
	for i, x := range w {
		d := float32(a*pull[i]) - float32(b*push[i])
		v, k := u[i], gain[i]
		if float32(v*d) < 0 {
			k += 0.2
		} else {
			k = float32(k * 0.8)
		}
		if !(k > 0.01) {
			k = 0.01
		}
		v = flush(float32(mu*v) - float32(rate*float32(k*d)))
		u[i], gain[i] = v, k
		w[i] = flush(x + v)
	}
}
