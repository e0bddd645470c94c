package parts

import (
	"latentspace/models"
	"latentspace/nn"
)

// ReconstructionLoss is the loss of an autoencoder whose decoder gives y, the reconstruction of x
// or, of the cross-entropy, its logits.
func ReconstructionLoss(g *nn.Graph, loss string, y, x nn.Node) models.Loss {
	g.In("loss")
	if loss == "squared_error" {
		e := nn.SquaredError(x, y).Mean()
		return models.Loss{Total: e, Terms: []models.Term{{Name: "squared_error", Value: e}}}
	}
	ce := nn.BernoulliNLL(y, x).Mean()
	e := nn.SquaredError(x, y.Sigmoid()).Mean()
	return models.Loss{Total: ce, Terms: []models.Term{{Name: "cross_entropy", Value: ce}, {Name: "squared_error", Value: e}}}
}

// Reconstruction is what the decoder of an autoencoder makes of y.
func Reconstruction(loss string, y nn.Node) nn.Node {
	if loss == "cross_entropy" {
		return y.Sigmoid()
	}
	return y
}

// RangeOfLoss is the range of values that a loss is defined for.
func RangeOfLoss(loss string) models.Range {
	if loss == "cross_entropy" {
		return models.Range{Lo: 0, Hi: 1, Key: "model.loss: cross_entropy", Instead: "loss: squared_error", Undefined: true}
	}
	return models.Everywhere
}
