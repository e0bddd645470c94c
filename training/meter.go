package training

import (
	"fmt"
	"slices"

	"latentspace/models"
	"latentspace/nn"
	"latentspace/rundir"
)

// meter averages the terms of a model's phases. Its names, in order, are "loss" and the terms; for
// a model of several phases, "loss" is the sum of the phases' losses, each of which stands under
// the phase's name. A term whose name occurs in several phases is called PHASE.TERM.
type meter struct {
	names  []string
	sums   []float64
	counts []float64
	losses []string        // the names that "loss" is the sum of; empty with one phase
	shared map[string]bool // names of terms that several phases have
}

// newMeter returns a meter for phases with the given terms.
func newMeter(phases []string, terms [][]models.Term) *meter {
	m := &meter{shared: map[string]bool{}}
	if len(phases) > 1 {
		m.losses = phases
	}
	seen := map[string]bool{}
	for i := range phases {
		for _, t := range terms[i] {
			m.shared[t.Name] = m.shared[t.Name] || seen[t.Name]
			seen[t.Name] = true
		}
	}
	for i, phase := range phases {
		for _, t := range terms[i] {
			m.names = append(m.names, m.name(phase, t.Name))
		}
	}
	m.sums = make([]float64, len(m.names))
	m.counts = make([]float64, len(m.names))
	return m
}

func (m *meter) name(phase, term string) string {
	switch {
	case term == "loss" && len(m.losses) > 0:
		return phase
	case m.shared[term] && len(m.losses) > 0:
		return phase + "." + term
	}
	return term
}

// add counts the terms of a program's last run with a weight.
func (m *meter) add(phase string, p *nn.Program, terms []models.Term, weight float64) {
	for _, t := range terms {
		m.count(m.name(phase, t.Name), p.Scalar(t.Value), weight)
	}
}

// count counts a value with a weight. Terms of one name are averaged together.
func (m *meter) count(name string, value, weight float64) {
	i := slices.Index(m.names, name)
	m.sums[i] += float64(weight * value)
	m.counts[i] += weight
}

// reset forgets what was counted.
func (m *meter) reset() {
	clear(m.sums)
	clear(m.counts)
}

// means returns the averages, "loss" first, or nil if nothing was counted.
func (m *meter) means() rundir.Metrics {
	var out rundir.Metrics
	for i, name := range m.names {
		if m.counts[i] > 0 {
			out = append(out, rundir.Metric{Name: name, Value: m.sums[i] / m.counts[i]})
		}
	}
	if len(m.losses) == 0 || len(out) == 0 {
		return out
	}
	loss := 0.0
	for _, phase := range m.losses {
		v, _ := out.Get(phase)
		loss += v
	}
	return append(rundir.Metrics{{Name: "loss", Value: loss}}, out...)
}

// meterState is what a checkpoint keeps of a meter.
type meterState struct {
	Names  []string  `json:"names"`
	Sums   []float64 `json:"sums"`
	Counts []float64 `json:"counts"`
}

func (m *meter) state() meterState { return meterState{m.names, m.sums, m.counts} }

func (m *meter) restore(s meterState) error {
	if !slices.Equal(s.Names, m.names) || len(s.Sums) != len(m.names) || len(s.Counts) != len(m.names) {
		return fmt.Errorf("terms %.200s, want %v", fmt.Sprint(s.Names), m.names)
	}
	copy(m.sums, s.Sums)
	copy(m.counts, s.Counts)
	return nil
}
