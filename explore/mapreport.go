package explore

import (
	"fmt"
)

// MapReport is what [Map] reports. What a method does not work out is left out.
type MapReport struct {
	Space  string `json:"space"`
	Dim    int    `json:"dim"` // of the space
	Method string `json:"method"`
	Split  string `json:"split"`
	Loaded string `json:"loaded,omitempty"` // the file of the map, of one that was

	// Of pca: the part of the variance along each of the two components, and the squared
	// distance of the test set's first N rows to the plane, per row.
	ExplainedVariance []float64 `json:"explained_variance,omitempty"`
	TestSquaredError  *float64  `json:"test_squared_error,omitempty"`

	// Of tsne: the principal components that wide rows were first reduced to, and the
	// variance that they explain; the divergence in nats and the trustworthiness of 5
	// neighbours, of what it was given.
	Reduced         int      `json:"reduced,omitempty"`
	ReducedVariance *float64 `json:"reduced_variance,omitempty"`
	Perplexity      float64  `json:"perplexity,omitempty"`
	Iterations      int      `json:"iterations,omitempty"`
	KL              *float64 `json:"kl,omitempty"`
	Trustworthiness *float64 `json:"trustworthiness,omitempty"`

	N int `json:"-"` // examples
}

func (r MapReport) String() string {
	s := fmt.Sprintf("%s of %d examples, %d dimensions, by %s\n", r.Space, r.N, r.Dim, r.Method)
	if v := r.ExplainedVariance; v != nil {
		s += fmt.Sprintf("explained variance %.4g and %.4g", v[0], v[1])
		if r.TestSquaredError != nil {
			s += fmt.Sprintf(", squared error %.6g per test example", *r.TestSquaredError)
		}
		s += "\n"
	}
	if r.Reduced > 0 {
		s += fmt.Sprintf("reduced to %d principal components first, which explain %.4g of the variance\n", r.Reduced, *r.ReducedVariance)
	}
	if r.KL != nil {
		s += fmt.Sprintf("divergence %.4f nats", *r.KL)
		if r.Trustworthiness != nil {
			s += fmt.Sprintf(", trustworthiness %.4f", *r.Trustworthiness)
		}
		s += "\n"
	}
	return s
}
