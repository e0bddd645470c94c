package nn

// Layer is a map of a tensor that makes its parameters in the graph's scope. A
// layer is a plain struct of hyperparameters; it may be applied any number of
// times, and in one scope it has the same parameters every time.
type Layer interface {
	Forward(g *Graph, x Node) Node
}
