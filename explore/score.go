package explore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"latentspace/anomaly"
	"latentspace/experiments"
	"latentspace/tensor"
	"latentspace/training"
)

// Score measures how odd N examples of the split or of files are to the model, beside training
// examples, and what makes them odd: see package anomaly.
type Score struct {
	Options
	Alarm    float64 // the wished share of false alarms
	Draws    int     // of the likelihood; 0 for the default
	Training int     // most training examples to compare with; 0 for the default
	Pictures int     // how many of the oddest examples [ScoreResult.Oddest] has at most
}

// ScoreResult is what [Score] finds.
type ScoreResult struct {
	Names    []string // of the scores, the combined one first
	Examples []Scored
	// Oddest are the oddest pictures in three columns: the example, its reconstruction, and the
	// places that make it odd, from black for a usual cost to white for [brightest] deviations above.
	// It is nil for other examples and for a model without a decoder.
	Oddest *Rows
	Report ScoreReport
}

// Scored is an example with its scores.
type Scored struct {
	Index    int              `json:"index"` // in the split, or among those of the files
	Name     string           `json:"name"`
	Values   []float64        `json:"scores"`   // by [ScoreResult.Names]
	Quantile float64          `json:"quantile"` // the share of training examples that are less odd
	Odd      bool             `json:"odd"`      // above the threshold
	Places   []anomaly.Oddity `json:"places,omitempty"`
}

// ScoreReport is what [Score] reports.
type ScoreReport struct {
	Scores    []string          `json:"scores"`            // the combined one first
	Combines  []string          `json:"combines"`          // those that enter it
	Training  int               `json:"training"`          // examples that are compared with
	Threshold anomaly.Threshold `json:"threshold"`         // of the combined score
	From      string            `json:"threshold_split"`   // whose scores it is of
	Split     string            `json:"split,omitempty"`   // of the examples; none for files
	Alarms    int               `json:"alarms"`            // examples above the threshold
	Oddest    []Scored          `json:"oddest"`            // at most ten
	Missing   []string          `json:"missing,omitempty"` // why a score is not there

	N int `json:"-"` // examples
}

func (r ScoreReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "score: how far %s of %d training examples, in units of the spread\n", said(r.Combines), r.Training)
	for _, why := range r.Missing {
		fmt.Fprintln(&b, why)
	}
	t := r.Threshold
	fmt.Fprintf(&b, "threshold %.4g ± %.2g for %.3g %% of false alarms, by %d examples of the %s split", t.Score, t.Error, 100*t.Alarm, t.Examples, r.From)
	if t.Few {
		b.WriteString(", which are too few for so small a share: it is their largest score")
	}
	fmt.Fprintf(&b, "\n%d of %d examples are above it; the oddest:\n", r.Alarms, r.N)
	for _, e := range r.Oddest {
		fmt.Fprintf(&b, "  %-16s %9.4g  odder than %6.2f %% of training examples", e.Name, e.Values[0], 100*e.Quantile)
		for k, p := range e.Places {
			sep := ", "
			if k == 0 {
				sep = "  "
			}
			fmt.Fprintf(&b, "%s%s (%+.1f)", sep, p.Place, p.Score)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// said says how scores are combined.
func said(combines []string) string {
	var parts []string
	for _, name := range combines {
		if name == anomaly.Density {
			parts = append(parts, "the density of the code is beyond that")
		} else {
			parts = append(parts, "the "+name+" is from the median")
		}
	}
	return strings.Join(parts, ", and ")
}

const (
	worstPlaces = 3  // that are named for each example
	mostOddest  = 10 // that the report has
	brightest   = 10 // deviations that are white
)

// checked reports options out of range.
func (s Score) checked() error {
	if err := s.check(); err != nil {
		return err
	}
	switch {
	case !(s.Alarm > 0 && s.Alarm < 1):
		return experiments.Usagef("-alarm %v, want the share of false alarms between 0 and 1, such as 0.01", s.Alarm)
	case s.Draws < 0 || s.Draws > 100_000:
		return experiments.Usagef("-draws %d, want it from 1 to 100000", s.Draws)
	case s.Training < 0 || s.Training > mostExamples:
		return experiments.Usagef("-fit %d training examples, want it from 2 to %d", s.Training, mostExamples)
	}
	return nil
}

// Run scores.
func (s Score) Run(ctx context.Context, m *training.Trained) (ScoreResult, error) {
	if err := s.checked(); err != nil {
		return ScoreResult{}, err
	}
	train, err := m.Split(ctx, "train")
	if err != nil {
		return ScoreResult{}, err
	}
	all, where, err := s.source(ctx, m)
	if err != nil {
		return ScoreResult{}, err
	}
	ds := s.some(all, s.N)
	if ds.n == 0 {
		return ScoreResult{}, fmt.Errorf("explore: there are no examples in %s", where)
	}
	scorer, err := anomaly.New(ctx, m.Model, train, anomaly.Options{Training: s.Training, Draws: s.Draws, Seed: s.Seed})
	if err != nil {
		return ScoreResult{}, err
	}
	r := ScoreResult{Names: scorer.Names, Report: ScoreReport{
		Scores: scorer.Names, Combines: scorer.Enters(), Training: scorer.Training, Split: s.from(), Missing: scorer.Reasons, N: ds.n,
	}}
	if r.Report.Threshold, r.Report.From, err = s.threshold(ctx, m, scorer); err != nil {
		return ScoreResult{}, err
	}
	if r.Examples, err = s.scored(ctx, scorer, ds, r.Report.Threshold.Score); err != nil {
		return ScoreResult{}, err
	}
	order := make([]int, ds.n)
	for i := range order {
		order[i] = i
		if r.Examples[i].Odd {
			r.Report.Alarms++
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(r.Examples[b].Values[0], r.Examples[a].Values[0]) })
	for _, i := range order[:min(mostOddest, ds.n)] {
		r.Report.Oddest = append(r.Report.Oddest, r.Examples[i])
	}
	r.Oddest, err = s.oddest(ctx, m, scorer, ds, order, r.Examples)
	if err != nil {
		return ScoreResult{}, err
	}
	return r, checkFigures(r.Report)
}

// threshold is that of the validation set or, if there is none, of the training set.
func (s Score) threshold(ctx context.Context, m *training.Trained, scorer *anomaly.Scorer) (anomaly.Threshold, string, error) {
	from := "valid"
	usual, err := m.Split(ctx, from)
	if err != nil {
		return anomaly.Threshold{}, "", err
	}
	if usual.Len() == 0 {
		from = "train"
		if usual, err = m.Split(ctx, from); err != nil {
			return anomaly.Threshold{}, "", err
		}
	}
	scores, err := scorer.Score(ctx, s.some(usual, anomaly.DefaultTraining))
	if err != nil {
		return anomaly.Threshold{}, "", err
	}
	return anomaly.ThresholdOf(scores.Values[anomaly.Combined], s.Alarm), from, nil
}

// scored are the examples with their scores and the places that make them odd.
func (s Score) scored(ctx context.Context, scorer *anomaly.Scorer, ds part, threshold float64) ([]Scored, error) {
	all := make([]Scored, 0, ds.n)
	p := s.progress("scoring", ds.n)
	defer p.Close()
	for first := 0; first < ds.n; first += readBatch {
		n := min(readBatch, ds.n-first)
		scores, err := scorer.Score(ctx, ds.rows(first, n))
		if err != nil {
			return nil, err
		}
		odd, err := scorer.Places(ctx, ds, first, n, worstPlaces)
		if err != nil {
			return nil, err
		}
		for i := range n {
			e := Scored{Index: ds.index[first+i], Name: NameOf(ds, first+i), Quantile: scores.Quantiles[i]}
			for _, name := range scorer.Names {
				e.Values = append(e.Values, scores.Values[name][i])
			}
			e.Odd = e.Values[0] > threshold
			if odd != nil {
				e.Places = odd.Worst[i]
			}
			all = append(all, e)
		}
		p.At(first+n, "")
	}
	return all, nil
}

// oddest are the pictures of the oddest examples.
func (s Score) oddest(ctx context.Context, m *training.Trained, scorer *anomaly.Scorer, ds part, order []int, scored []Scored) (*Rows, error) {
	if s.Pictures == 0 || !m.Schema.IsPicture() || !m.CanDecode() {
		return nil, nil
	}
	index := make([]int, min(s.Pictures, ds.n))
	for k := range index {
		index[k] = ds.index[order[k]]
	}
	odd, err := scorer.Places(ctx, partOf(ds.whole, index), 0, len(index), 0)
	if err != nil {
		return nil, err
	}
	rows := &Rows{Schema: m.Schema, Columns: []string{"example", "model", "odd places"}}
	size, channels := tensor.Size(m.Shape), m.Shape[2]
	for k := range index {
		row := tensor.New(append([]int{3}, m.Shape...)...)
		copy(row.Data, odd.Originals.Data[k*size:(k+1)*size])
		copy(row.Data[size:], odd.Reconstructions.Data[k*size:(k+1)*size])
		for j := range size {
			row.Data[2*size+j] = min(max(odd.Scores.Data[(k*size+j)/channels]/brightest, 0), 1)
		}
		rows.Examples = append(rows.Examples, row)
		rows.Names = append(rows.Names, scored[order[k]].Name)
	}
	return rows, nil
}
