package rundir

// Record is a line of metrics.jsonl: the end of an epoch, or an evaluation within one,
// which has figures alone.
type Record struct {
	Step    int     `json:"step"`
	Epoch   int     `json:"epoch"` // how many are complete
	Train   Metrics `json:"train,omitempty"`
	Valid   Metrics `json:"valid,omitempty"`
	Figures Figures `json:"figures,omitempty"` // where they were measured
}

// EndsEpoch tells the two kinds of records apart.
func (r Record) EndsEpoch() bool { return r.Train != nil }

// Best is the step at which what the best checkpoint is chosen by was the best.
type Best struct {
	Step  int     `json:"step"`
	By    string  `json:"by"`
	Value float64 `json:"value"`
}
