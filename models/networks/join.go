package networks

import "latentspace/nn"

// Join gives each example x (batch, shape…) more values c (batch, n), as a network reads them
// best: to a convolutional one as channels of every pixel (batch, height, width, channels + n),
// to others behind the example as a vector (batch, size + n).
func Join(g *nn.Graph, network Network, x, c nn.Node) nn.Node {
	shape := x.Shape()
	if _, ok := network.(convolutional); ok && len(shape) == 4 && len(c.Shape()) == 2 {
		return nn.Concat(3, x, c.RepeatAxis(1, shape[1]).RepeatAxis(2, shape[2]))
	}
	return nn.Concat(1, nn.Flatten{}.Forward(g, x), c)
}
