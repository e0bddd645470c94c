package autoencoders

import (
	"context"

	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/tensor"
)

// PCA is principal component analysis as a model, the linear autoencoder with the
// smallest squared error, which any other of the same latent dimension has to beat:
//
//	z = C·(x − m)   y = m + Cᵀ·z   L = Σ (x − y)², per example
//
//	x, m "mean" (d)   C "components" (latent, d), orthonormal rows
//
// It is not trained by steps but [models.Fitted]. Codes are drawn from the normal
// distribution with the variances that they have in the training set, "variance"
// (latent); with Whiten they are divided by their deviations, and those of the prior
// are 1. "total" (1) is the variance of all directions.
//
// Parameters are in the scope "pca". A latent dimension above d is an error.
//
// Tipping and Bishop, Probabilistic Principal Component Analysis, JRSS B 1999, has it
// as the limit of a latent variable model without noise.
type PCA struct {
	Latent int  `yaml:"latent"` // number of components
	Whiten bool `yaml:"whiten"` // codes have variance 1
}

var (
	_ models.Encoder = PCA{}
	_ models.Decoder = PCA{}
	_ models.Prior   = PCA{}
	_ models.Fitted  = PCA{}
)

// DefaultPCA has the defaults of the kind.
var DefaultPCA = PCA{Latent: 32}

// Check reports the fields that are out of range.
func (m PCA) Check(report func(key, format string, args ...any)) { parts.CheckLatent(report, m.Latent) }

// Phases implements [models.Model].
func (m PCA) Phases() []models.Phase { return []models.Phase{{Name: "reconstruction", Loss: m.loss}} }

func (m PCA) loss(g *nn.Graph, b models.Batch) models.Loss {
	z := m.Encode(g, b).Mean
	y := m.Decode(g, z, b).Mean()
	g.In("loss")
	e := nn.SquaredError(b.X, y).Mean()
	return models.Loss{Total: e, Terms: []models.Term{{Name: "squared_error", Value: e}}}
}

// pcaNodes are the parameters in a graph.
type pcaNodes struct{ mean, components, variance nn.Node }

// params returns the parameters for examples of d values.
func (m PCA) params(g *nn.Graph, d int) pcaNodes {
	g = g.In("pca")
	if m.Latent > d {
		g.Failf("pca: %d components, want at most the %d values of an example", m.Latent, d)
	}
	g.Param("total", nn.Zeros, 1)
	return pcaNodes{
		mean:       g.Param("mean", nn.Zeros, d),
		components: g.Param("components", nn.Zeros, m.Latent, d),
		variance:   g.Param("variance", nn.Zeros, m.Latent),
	}
}

// Encode implements [models.Encoder].
func (m PCA) Encode(g *nn.Graph, b models.Batch) models.Code {
	x := nn.Flatten{}.Forward(g.In("pca"), b.X)
	p := m.params(g, tensor.Size(b.Shape()))
	z := x.AddRow(p.mean.Neg()).MatMulT(p.components)
	if m.Whiten {
		const tiny = 1e-30 // no variance: 0 over it is 0
		z = z.MulRow(p.variance.Sqrt().Div(p.variance.AddScalar(tiny)))
	}
	return models.Point(z)
}

// Prior implements [models.Prior]: the normal distribution with the variances of the codes.
func (m PCA) Prior(p *nn.Params) (latent.Prior, error) {
	if m.Whiten {
		return latent.Standard(m.Latent), nil
	}
	covariance := make([]float32, m.Latent*m.Latent)
	for i, v := range p.Get("pca.variance").Data {
		covariance[i*m.Latent+i] = v
	}
	return latent.Fit(make([]float32, m.Latent), covariance)
}

// Decode implements [models.Decoder].
func (m PCA) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	shape := given.Shape()
	p := m.params(g, tensor.Size(shape))
	if m.Whiten {
		z = z.MulRow(p.variance.Sqrt())
	}
	return models.Exactly(g, nn.Reshape{Shape: shape}.Forward(g.In("pca"), z.MatMul(p.components).AddRow(p.mean)))
}

// Fit implements [models.Fitted].
func (m PCA) Fit(ctx context.Context, rows latent.Rows, p *nn.Params) error {
	fit, err := latent.FitPCA(ctx, rows, p.Get("pca.mean").Len(), m.Latent)
	if err != nil {
		return err
	}
	for _, name := range []string{"mean", "components", "variance", "total"} {
		copy(p.Get("pca."+name).Data, fit.Tensors()[name].Data)
	}
	return nil
}
