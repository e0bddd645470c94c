package optim

// Warmup raises the learning rate over the first steps of a run:
//
//	factor = min(1, (step + 1) / Steps)
//
// It multiplies the factor of any [Schedule]. Zero steps are no warm-up.
//
// Goyal and others, Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour,
// 2017, section 2.2.
type Warmup struct {
	Steps int `yaml:"steps"`
}

// Factor returns the factor of a step, counted from 0.
func (w Warmup) Factor(step int) float64 {
	if step+1 >= w.Steps {
		return 1
	}
	return float64(step+1) / float64(w.Steps)
}

// Check reports every field that is out of range, by its name in YAML.
func (w Warmup) Check(report func(key, format string, args ...any)) {
	if w.Steps < 0 {
		report("steps", "%d, want at least 0", w.Steps)
	}
}
