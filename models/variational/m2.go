package variational

import (
	"latentspace/example"
	"latentspace/latent"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/models/networks"
	"latentspace/models/parts"
	"latentspace/nn"
	"latentspace/nn/elementary"
)

// M2 is the semi-supervised variational autoencoder, which learns from a few examples with a class
// y and many without. Of one with a class the bound is that of a conditional autoencoder, of one
// without the sum over all that it could have, by a classifier q(y|x):
//
//	L(x, y) = E[−ln p(x|y, z)] − ln p(y) + KL(q(z|x, y) ‖ p(z)),   p(y) = 1/classes
//	U(x)    = Σ_y q(y|x)·L(x, y) − H(q(y|x))
//	L       = mean of L(x, y) and U(x) over the batch + Alpha·E[−ln q(y|x)] over those with a class
//
// in nats per example, with q(z|x, y) = N(μ, σ²) and p(z) = N(0, I). An example whose class is not
// known has the index −1: see data.labels. "error" is the share of examples of a class that the
// classifier takes for another.
//
// Parameters are in the scopes "classifier", "encoder", "decoder" and "loss".
//
// Kingma, Rezende, Mohamed and Welling, Semi-supervised Learning with Deep Generative Models,
// NIPS 2014, equations 6 to 9.
type M2 struct {
	Latent     int                    `yaml:"latent"`     // dimension of z
	Classifier networks.Network       `yaml:"classifier"` // network from x to the logits of y
	Encoder    networks.Network       `yaml:"encoder"`    // network from x to features, from which and y a layer gives μ and ln σ²
	Decoder    networks.Network       `yaml:"decoder"`    // network from y and z; the mirror of the encoder if absent
	Likelihood likelihoods.Likelihood `yaml:"likelihood"` // p(x|y, z)
	Alpha      float64                `yaml:"alpha"`      // weight of the classifier's own loss, at least 0
}

var (
	_ models.Encoder     = M2{}
	_ models.Decoder     = M2{}
	_ models.Prior       = M2{}
	_ models.Conditional = M2{}
	_ models.Likely      = M2{}
	_ models.Ranged      = M2{}
	_ models.Weigher     = M2{}
	_ models.Judged      = M2{}
	_ models.Classifier  = M2{}
)

// DefaultM2 has the defaults of the kind.
var DefaultM2 = M2{
	Latent: 4, Classifier: networks.Default(), Encoder: networks.Default(), Likelihood: likelihoods.Auto{}, Alpha: 10,
}

// Check reports the fields that are out of range.
func (m M2) Check(report func(key, format string, args ...any)) {
	parts.CheckLatent(report, m.Latent)
	parts.CheckWeight(report, "alpha", m.Alpha)
}

// Phases implements [models.Model].
func (m M2) Phases() []models.Phase { return []models.Phase{{Name: "bound", Loss: m.loss}} }

func (m M2) loss(g *nn.Graph, b models.Batch) models.Loss {
	classes := m.classes(b)
	logits := m.Classify(g, b)
	if classes == 0 {
		return models.Loss{Total: logits} // the graph has the error
	}
	told := m.told(b)       // (batch, classes), zeros where the class is not known
	known := told.SumCols() // 1 or 0
	unknown := known.Neg().AddScalar(1)
	count := known.Sum().AddScalar(1e-6).Reciprocal()

	bounds := m.bounds(g, b, classes)
	q, logq := logits.Softmax(), logits.LogSoftmax()
	labelled := told.Mul(bounds).SumCols()
	unlabelled := q.Mul(bounds.Add(logq)).SumCols().Mul(unknown)
	bound := labelled.Add(unlabelled).Mean()
	ce := told.Mul(logq).SumCols().Sum().Mul(count).Neg()
	right := told.Mul(logits.ArgMax().OneHot(classes)).SumCols().Sum().Mul(count)
	return models.Loss{
		Total: bound.Add(ce.Scale(m.Alpha)),
		Terms: []models.Term{{Name: "neg_elbo", Value: bound}, {Name: "cross_entropy", Value: ce}, {Name: "error", Value: right.Neg().AddScalar(1)}},
	}
}

// bounds are L(x, y) for every class y, (batch, classes).
func (m M2) bounds(g *nn.Graph, b models.Batch, classes int) nn.Node {
	y := eachClass(g, b.N, classes)
	q := m.encode(g, m.features(g, b.Seen()).Repeat(classes), y)
	z := q.Draw(g, "eps")
	nll := m.decode(g, z, y, b).NLL(b.X.Repeat(classes))
	return nll.Add(nn.GaussianKL(q.Mean, q.LogVar)).AddScalar(elementary.Log(float64(classes))).Reshape(b.N, classes)
}

// eachClass is every class in turn for each example, (batch·classes, classes).
func eachClass(g *nn.Graph, batch, classes int) nn.Node {
	one := make([]float32, batch*classes*classes)
	for i := range batch * classes {
		one[i*classes+i%classes] = 1
	}
	return g.Constant(one, batch*classes, classes)
}

// classes is how many classes there are; 0 is an error of the graph.
func (m M2) classes(b models.Batch) int {
	f, _, ok := b.About.Lookup(example.ClassField)
	if !ok || !f.Indexed() {
		b.Known(example.ClassField) // says what there is
		return 0
	}
	return len(f.Words)
}

// told is what is known of the class of each example, (batch, classes).
func (m M2) told(b models.Batch) nn.Node {
	return b.Known(example.ClassField).Reshape(b.N).OneHot(m.classes(b))
}

// Classify implements [models.Classifier]: the logits of q(y|x).
func (m M2) Classify(g *nn.Graph, b models.Batch) nn.Node {
	return networks.Vector(g.In("classifier"), m.Classifier, b.Seen(), max(1, m.classes(b)))
}

// features are what the encoder makes of x (batch, 4·latent), whatever its class is.
func (m M2) features(g *nn.Graph, x nn.Node) nn.Node {
	return networks.Vector(g.In("encoder"), m.Encoder, x, 4*m.Latent).ReLU()
}

// encode is q(z|x, y), a linear layer over the features and the class.
func (m M2) encode(g *nn.Graph, features, y nn.Node) models.Code {
	h := nn.Linear{Out: 2 * m.Latent}.Forward(g.In("encoder").In("posterior"), nn.Concat(1, features, y))
	return models.Code{Mean: h.Slice(1, 0, m.Latent), LogVar: h.Slice(1, m.Latent, 2*m.Latent)}
}

func (m M2) decode(g *nn.Graph, z, y nn.Node, given models.Batch) models.Output {
	return models.Decoded(g, networks.Or(m.Decoder, m.Encoder), nn.Concat(1, y, z), given, m.Likelihood)
}

// Encode implements [models.Encoder]: q(z|x, y), where the class that is not known is the classifier's.
func (m M2) Encode(g *nn.Graph, b models.Batch) models.Code {
	if m.classes(b) == 0 {
		return models.Point(b.X) // the graph has the error
	}
	told := m.told(b)
	guess := m.Classify(g, b).ArgMax().OneHot(m.classes(b))
	return m.encode(g, m.features(g, b.Seen()), told.Add(guess.MulCol(told.SumCols().Neg().AddScalar(1))))
}

// Decode implements [models.Decoder]: p(x|y, z).
func (m M2) Decode(g *nn.Graph, z nn.Node, given models.Batch) models.Output {
	return m.decode(g, z, m.told(given), given)
}

// Weigh implements [models.Weigher], for the bound of an example whose class is not told: y is drawn from
// the classifier and z from q(z|x, y).
func (m M2) Weigh(g *nn.Graph, b models.Batch) (logLikelihood, logRatio nn.Node) {
	classes := m.classes(b)
	if classes == 0 {
		return b.X, b.X // the graph has the error
	}
	logits := m.Classify(g, b)
	y := logits.Add(g.Gumbel("class", b.N, classes)).ArgMax().OneHot(classes)
	q := m.encode(g, m.features(g, b.Seen()), y)
	z := q.Draw(g, "eps")
	logLikelihood = m.decode(g, z, y, b).NLL(b.X).Neg()
	logPrior := nn.StandardNormalNLL(z).Neg().AddScalar(-elementary.Log(float64(classes)))
	return logLikelihood, logPrior.Sub(q.LogDensity(z)).Sub(y.Mul(logits.LogSoftmax()).SumCols())
}

// Prior implements [models.Prior]: N(0, I).
func (m M2) Prior(*nn.Params) (latent.Prior, error) { return latent.Standard(m.Latent), nil }

// Conditions implements [models.Conditional].
func (m M2) Conditions() []string { return []string{example.ClassField} }

// Best implements [models.Judged].
func (m M2) Best() string { return "error" }

// LikelihoodOf implements [models.Likely].
func (m M2) LikelihoodOf(models.Data) likelihoods.Likelihood { return m.Likelihood }

// Range implements [models.Ranged]: the support of the likelihood.
func (m M2) Range(d models.Data) models.Range { return models.SupportOf(m.Likelihood, d) }
