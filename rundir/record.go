package rundir

// Record is a line of metrics.jsonl: the end of an epoch, or an evaluation within one,
// which has figures alone.
type Record struct {
	Step    int     `json:"step"`
	Epoch   int     `json:"epoch"` // number of complete epochs
	Train   Metrics `json:"train,omitempty"`
	Valid   Metrics `json:"valid,omitempty"`
	Figures Figures `json:"figures,omitempty"` // where they were measured
	// Diversity is the variance of samples over that of training examples, of a model that is watched.
	Diversity *Estimate `json:"diversity,omitempty"`
}

// EndsEpoch reports whether the record is of the end of an epoch.
func (r Record) EndsEpoch() bool { return r.Train != nil }

// Best is the step of the best checkpoint so far, with the value that it was chosen by.
type Best struct {
	Step  int     `json:"step"`
	By    string  `json:"by"`
	Value float64 `json:"value"`
}
