package evaluation

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/example"
	"latentspace/kernel"
	"latentspace/metrics"
)

// disentanglement is the part about how far each dimension of the code is one of the factors
// that the data were drawn from, where they are known:
//
//	mig                                gap of mutual information
//	dci_disentanglement, …             by the importances of boosted trees
//	sap                                gap of predictability
//	factorvae_score, betavae_score     how well the common factor of a batch is told
//	modularity                         of the mutual information
var disentanglement = part{
	name: "disentanglement",
	figures: []string{"mig", "dci_disentanglement", "dci_completeness", "dci_informativeness", "sap",
		"factorvae_score", "betavae_score", "modularity"},
	measure: measureDisentanglement,
}

const (
	factorExamples = 2000
	leastFactored  = 100
	factorBins     = 10 // of a continuous factor
)

func measureDisentanglement(ctx context.Context, m *measurement) (Section, error) {
	if ds, ok := m.Held.(data.Described); !ok || len(ds.About().Fields) < 2 {
		return Section{}, lacking("The factors that the data were drawn from are not known.")
	}
	if !m.Model.CanEncode() {
		return Section{}, lacking(fmt.Sprintf("A model of kind %s has no encoder: nothing is known of its codes.", m.Model.Kind))
	}
	n := m.some(factorExamples)
	if n < leastFactored {
		return Section{}, lacking(fmt.Sprintf("%d examples are too few for scores of disentanglement: want at least %d.", n, leastFactored))
	}
	z, err := m.codes(ctx, held, n)
	if err != nil {
		return Section{}, err
	}
	if i := kernel.FirstNonFinite(z.Data); i >= 0 {
		return Section{}, metrics.Unfit(fmt.Sprintf("the code of example %d has the value %v, which is no number", i/z.Shape[1], z.Data[i]))
	}
	columns, err := data.Columns(m.Held, n)
	if err != nil {
		return Section{}, err
	}
	told := m.Model.Conditional() // of these codes may have what the encoder was told
	columns = slices.DeleteFunc(columns, func(c data.Column) bool { return slices.Contains(told, c.Name) })
	f, names, binned := factorsOf(columns)
	if len(names) < 2 && len(told) > 0 {
		return Section{}, lacking(fmt.Sprintf("Besides what a model of kind %s is told when it encodes, %s, fewer than two factors of the data differ: there is nothing to tell apart.", m.Model.Kind, strings.Join(told, ", ")))
	}
	if len(names) < 2 {
		return Section{}, lacking("Fewer than two factors of the data differ: there is nothing to tell apart.")
	}
	var s Section
	p := Protocol{Split: m.Split, N: n, Seed: m.Seed}
	about := fmt.Sprintf("; means of the code against %d factors", len(names))
	if len(told) > 0 {
		about += ", without " + strings.Join(told, ", ") + ", which the encoder is told"
	}
	if binned {
		about += fmt.Sprintf(", continuous ones in %d quantiles", factorBins)
	}
	key := kernel.Seed(m.Seed, "evaluation.disentanglement")
	add := func(name string, e metrics.Estimate, unit, method string) {
		p.Method = method + about
		s.Figures = append(s.Figures, figure(name, e, unit, p))
	}
	const ofOne = "of at most 1"
	for _, score := range []struct {
		name, method string
		measure      func() (metrics.Estimate, error)
	}{
		{"mig", "20 bins of equal width (Chen et al. 2018)", func() (metrics.Estimate, error) { return metrics.MIG(z, f) }},
		{"sap", "squared correlation, of kinds the accuracy of logistic regression (Kumar et al. 2018)", func() (metrics.Estimate, error) { return metrics.SAP(ctx, z, f) }},
		{"factorvae_score", "majority of 2,000 votes of 64 examples, tested on 1,000, five times (Kim and Mnih 2018)", func() (metrics.Estimate, error) {
			return metrics.FactorVAEScore(ctx, z, f, key)
		}},
		{"betavae_score", "logistic regression on 2,000 means of 64 pairs, tested on 1,000, five times (Higgins et al. 2017)", func() (metrics.Estimate, error) {
			return metrics.BetaVAEScore(ctx, z, f, key)
		}},
		{"modularity", "20 bins of equal width (Ridgeway and Mozer 2018)", func() (metrics.Estimate, error) { return metrics.Modularity(z, f) }},
	} {
		if !m.wants(score.name) {
			continue
		}
		e, err := score.measure()
		if err != nil {
			return Section{}, err
		}
		add(score.name, e, ofOne, score.method)
	}
	s.Tables = append(s.Tables, factorTable("information", "Mutual information of codes and factors, in nats", metrics.MutualInformation(z, f), names))
	if !slices.ContainsFunc([]string{"dci_disentanglement", "dci_completeness", "dci_informativeness"}, m.wants) {
		return s, nil
	}
	dci, err := metrics.FitDCI(ctx, z, f, key)
	if err != nil {
		return Section{}, err
	}
	const method = "importances of boosted trees, fitted to half of the examples, three times (Eastwood and Williams 2018)"
	add("dci_informativeness", dci.Informativeness, "share of examples", "accuracy of boosted trees on the other half, mean over factors")
	if !(dci.Gain.Value > surelyAbove*dci.Gain.Error) {
		s.leave("The boosted trees tell no more of the factors by the codes than chance does: dci_disentanglement and dci_completeness, which are made of their importances, are left out.")
		return s, nil
	}
	add("dci_disentanglement", dci.Disentanglement, ofOne, method)
	if z.Shape[1] > 1 {
		add("dci_completeness", dci.Completeness, ofOne, method)
	} else {
		s.leave("A code of one dimension is complete whatever it is: dci_completeness is left out.")
	}
	s.Tables = append(s.Tables, factorTable("importance", "Importance of codes in predicting factors", dci.Importance, names))
	return s, nil
}

// factorTable has a row for each dimension and a column for each factor.
func factorTable(name, title string, values [][]float64, factors []string) Table {
	t := Table{Name: name, Title: title, Columns: factors, Values: values}
	for j := range values {
		t.Rows = append(t.Rows, fmt.Sprint(j))
	}
	return t
}

// factorsOf returns the factors that differ, with their names, and whether any was continuous:
// the values of one are those of its quantiles.
func factorsOf(columns []data.Column) (f metrics.Factors, names []string, binned bool) {
	for _, c := range columns {
		x := c.Values
		levels := slices.Compact(slices.Sorted(slices.Values(x)))
		if len(levels) < 2 {
			continue
		}
		if !c.Indexed() && len(levels) > factorBins {
			levels = quantiles(x)
			binned = true
		}
		numbers := make([]int, len(x))
		for i, v := range x {
			at, found := slices.BinarySearch(levels, v)
			if !found {
				at--
			}
			numbers[i] = max(0, at)
		}
		f.Values, f.Sizes, f.Kinds = append(f.Values, numbers), append(f.Sizes, len(levels)), append(f.Kinds, c.Kind == example.Category)
		names = append(names, c.Name)
	}
	return f, names, binned
}

// quantiles are the least values of ten parts of equal size.
func quantiles(x []float64) []float64 {
	sorted := slices.Sorted(slices.Values(x))
	levels := []float64{math.Inf(-1)}
	for k := 1; k < factorBins; k++ {
		levels = append(levels, sorted[k*len(sorted)/factorBins])
	}
	return slices.Compact(levels)
}
