package evaluation

import (
	"context"
	"fmt"
	"math"
	"slices"

	"latentspace/data"
	"latentspace/latent"
	"latentspace/metrics"
	"latentspace/nn/kernel"
	"latentspace/nn/tensor"
)

// usefulness is the part about what codes are good for: the test accuracy of simple
// classifiers on the codes, on as many principal components and on the data themselves,
// trained with few labels or many,
//
//	probe_METHOD_SPACE_LABELS   METHOD logistic or knn, SPACE codes, pca or data, LABELS 10, 100 or 1000 of each class, or all
//	denoising_gain              how much nearer to the clean examples the reconstructions of noisy ones are
//
// and tables of what matters: the codes for the classes, the input features for the
// reconstruction.
var usefulness = part{name: "usefulness", figures: append(probeNames(), "denoising_gain"), measure: measureUsefulness}

var (
	probeMethods = []string{"logistic", "knn"}
	probeSpaces  = []string{"codes", "pca", "data"}
	probeLabels  = []int{10, 100, 1000, 0} // of each class; 0 for all
)

const (
	probeExamples   = 12_500 // of the training set, so that ten even classes have 1,000
	probeHeld       = 2000
	probeNeighbours = 5
	noiseShare      = 0.5 // of the data's deviation
	shownImportant  = 20
)

func probeName(method, space string, labels int) string {
	if labels == 0 {
		return fmt.Sprintf("probe_%s_%s_all", method, space)
	}
	return fmt.Sprintf("probe_%s_%s_%d", method, space, labels)
}

func probeNames() []string {
	var names []string
	for _, labels := range probeLabels {
		for _, method := range probeMethods {
			for _, space := range probeSpaces {
				names = append(names, probeName(method, space, labels))
			}
		}
	}
	return names
}

func measureUsefulness(ctx context.Context, m *measurement) (Section, error) {
	if !m.Model.CanEncode() {
		return Section{}, lacking(fmt.Sprintf("A model of kind %s has no encoder: there are no codes to use.", m.Model.Kind))
	}
	n := m.some(probeHeld)
	if n < 2 {
		return Section{}, lacking(noExamples(m.Split))
	}
	var s Section
	if slices.ContainsFunc(probeNames(), m.wants) {
		if err := m.probes(ctx, n, &s); err != nil {
			return Section{}, err
		}
	}
	if m.wants("denoising_gain") {
		if err := m.denoising(ctx, n, &s); err != nil {
			return Section{}, err
		}
	}
	return s, nil
}

// labelled is a data set in one of the spaces.
type labelled struct {
	x      *tensor.Tensor // (n, d)
	labels []int
}

// probes adds the accuracies, or why there are none.
func (m *measurement) probes(ctx context.Context, n int, s *Section) error {
	trainSet, ok := m.Train.(data.Labeled)
	heldSet, both := m.Held.(data.Labeled)
	if !ok || !both || !severalClasses(trainSet) {
		s.leave("The data have no classes to tell apart: nothing can be learned from the codes.")
		return nil
	}
	most := m.Train.Len()
	if !m.Full {
		most = min(most, probeExamples)
	}
	classes := len(trainSet.Classes())
	t := Table{Name: "probes", Title: "Accuracy of simple classifiers, by labels of each class"}
	for _, method := range probeMethods {
		for _, space := range probeSpaces {
			t.Columns = append(t.Columns, method+" on "+space)
		}
	}
	rows, few := map[int][]float64{}, map[int]bool{}
	var codes, heldCodes labelled
	for _, space := range probeSpaces {
		if !slices.ContainsFunc(probeNames(), func(name string) bool { return m.wants(name) && inSpace(name, space) }) {
			continue
		}
		x, dim, err := m.inSpace(ctx, space, train, most)
		if err != nil {
			return err
		}
		y, _, err := m.inSpace(ctx, space, held, n)
		if err != nil {
			return err
		}
		learned, tested := labelled{x, labelsOf(trainSet, most)}, labelled{y, labelsOf(heldSet, n)}
		if space == "codes" {
			codes, heldCodes = learned, tested
		}
		for _, labels := range probeLabels {
			for _, method := range probeMethods {
				name := probeName(method, space, labels)
				if !m.wants(name) {
					continue
				}
				e, used, err := m.probe(ctx, method, labels, classes, learned, tested)
				if err != nil {
					return err
				}
				if used == 0 {
					few[labels] = true
					continue
				}
				s.Figures = append(s.Figures, figure(name, e, "share of examples", Protocol{
					Split: m.Split, N: n, Seed: m.Seed, Reduction: "mean over examples",
					Method: fmt.Sprintf("%s on %d values, trained on %d examples", methodName(method), dim, used),
				}))
				rows[labels] = append(rows[labels], e.Value)
			}
		}
	}
	if codes.x != nil && m.wants(probeName("logistic", "codes", 0)) {
		table, err := m.importantCodes(ctx, classes, codes, heldCodes)
		if err != nil {
			return err
		}
		s.Tables = append(s.Tables, table)
	}
	if len(m.Metrics) == 0 {
		table, err := m.importantFeatures(ctx, n)
		if err != nil {
			return err
		}
		s.Tables = append(s.Tables, table)
	}
	for _, labels := range probeLabels {
		if few[labels] {
			s.leave(fmt.Sprintf("Probes with %d labels of each class: of %d training examples a class has fewer.", labels, most))
		}
		if len(rows[labels]) != len(t.Columns) {
			continue
		}
		// Measured space by space, told method by method.
		var values []float64
		for k := range probeMethods {
			for j := range probeSpaces {
				values = append(values, rows[labels][j*len(probeMethods)+k])
			}
		}
		name := "all"
		if labels > 0 {
			name = fmt.Sprint(labels)
		}
		t.Rows, t.Values = append(t.Rows, name), append(t.Values, values)
	}
	if len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	return nil
}

func inSpace(name, space string) bool {
	for _, method := range probeMethods {
		for _, labels := range probeLabels {
			if name == probeName(method, space, labels) {
				return true
			}
		}
	}
	return false
}

func methodName(method string) string {
	if method == "knn" {
		return fmt.Sprintf("%d nearest neighbours", probeNeighbours)
	}
	return "logistic regression of standardised values"
}

func labelsOf(ds data.Labeled, n int) []int {
	labels := make([]int, n)
	for i := range labels {
		labels[i] = ds.Label(i)
	}
	return labels
}

// inSpace returns the first n examples of a side as codes, principal components of
// the training set, as many as a code has values, or themselves.
func (m *measurement) inSpace(ctx context.Context, space string, of side, n int) (x *tensor.Tensor, dim int, err error) {
	if space == "codes" {
		if x, err = m.codes(ctx, of, n); err != nil {
			return nil, 0, err
		}
		return x, x.Shape[1], nil
	}
	if x, err = m.Model.Read(m.set(of), 0, n); err != nil {
		return nil, 0, err
	}
	x = flat(x)
	d := x.Shape[1]
	if space == "data" {
		return x, d, nil
	}
	if dim, err = m.Model.Dim(); err != nil {
		return nil, 0, err
	}
	if m.components == nil {
		fitted := min(m.Train.Len(), max(n, probeExamples))
		dim = min(dim, d, fitted-1)
		if m.components, err = latent.FitPCA(ctx, rowsOf{m.Train, fitted}, d, dim); err != nil {
			return nil, 0, err
		}
	}
	dim = len(m.components.Ratio())
	return transformed(m.components, x, dim), dim, nil
}

// probe returns the accuracy of a classifier trained with so many labels of each class, in
// the mean over several draws of them, and how many examples it has learned from: none if
// a class has not as many.
func (m *measurement) probe(ctx context.Context, method string, labels, classes int, train, held labelled) (metrics.Estimate, int, error) {
	draws := 1
	if labels > 0 && labels <= 100 {
		draws = 5
	}
	var all []metrics.Estimate
	used := 0
	for r := range draws {
		some := train
		if labels > 0 {
			var ok bool
			if some, ok = train.drawn(labels, classes, kernel.Seed(m.Seed, "evaluation.probe").Mix(uint64(r))); !ok {
				return metrics.Estimate{}, 0, nil
			}
		}
		used = len(some.labels)
		var told []int
		if method == "knn" {
			var err error
			if told, err = metrics.NearestClasses(ctx, held.x, some.x, some.labels, classes, min(probeNeighbours, used)); err != nil {
				return metrics.Estimate{}, 0, err
			}
		} else {
			fit, err := metrics.FitLogistic(ctx, some.x, some.labels, classes)
			if err != nil {
				return metrics.Estimate{}, 0, err
			}
			told = fit.Predict(held.x)
		}
		all = append(all, metrics.Accuracy(told, held.labels))
	}
	return metrics.Repeated(all), used, nil
}

// drawn returns so many examples of each class that has any, at random; false if one has fewer.
func (l labelled) drawn(each, classes int, key kernel.Key) (labelled, bool) {
	order := make([]int, len(l.labels))
	kernel.Permute(order, key)
	count, there := make([]int, classes), make([]int, classes)
	for _, c := range l.labels {
		there[c]++
	}
	for _, n := range there {
		if n > 0 && n < each {
			return labelled{}, false
		}
	}
	var some labelled
	var values []float32
	for _, i := range order {
		if c := l.labels[i]; count[c] < each {
			count[c]++
			some.labels = append(some.labels, c)
			values = append(values, row(l.x, i)...)
		}
	}
	some.x = &tensor.Tensor{Shape: []int{len(some.labels), l.x.Shape[1]}, Data: values}
	return some, true
}

// importantCodes ranks the dimensions of the code by what they are worth to logistic
// regression.
func (m *measurement) importantCodes(ctx context.Context, classes int, train, held labelled) (Table, error) {
	fit, err := metrics.FitLogistic(ctx, train.x, train.labels, classes)
	if err != nil {
		return Table{}, err
	}
	worth := metrics.PermutationImportance(held.x, held.labels, fit.Predict, kernel.Seed(m.Seed, "evaluation.importance"))
	t := Table{Name: "important_codes", Title: "Dimensions of the code by what they tell of the class", Columns: []string{"loss of accuracy when shuffled", "standard error"}}
	for _, k := range ranked(len(worth), func(k int) float64 { return worth[k].Value }) {
		t.Rows, t.Values = append(t.Rows, fmt.Sprint(k)), append(t.Values, []float64{worth[k].Value, worth[k].Error})
	}
	return t, nil
}

// ranked are the first indices by falling value.
func ranked(n int, value func(k int) float64) []int {
	order := make([]int, n)
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch va, vb := value(a), value(b); {
		case va > vb:
			return -1
		case va < vb:
			return 1
		}
		return 0
	})
	return order[:min(n, shownImportant)]
}

// importantFeatures ranks the values of an example by how much of their variance comes
// back from the code.
func (m *measurement) importantFeatures(ctx context.Context, n int) (Table, error) {
	x, err := m.read(0, n)
	if err != nil {
		return Table{}, err
	}
	y, err := m.Model.Reconstruct(ctx, x)
	if err != nil {
		return Table{}, err
	}
	d := x.Len() / n
	mean, variance, wrong := make([]float64, d), make([]float64, d), make([]float64, d)
	for i := range n {
		for k, v := range row(x, i) {
			mean[k] += float64(v) / float64(n)
		}
	}
	for i := range n {
		a, b := row(x, i), row(y, i)
		for k, v := range a {
			e, f := float64(v)-mean[k], float64(v)-float64(b[k])
			variance[k] += float64(e*e) / float64(n)
			wrong[k] += float64(f*f) / float64(n)
		}
	}
	t := Table{Name: "important_features", Title: "Input features by how much of their variance comes back", Columns: []string{"variance explained", "variance", "share explained"}}
	for _, k := range ranked(d, func(k int) float64 { return variance[k] - wrong[k] }) {
		share := 0.0
		if variance[k] > 0 {
			share = 1 - wrong[k]/variance[k]
		}
		t.Rows, t.Values = append(t.Rows, m.featureName(k)), append(t.Values, []float64{variance[k] - wrong[k], variance[k], share})
	}
	return t, nil
}

// featureName is where a value of an example is.
func (m *measurement) featureName(k int) string {
	if s := m.Model.Shape; len(s) == 3 {
		name := fmt.Sprintf("row %d, column %d", k/s[2]/s[1], k/s[2]%s[1])
		if s[2] > 1 {
			name += fmt.Sprintf(", channel %d", k%s[2])
		}
		return name
	}
	return fmt.Sprint(k)
}

// denoising adds how much nearer to clean examples the reconstructions of noisy ones are
// than these themselves: 10·log₁₀(Σ|x̃ − x|²/Σ|y(x̃) − x|²) for x̃ = x + σ·ε.
func (m *measurement) denoising(ctx context.Context, n int, s *Section) error {
	x, err := m.read(0, n)
	if err != nil {
		return err
	}
	sigma := noiseShare * deviation(x.Data)
	noisy := tensor.New(x.Shape...)
	kernel.Normal(noisy.Data, kernel.Seed(m.Seed, "evaluation.denoising"))
	for i, v := range x.Data {
		noisy.Data[i] = v + float32(float32(sigma)*noisy.Data[i])
	}
	y, err := m.Model.Reconstruct(ctx, noisy)
	if err != nil {
		return err
	}
	var before, after []float64
	for i := range n {
		before = append(before, squaredError(row(noisy, i), row(x, i)))
		after = append(after, squaredError(row(y, i), row(x, i)))
	}
	b, a := metrics.Mean(before), metrics.Mean(after)
	if !(a.Value > 0 && b.Value > 0) {
		s.leave("Denoising: the examples do not differ, so that no noise fits them.")
		return nil
	}
	e := metrics.Estimate{Value: 10 * math.Log10(b.Value/a.Value), Error: 10 / math.Ln10 * math.Hypot(a.Error/a.Value, b.Error/b.Value)}
	s.Figures = append(s.Figures, figure("denoising_gain", e, "dB", Protocol{
		Split: m.Split, N: n, Draws: 1, Seed: m.Seed, Reduction: "ratio of mean squared errors",
		Method: fmt.Sprintf("reconstruction of examples with normal noise of deviation %.3g, half of that of their values", sigma),
	}))
	return nil
}

func deviation(x []float32) float64 {
	mean, squares := 0.0, 0.0
	for _, v := range x {
		mean += float64(v) / float64(len(x))
	}
	for _, v := range x {
		e := float64(v) - mean
		squares += float64(e*e) / float64(len(x))
	}
	return math.Sqrt(squares)
}
