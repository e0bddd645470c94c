package nn

import (
	"math"

	"latentspace/kernel"
	"latentspace/tensor"
)

// Init fills a new tensor with first values that are a function of the key.
//
// The fans of a tensor are those of a map from its axes but the last to its last
// axis: (in, out) for a linear map, (height·width·in, height·width·out) for
// convolution weights (height, width, in, out).
type Init func(w *tensor.Tensor, key kernel.Key)

func fans(shape []int) (in, out int) {
	if len(shape) < 2 {
		return tensor.Size(shape), tensor.Size(shape)
	}
	window := tensor.Size(shape[:len(shape)-2])
	return window * shape[len(shape)-2], window * shape[len(shape)-1]
}

// Zeros sets every value to zero.
func Zeros(*tensor.Tensor, kernel.Key) {}

// Ones sets every value to one.
func Ones(w *tensor.Tensor, _ kernel.Key) { kernel.Fill(w.Data, 1) }

// Normal draws from N(0, std²).
func Normal(std float32) Init {
	return func(w *tensor.Tensor, key kernel.Key) {
		kernel.Normal(w.Data, key)
		kernel.Scale(w.Data, w.Data, std)
	}
}

// Uniform draws from [−limit, limit).
func Uniform(limit float32) Init {
	return func(w *tensor.Tensor, key kernel.Key) {
		kernel.Uniform(w.Data, key)
		for i, u := range w.Data {
			w.Data[i] = limit * float32(float32(2*u)-1)
		}
	}
}

// Glorot draws uniformly from ±√(6/(fan in + fan out)).
//
// Glorot and Bengio, Understanding the Difficulty of Training Deep Feedforward
// Neural Networks, AISTATS 2010, equation 16.
func Glorot(w *tensor.Tensor, key kernel.Key) {
	in, out := fans(w.Shape)
	Uniform(float32(math.Sqrt(6/float64(in+out))))(w, key)
}

// He draws from N(0, 2/fan in), for layers that a ReLU follows.
//
// He, Zhang, Ren and Sun, Delving Deep into Rectifiers, ICCV 2015, equation 10.
func He(w *tensor.Tensor, key kernel.Key) {
	in, _ := fans(w.Shape)
	Normal(float32(math.Sqrt(2/float64(in))))(w, key)
}

// Orthogonal draws a matrix with orthonormal rows or columns, whichever are
// fewer, uniformly among those. The matrix is (all axes but the last, last).
//
// Saxe, McClelland and Ganguli, Exact Solutions to the Nonlinear Dynamics of
// Learning in Deep Linear Neural Networks, ICLR 2014.
func Orthogonal(w *tensor.Tensor, key kernel.Key) {
	kernel.Normal(w.Data, key)
	cols := 1
	if r := len(w.Shape); r > 0 {
		cols = w.Shape[r-1]
	}
	rows := w.Len() / cols

	// Gram–Schmidt on the shorter side, twice for accuracy. Element i of vector
	// v is at v·vs + i·is.
	vectors, length, vs, is := rows, cols, cols, 1
	if rows > cols {
		vectors, length, vs, is = cols, rows, 1, cols
	}
	basis := make([]float64, vectors*length)
	for v := range vectors {
		row := basis[v*length : (v+1)*length]
		for i := range row {
			row[i] = float64(w.Data[v*vs+i*is])
		}
		for range 2 {
			for u := range v {
				other := basis[u*length : (u+1)*length]
				dot := 0.0
				for i := range row {
					dot += float64(row[i] * other[i])
				}
				for i := range row {
					row[i] -= float64(dot * other[i])
				}
			}
		}
		norm := 0.0
		for _, x := range row {
			norm += float64(x * x)
		}
		norm = math.Sqrt(norm)
		for i := range row {
			row[i] /= norm
			w.Data[v*vs+i*is] = float32(row[i])
		}
	}
}

// Transposed swaps the fans of convolution weights (height, width, out, in), which
// a transposed convolution uses from right to left. The windows overlap, so that
// the count of inputs is an upper bound.
func Transposed(init Init) Init {
	return func(w *tensor.Tensor, key kernel.Key) {
		s := w.Shape
		swapped := tensor.Tensor{Shape: []int{s[0], s[1], s[3], s[2]}, Data: w.Data}
		init(&swapped, key)
	}
}

// abreast draws a matrix that is so many matrices side by side, each with a key of its own.
func abreast(init Init, matrices int) Init {
	return func(w *tensor.Tensor, key kernel.Key) {
		rows, cols := w.Shape[0], w.Shape[1]/matrices
		one := tensor.New(rows, cols)
		for m := range matrices {
			clear(one.Data)
			init(one, key.Mix(uint64(m)))
			for r := range rows {
				copy(w.Data[(r*matrices+m)*cols:], one.Data[r*cols:(r+1)*cols])
			}
		}
	}
}
