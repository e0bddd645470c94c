package metrics

import (
	"context"
	"math"
)

// remembered is how many steps the curvature is estimated from.
const remembered = 10

// lbfgs moves w to where a convex function is least, by the limited-memory method of Broyden,
// Fletcher, Goldfarb and Shanno, each step halved until the function falls as the slope promises.
// It ends when no derivative exceeds the tolerance, when the function no longer falls within
// rounding, after a number of steps, or when ctx ends.
//
// f returns the value at w and writes the gradient.
//
// Nocedal and Wright, Numerical Optimization, 2nd edition 2006, algorithms 7.4 and 7.5.
func lbfgs(ctx context.Context, w []float64, f func(w, grad []float64) float64, tolerance float64, steps int) {
	grad, next, nextGrad := make([]float64, len(w)), make([]float64, len(w)), make([]float64, len(w))
	value := f(w, grad)
	var memory []correction
	for range steps {
		if ctx.Err() != nil || largest(grad) <= tolerance {
			return
		}
		direction := descent(grad, memory)
		slope := dot(direction, grad)
		step := 1.0
		if len(memory) == 0 {
			step = min(1, 1/math.Sqrt(dot(grad, grad)))
		}
		reached := math.Inf(1)
		for ; step > 1e-10; step /= 2 {
			for i, d := range direction {
				next[i] = w[i] + float64(step*d)
			}
			if reached = f(next, nextGrad); reached <= value+float64(1e-4*step*slope) {
				break
			}
		}
		if !(reached < value) {
			return
		}
		c := correction{s: make([]float64, len(w)), y: make([]float64, len(w))}
		for i := range w {
			c.s[i], c.y[i] = next[i]-w[i], nextGrad[i]-grad[i]
		}
		if c.sy = dot(c.s, c.y); c.sy > 1e-12*dot(c.y, c.y) {
			memory = append(memory, c)
			memory = memory[max(0, len(memory)-remembered):]
		}
		copy(w, next)
		copy(grad, nextGrad)
		value = reached
	}
}

// correction is what a step says about the curvature: the step s and the change y of
// the gradient.
type correction struct {
	s, y []float64
	sy   float64
}

// descent is −H·grad for the inverse Hessian H that the memory tells of, by the two loops.
func descent(grad []float64, memory []correction) []float64 {
	q := make([]float64, len(grad))
	for i, g := range grad {
		q[i] = -g
	}
	alpha := make([]float64, len(memory))
	for k := len(memory) - 1; k >= 0; k-- {
		c := memory[k]
		alpha[k] = dot(c.s, q) / c.sy
		for i, y := range c.y {
			q[i] -= float64(alpha[k] * y)
		}
	}
	if len(memory) > 0 {
		last := memory[len(memory)-1]
		scale := last.sy / dot(last.y, last.y)
		for i := range q {
			q[i] *= scale
		}
	}
	for k, c := range memory {
		beta := dot(c.y, q) / c.sy
		for i, s := range c.s {
			q[i] += float64((alpha[k] - beta) * s)
		}
	}
	return q
}

func dot(a, b []float64) float64 {
	s := 0.0
	for i, v := range a {
		s += float64(v * b[i])
	}
	return s
}

// largest is the largest magnitude.
func largest(x []float64) float64 {
	m := 0.0
	for _, v := range x {
		m = max(m, math.Abs(v))
	}
	return m
}
