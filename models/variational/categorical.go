package variational

import (
	"latentspace/latent"
	"latentspace/models"
	"latentspace/nn"
	"latentspace/nn/elementary"
	"latentspace/tensor"
)

// categorical is a posterior q(y|x) of codes that are categories, independent of one another, with the
// uniform prior p(y). A code is a vector with a one in the place of its category.
type categorical struct {
	logits          nn.Node // (batch·codes, categories)
	n               int     // examples
	codes, of       int
	temperature     nn.Node // of draws that have gradients, a scalar
	straightThrough bool
}

// relaxation says how categories are drawn so that gradients reach their probabilities:
//
//	y = softmax((ln q + Gumbel noise)/τ),   τ from Start to End as a power, in so many epochs
//
// As τ falls, y comes near to a category, which it is at the limit, and its gradient becomes noisy. In
// evaluation draws are categories, and with StraightThrough in training too, with the gradient of y.
//
// Jang, Gu and Poole, Categorical Reparameterization with Gumbel-Softmax, ICLR 2017, equation 2;
// Maddison, Mnih and Teh, The Concrete Distribution, ICLR 2017.
type relaxation struct {
	Start           float64 `yaml:"temperature"`        // τ at first, above 0
	End             float64 `yaml:"temperature_end"`    // τ in the end, above 0
	Epochs          float64 `yaml:"temperature_epochs"` // from the first to the last, at least 0
	StraightThrough bool    `yaml:"straight_through"`   // whether draws are categories in training too
}

var defaultRelaxation = relaxation{Start: 1, End: 0.5, Epochs: 10}

func (r relaxation) check(report func(key, format string, args ...any)) {
	for key, v := range map[string]float64{"temperature": r.Start, "temperature_end": r.End} {
		if !(v > 0 && v <= 1e6) {
			report(key, "%v, want a number above 0", v)
		}
	}
	if !(r.Epochs >= 0 && r.Epochs <= 1e9) {
		report("temperature_epochs", "%v, want epochs of at least 0", r.Epochs)
	}
}

// at is τ at a time in epochs, a scalar.
func (r relaxation) at(epoch nn.Node) nn.Node {
	if r.Epochs == 0 {
		return epoch.Like(r.End)
	}
	return epoch.Scale(1/r.Epochs).Clamp(0, 1).Scale(elementary.Log(r.End / r.Start)).Exp().Scale(r.Start)
}

// categories is the posterior with logits h (batch, codes·of).
func (r relaxation) categories(b models.Batch, h nn.Node, codes, of int) categorical {
	n := b.N
	return categorical{h.Reshape(n*codes, of), n, codes, of, r.at(b.Epoch()), r.StraightThrough}
}

// kl is the divergence of each code from the uniform distribution, (batch, codes), in nats.
func (q categorical) kl() nn.Node {
	log := q.logits.LogSoftmax()
	return log.AddScalar(elementary.Log(float64(q.of))).Mul(q.logits.Softmax()).SumCols().Reshape(q.n, q.codes)
}

// rows are codes (batch·codes, categories) as one vector for each example.
func (q categorical) rows(y nn.Node) nn.Node { return y.Reshape(q.n, q.codes*q.of) }

// mode is the most probable code, (batch, codes·categories).
func (q categorical) mode() nn.Node { return q.rows(q.logits.ArgMax().OneHot(q.of)) }

// draw is a draw that has gradients in training, (batch, codes·categories).
func (q categorical) draw(g *nn.Graph) nn.Node {
	noisy := q.logits.Add(g.Gumbel("category", q.n*q.codes, q.of))
	hard := noisy.ArgMax().OneHot(q.of)
	if !g.Training {
		return q.rows(hard)
	}
	soft := noisy.ScaleBy(q.temperature.Reciprocal()).Softmax()
	if q.straightThrough {
		soft = soft.Add(hard.Sub(soft).Stop())
	}
	return q.rows(soft)
}

// exact is a draw of categories and ln p(y) − ln q(y|x) of it, (batch).
func (q categorical) exact(g *nn.Graph) (y, logRatio nn.Node) {
	hard := q.logits.Add(g.Gumbel("category", q.n*q.codes, q.of)).ArgMax().OneHot(q.of)
	log := hard.Mul(q.logits.LogSoftmax()).SumCols().Reshape(q.n, q.codes).SumCols()
	return q.rows(hard), log.Neg().AddScalar(-float64(q.codes) * elementary.Log(float64(q.of)))
}

// uniformCategories is p(y).
func uniformCategories(codes, of int) (latent.Prior, error) {
	book := tensor.New(of, of)
	for k := range of {
		book.Data[k*of+k] = 1
	}
	return latent.NewWords(tensor.New(codes, of), book) // frequencies that are all alike
}

// checkCategories reports numbers of codes and categories that cannot be meant.
func checkCategories(report func(key, format string, args ...any), codes, of int) {
	if codes < 1 || codes > 1<<12 {
		report("codes", "%d, want it from 1 to 4096", codes)
	}
	if of < 2 || of > 1<<12 {
		report("categories", "%d, want it from 2 to 4096", of)
	}
}
