package evaluation

import (
	"context"
	"fmt"
	"slices"

	"latentspace/data"
	"latentspace/kernel"
	"latentspace/metrics"
	"latentspace/tensor"
)

// labelled is a data set in one of the spaces.
type labelled struct {
	x      *tensor.Tensor // (n, d)
	labels []int
}

// probes adds the accuracies, or why there are none.
func (m *measurement) probes(ctx context.Context, n int, s *Section) error {
	trained, err := data.ClassesOf(m.Train, m.Train.Len())
	if err != nil {
		return err
	}
	tested, err := data.ClassesOf(m.Held, n)
	if err != nil {
		return err
	}
	if trained == nil || tested == nil || !several(trained.Labels) {
		s.leave("The data have no classes to tell apart: nothing can be learned from the codes.")
		return nil
	}
	if labelOf(m.Model.Schema) >= 0 {
		s.leave("Probes: the class is a column of the row, so that codes have it from there: data.label_in_row: false keeps it out.")
		return nil
	}
	if n < leastTold {
		s.leave(fmt.Sprintf("Probes: %d held-out examples are too few to tell them from guesses: want at least %d.", n, leastTold))
		return nil
	}
	most := m.learned(probeExamples)
	chance := metrics.Chance(tested.Labels)
	if chance.Value == 1 {
		s.leave(fmt.Sprintf("All of %d %s examples are of one class: nothing shows what the codes are good for.", n, m.Split))
		return nil
	}
	s.Figures = append(s.Figures, figure("probe_chance", chance, "share of examples", Protocol{
		Split: m.Split, N: n, Seed: m.Seed, Reduction: "mean over examples",
		Method: "examples of the most frequent class: the accuracy of always telling that one",
	}))
	classes := len(trained.Names)
	few := map[int]bool{} // numbers of labels for which a class has too few examples
	var codes, heldCodes labelled
	for _, space := range probeSpaces {
		if !slices.ContainsFunc(probeNames(), func(name string) bool { return m.wants(name) && inSpace(name, space) }) {
			continue
		}
		if space == "codes" && slices.Contains(m.Model.Conditional(), trained.Name) {
			s.leave(fmt.Sprintf("Probes of codes: a model of kind %s is told the %s when it encodes, so that its codes may have that from there.", m.Model.Kind, trained.Name))
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
		from, on := labelled{x, trained.Labels[:most]}, labelled{y, tested.Labels}
		if space == "codes" {
			codes, heldCodes = from, on
		}
		for _, labels := range probeLabels {
			for _, method := range probeMethods {
				name := probeName(method, space, labels)
				if !m.wants(name) {
					continue
				}
				e, used, err := m.probe(ctx, method, labels, classes, from, on)
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
			}
		}
	}
	for _, labels := range probeLabels {
		if few[labels] {
			s.leave(fmt.Sprintf("Probes with %d labels of each class: of %d training examples a class has fewer.", labels, most))
		}
	}
	if t := probeTable(s.Figures); len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	if codes.x == nil || !m.wants(probeName("logistic", "codes", 0)) {
		return nil
	}
	return m.importantCodes(ctx, classes, codes, heldCodes, s)
}

// probeTable has a row for each number of labels with which every probe was measured.
func probeTable(figures []Figure) Table {
	values := map[string]float64{}
	for _, f := range figures {
		values[f.Name] = f.Value
	}
	t := Table{Name: "probes", Title: "Accuracy of simple classifiers, by labels of each class"}
	for _, method := range probeMethods {
		for _, space := range probeSpaces {
			t.Columns = append(t.Columns, method+" on "+space)
		}
	}
	for _, labels := range probeLabels {
		var row []float64
		for _, method := range probeMethods {
			for _, space := range probeSpaces {
				if v, ok := values[probeName(method, space, labels)]; ok {
					row = append(row, v)
				}
			}
		}
		name := "all"
		if labels > 0 {
			name = fmt.Sprint(labels)
		}
		if len(row) == len(t.Columns) {
			t.Rows, t.Values = append(t.Rows, name), append(t.Values, row)
		}
	}
	return t
}

// inSpace reports whether a figure is of a probe in a space.
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

// inSpace returns the first n examples of a side as codes, principal components of
// the training set, as many as a code has values, or themselves.
func (m *measurement) inSpace(ctx context.Context, space string, of side, n int) (x *tensor.Tensor, dim int, err error) {
	if space == "codes" {
		if x, err = m.codes(ctx, of, n); err != nil {
			return nil, 0, err
		}
		return x, x.Shape[1], nil
	}
	if x, err = m.Model.Values(m.set(of), 0, n); err != nil {
		return nil, 0, err
	}
	x = m.Model.Vectors(x)
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
		if m.components, err = m.principal(ctx, fitted, d, dim); err != nil {
			return nil, 0, err
		}
	}
	dim = len(m.components.Ratio())
	return transformed(m.components, x, dim), dim, nil
}

// probe returns the accuracy of a classifier trained with a number of labels of each class,
// averaged over several draws, and the number of examples it learned from: zero if a class has
// too few.
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
			if told, err = metrics.NearestClasses(ctx, held.x, some.x, some.labels, min(probeNeighbours, used)); err != nil {
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

// drawn returns random examples, as many as each says of every class that has any; false if a
// class has fewer.
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
