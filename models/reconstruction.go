package models

import "latentspace/nn"

// reconstructionLoss is the loss of an autoencoder whose decoder gives y, the reconstruction of x
// or, of the cross-entropy, its logits.
func reconstructionLoss(g *nn.Graph, loss string, y, x nn.Node) Loss {
	g.In("loss")
	if loss == "squared_error" {
		e := nn.SquaredError(x, y).Mean()
		return Loss{Total: e, Terms: []Term{{"squared_error", e}}}
	}
	ce := nn.BernoulliNLL(y, x).Mean()
	e := nn.SquaredError(x, y.Sigmoid()).Mean()
	return Loss{Total: ce, Terms: []Term{{"cross_entropy", ce}, {"squared_error", e}}}
}

// reconstruction is what the decoder of an autoencoder makes of y.
func reconstruction(loss string, y nn.Node) nn.Node {
	if loss == "cross_entropy" {
		return y.Sigmoid()
	}
	return y
}

// rangeOfLoss is the range of values that a loss is defined for.
func rangeOfLoss(loss string) Range {
	if loss == "cross_entropy" {
		return Range{Lo: 0, Hi: 1, Key: "model.loss: cross_entropy", Instead: "loss: squared_error", Undefined: true}
	}
	return Everywhere
}
