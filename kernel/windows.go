package kernel

// Windows says which steps of x (Steps, …, Width) each step of y (Steps, …, Count·Width) has side
// by side: those from First on, counted from its own, so many Apart.
type Windows struct{ Steps, Width, Count, First, Apart int }

// Take copies the steps of each window, and zeros where there is none.
func (w Windows) Take(y, x []float32) {
	w.run(y, x, func(j *job, lo, hi int) {
		w, each := j.windows, j.n
		for i := lo; i < hi; i++ {
			t, row := i/each, i%each
			for k := range w.Count {
				to := j.x[0][(i*w.Count+k)*w.Width:][:w.Width]
				if s := t + w.First + k*w.Apart; s >= 0 && s < w.Steps {
					copy(to, j.x[1][(s*each+row)*w.Width:])
				} else {
					clear(to)
				}
			}
		}
	})
}

// Add is the adjoint of Take: each step of x is the sum of what windows have of it, from the first of
// their places to the last.
func (w Windows) Add(x, y []float32) {
	w.run(x, y, func(j *job, lo, hi int) {
		w, each := j.windows, j.n
		for i := lo; i < hi; i++ {
			s, row := i/each, i%each
			to := j.x[0][i*w.Width:][:w.Width]
			clear(to)
			for k := range w.Count {
				if t := s - w.First - k*w.Apart; t >= 0 && t < w.Steps {
					vec().add(to, to, j.x[1][((t*each+row)*w.Count+k)*w.Width:][:w.Width])
				}
			}
		}
	})
}

// run runs a job for the rows of all steps.
func (w Windows) run(dst, src []float32, body func(j *job, lo, hi int)) {
	rows := min(len(dst), len(src)) / w.Width
	j := begin(body, dst, src)
	j.windows, j.n = w, rows/w.Steps
	j.do(rows, max(1, elementGrain/(w.Width*w.Count)))
}
