package experiments

// OnNonFinite says what happens when a loss or gradient is NaN or infinite. Without Rollback the
// run ends. With it, training goes back to an earlier checkpoint and on from there with a smaller
// learning rate, at most Tries times.
type OnNonFinite struct {
	Rollback bool    `yaml:"rollback"` // go back to a checkpoint, and on from there
	LRScale  float64 `yaml:"lr_scale"` // factor of the learning rate each time, in (0, 1]
	Tries    int     `yaml:"tries"`    // how often in all, from 1 to 1,000
}

// Check reports the fields that are out of range.
func (o OnNonFinite) Check(report func(key, format string, args ...any)) {
	if !(o.LRScale > 0 && o.LRScale <= 1) {
		report("lr_scale", "%v, want a factor in (0, 1]", o.LRScale)
	}
	if o.Tries < 1 || o.Tries > 1000 {
		report("tries", "%d, want it from 1 to 1000", o.Tries)
	}
}
