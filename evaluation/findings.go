package evaluation

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/kernel"
	"latentspace/metrics"
	"latentspace/models"
	"latentspace/models/likelihoods"
	"latentspace/nn/elementary"
)

// First weights, learning rates and the weight of the KL assume inputs of about one.
const (
	unscaledDeviation = 5
	unscaledRange     = 20

	saturation     = 1e-3
	saturatedWrong = 0.01
)

// notNumbers finds weights or figures that are NaN or infinite.
func notNumbers(_ context.Context, d *diagnosis) (*Finding, error) {
	const remedy = remedyOfDivergence
	for _, name := range slices.Sorted(maps.Keys(d.m.Model.Weights())) {
		w := d.m.Model.Weights()[name].Data
		if i := kernel.FirstNonFinite(w); i >= 0 {
			return &Finding{"weights that are no numbers", fmt.Sprintf("Element %d of %s is %v.", i, name, w[i]), remedy}, nil
		}
	}
	for _, s := range d.Sections {
		if len(s.undefined) > 0 {
			return &Finding{"figures that are no numbers", fmt.Sprintf("%s of the %s and others are beyond what numbers hold: the model has diverged.", s.undefined[0], s.Name), remedy}, nil
		}
	}
	return nil, nil
}

func unscaledInput(_ context.Context, d *diagnosis) (*Finding, error) {
	s := d.values
	if d.m.Model.Schema.IsTable() || d.m.Model.Schema.IsText() { // scaled when it was read, or indices
		return nil, nil
	}
	if s.deviation <= unscaledDeviation && max(math.Abs(s.least), math.Abs(s.most)) <= unscaledRange {
		return nil, nil
	}
	remedy := "Standardise the values, or scale them to [0, 1], before training: first weights, learning rates and the weight of the KL are for values of about one."
	if s.least >= 0 && s.most <= 255 && s.most > 200 {
		remedy = "The values look like bytes: divide them by 255. " + remedy
	}
	return &Finding{"unscaled input", fmt.Sprintf("The values go from %.4g to %.4g, with a deviation of %.3g.", s.least, s.most, s.deviation), remedy}, nil
}

// endedBadly finds a model that is far worse than before training, or than the mean. After an early
// end [underTrained] also says if it is worse than the mean.
func endedBadly(ctx context.Context, d *diagnosis) (f *Finding, err error) {
	if d.ended, err = d.m.outcomeOf(ctx); err != nil {
		return nil, err
	}
	f = d.ended.finding()
	if f != nil && d.ended.diverged() == "" && d.m.Training.early() != "" {
		return nil, nil
	}
	return f, nil
}

// underTrained finds a model that was trained too little to judge. No collapse is reported then,
// since a collapse is a loss of what was learned.
func underTrained(_ context.Context, d *diagnosis) (*Finding, error) {
	early := d.m.Training.early()
	if early == "" || d.ended != nil && d.ended.diverged() != "" {
		return nil, nil
	}
	why := ""
	kl, _ := d.Figure("kl")
	switch {
	case d.ended != nil && d.ended.worse():
		why = d.ended.besideMean()
	case d.collapsed():
		why = fmt.Sprintf("The codes say %.2g nats of an example.", kl.Value)
	default:
		var err error
		if why, err = d.variety(); err != nil {
			return nil, err
		}
	}
	if why == "" {
		return nil, nil
	}
	d.early = true
	return &Finding{"under-trained", early + " " + why, "Train for longer (train.epochs) before anything else is concluded."}, nil
}

// collapsedNats is how much codes carry at least that are used.
const collapsedNats = 0.5

// collapsed reports whether the codes carry next to nothing: no unit is active, or all carry less
// than half a nat, or tell less of which example they are of, or do so above what the loss of the
// model pays for with free bits. A model can have the first two by posteriors that are the same for
// all examples.
func (d *diagnosis) collapsed() bool {
	kl, ok := d.Figure("kl")
	active, measured := d.Figure("active_units")
	return ok && measured && (active.Value == 0 || kl.Value < collapsedNats || d.says("mutual_information") || d.says("kl_above_free_bits"))
}

// says reports whether a figure is measured, and says that codes carry next to nothing.
func (d *diagnosis) says(figure string) bool {
	f, ok := d.Figure(figure)
	return ok && f.Value+2*f.Error < collapsedNats && (figure != "mutual_information" || f.Protocol.N >= 10)
}

// weighted returns the weight of the KL in the loss of a model, and the key of the experiment that
// sets it.
func (d *diagnosis) weighted() (beta float64, key string, ok bool) {
	m, ok := d.m.Model.Net.(models.KLWeighted)
	if !ok {
		return 0, "", false
	}
	beta, key = m.KLWeight()
	return beta, key, true
}

// deviation returns the deviation of a Gaussian likelihood, if the experiment fixes it.
func (d *diagnosis) deviation() (sigma float64, ok bool) {
	m, ok := d.m.Model.Net.(models.Likely)
	if !ok {
		return 0, false
	}
	gaussian, _ := m.LikelihoodOf(d.m.Model.Told).(likelihoods.Gaussian)
	return gaussian.Sigma.Value()
}

// averagedLoss finds a reconstruction that counts for as little as if it were averaged over the
// values of an example, while the KL is summed over dimensions.
func averagedLoss(_ context.Context, d *diagnosis) (*Finding, error) {
	if !d.collapsed() {
		return nil, nil
	}
	size := float64(d.m.Model.Schema.Width())
	if sigma, ok := d.deviation(); ok && sigma > 3*d.values.deviation {
		return &Finding{"loss averaged over values",
			fmt.Sprintf("The likelihood's deviation of %.3g is %.3g times that of the data: an example's reconstruction is worth next to nothing beside the KL, as if it were averaged over its %.0f values.", sigma, sigma/d.values.deviation, size),
			"Set model.likelihood.sigma to the deviation of what the model cannot explain, or to optimal, which finds it."}, nil
	}
	if beta, key, ok := d.weighted(); ok && beta > 1 && beta >= size/4 {
		return &Finding{"loss averaged over values",
			fmt.Sprintf("A KL that counts %.4g times beside a sum over %.0f values is that of a reconstruction averaged over them.", beta, size),
			fmt.Sprintf("Set %s to 1: the loss here is a sum over values, and needs no such weight.", key)}, nil
	}
	return nil, nil
}

func collapsedPosterior(_ context.Context, d *diagnosis) (*Finding, error) {
	if !d.collapsed() || d.early {
		return nil, nil
	}
	kl, _ := d.Figure("kl")
	active, _ := d.Figure("active_units")
	f := Finding{Name: "collapsed posterior",
		Evidence: fmt.Sprintf("The codes say %.2g nats of an example, and %.0f %s are active: the decoder does without them.", kl.Value, active.Value, active.Unit)}
	for _, name := range []string{"mutual_information", "kl_above_free_bits"} {
		if d.says(name) && kl.Value >= collapsedNats {
			of, _ := d.Figure(name)
			f.Evidence += fmt.Sprintf(" Of that, the %s is %.2g nats.", strings.ReplaceAll(name, "_", " "), of.Value)
		}
	}
	beta, key, weighted := d.weighted()
	sigma, fixed := d.deviation()
	_, text := d.m.Model.Net.(models.Sequential)
	switch {
	case text:
		f.Remedy = "Raise model.word_dropout, set model.target_rate to the nats that codes are to say, or model.aggressive to train the encoder first: the decoder guesses the next token too well without the code."
	case weighted && beta > 1:
		f.Remedy = fmt.Sprintf("Lower %s, which is %g; 1 is the evidence lower bound.", key, beta)
	case fixed:
		f.Remedy = fmt.Sprintf("Lower model.likelihood.sigma, which is %g, or set it to optimal, which finds it.", sigma)
	default:
		f.Remedy = "Train for longer or at another rate; with a weaker decoder the code is needed more."
	}
	return &f, nil
}

func overRegularised(_ context.Context, d *diagnosis) (*Finding, error) {
	beta, key, ok := d.weighted()
	unused, measured := d.Figure("unused_codes")
	dim, err := d.m.Model.Dim()
	if !ok || err != nil || !measured || d.collapsed() || beta <= 1 || 3*unused.Value < float64(dim) {
		return nil, nil
	}
	return &Finding{"over-regularised",
		fmt.Sprintf("With a β of %g, %.0f %s say nothing.", beta, unused.Value, unused.Unit),
		"Lower " + key + " for better reconstructions and samples. Where factors are to be told apart, few dimensions in use may be what you want."}, nil
}

// saturatedDecoder finds outputs that are confident, next to 0 or 1, and wrong.
func saturatedDecoder(ctx context.Context, d *diagnosis) (*Finding, error) {
	if !d.m.Model.CanReconstruct() || d.values.least < 0 || d.values.most > 1 {
		return nil, nil
	}
	x, err := d.m.read(0, d.m.some(200))
	if err != nil {
		return nil, err
	}
	y, err := d.m.Model.Reconstruct(ctx, x)
	if err != nil {
		return nil, err
	}
	wrong := 0.0
	for i, v := range y.Data {
		if (v < saturation || v > 1-saturation) && math.Abs(float64(v)-float64(x.X.Data[i])) > 0.5 {
			wrong += 1 / float64(len(y.Data))
		}
	}
	if wrong < saturatedWrong {
		return nil, nil
	}
	return &Finding{"saturated decoder",
		fmt.Sprintf("%.1f %% of the reconstructed values are within %g of 0 or 1, and wrong by more than a half: there the gradient is next to nothing.", 100*wrong, saturation),
		"Lower train.optimizer.lr, bound the gradient with train.clip, or begin anew with another seed; check that the data are in [0, 1]."}, nil
}

// sureClassifier is the least accuracy of a classifier whose judgement of samples is
// trusted.
const sureClassifier = 0.8

// modeCollapse finds samples that vary less than the data.
func modeCollapse(_ context.Context, d *diagnosis) (*Finding, error) {
	if d.early {
		return nil, nil
	}
	remedy := "Draw from a prior fitted to the codes, with sample -prior gmm or aggregate; look at the health of the latent space first."
	if models.Adversarial(d.m.Model.Net) {
		remedy = "Lower the discriminator's learning rate (train.optimizers), give the networks batch norm, average the generator's weights (train.ema); look at earlier checkpoints, which may have had more variety."
	}
	evidence, err := d.variety()
	if err != nil || evidence == "" {
		return nil, err
	}
	return &Finding{"mode collapse", evidence, remedy}, nil
}

// variety returns a sentence if samples vary less than the data, else "".
func (d *diagnosis) variety() (string, error) {
	classes, err := data.ClassesOf(d.m.Held, d.m.some(probeHeld))
	if err != nil {
		return "", err
	}
	return d.lessVaried(classes), nil
}

// lessVaried is variety, judged by the classes of the held-out examples, which are nil if there are
// none.
func (d *diagnosis) lessVaried(classes *data.Classes) string {
	modes, counted := d.Figure("modes")
	variety, told := d.Figure("class_entropy")
	accuracy, tested := d.Figure("classifier_accuracy")
	variance, spread := d.Figure("feature_variance")
	precision, compared := d.Figure("precision")
	coverage, covered := d.Figure("coverage")
	switch {
	case d.m.Model.HasPosterior() && len(d.found) > 0:
		// That finding explains the lack of variety.
	case counted && modes.Value <= 0.75*float64(len(d.m.Modes)):
		return fmt.Sprintf("The samples hit %.0f %s modes.", modes.Value, modes.Unit)
	case told && tested && classes != nil && accuracy.Value > sureClassifier && variety.Value < 0.7*entropyOf(classes.Labels):
		return fmt.Sprintf("The samples have the variety of %.1f classes, the data of %.1f.", elementary.Exp(variety.Value), elementary.Exp(entropyOf(classes.Labels)))
	case spread && variance.Value < alikeVariance:
		return fmt.Sprintf("The samples are nearly alike: their features have %.2g of the variance of the data's.", variance.Value)
	case covered && !compared && coverage.Value < 0.05 && d.m.wants("precision"): // see [contradicted]
		return fmt.Sprintf("Only %.1f %% of the data have a sample nearby, while the samples are among the data.", 100*coverage.Value)
	case compared && covered && precision.Value > 0.5 && coverage.Value < 0.05:
		return fmt.Sprintf("%.0f %% of the samples look like data, and only %.1f %% of the data have a sample nearby.", 100*precision.Value, 100*coverage.Value)
	}
	return ""
}

// entropyOf returns the entropy of the shares of classes among labels, in nats.
func entropyOf(labels []int) float64 {
	count := map[int]float64{}
	for _, c := range labels {
		count[c]++
	}
	h := 0.0
	for _, c := range slices.Sorted(maps.Keys(count)) {
		p := count[c] / float64(len(labels))
		h -= float64(p * elementary.Log(p))
	}
	return h
}

const overfittingExamples = 500

// overfitting finds a likelihood that is much better on the training examples.
func overfitting(ctx context.Context, d *diagnosis) (*Finding, error) {
	held, ok := d.Figure("neg_elbo")
	if !ok {
		return nil, nil
	}
	of := *d.m
	of.Held = d.m.Train
	all, err := of.likelihoods(ctx, min(overfittingExamples, d.m.Train.Len()), 10)
	if err != nil {
		return nil, err
	}
	train := metrics.Mean(all.NegELBO)
	gap, sure := held.Value-train.Value, 4*elementary.Hypot(held.Error, train.Error)
	if gap < sure || gap < 0.05*math.Abs(train.Value) {
		return nil, nil
	}
	return &Finding{"overfitting",
		fmt.Sprintf("−ELBO is %.4g nats on examples that the model has not seen and %.4g on those it learned from.", held.Value, train.Value),
		"Stop earlier (train.patience), use more data, a smaller network or dropout; sample -best takes the checkpoint of the lowest validation loss."}, nil
}
