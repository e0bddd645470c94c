package experiments

import "latentspace/models"

// OnCollapse says what happens when the samples of a model whose phases play against each other
// become alike. Without Rollback training goes on, with a warning. With it, training goes back to
// the last checkpoint whose samples were varied, and on from there with a smaller learning rate, at
// most Tries times.
type OnCollapse struct {
	Rollback bool    `yaml:"rollback"` // go back to a checkpoint, and on from there
	LRScale  float64 `yaml:"lr_scale"` // factor of the learning rate each time, in (0, 1): with 1 the same steps would collapse again
	Tries    int     `yaml:"tries"`    // how often in all, from 1 to 1,000
}

// Check reports the fields that are out of range.
func (o OnCollapse) Check(report func(key, format string, args ...any)) {
	if !(o.LRScale > 0 && o.LRScale < 1) {
		report("lr_scale", "%v, want a factor in (0, 1): with 1 the same steps would collapse again", o.LRScale)
	}
	if o.Tries < 1 || o.Tries > 1000 {
		report("tries", "%d, want it from 1 to 1000", o.Tries)
	}
}

// Watched reports whether training looks at the variety of the model's samples: where phases play
// against each other, the losses say nothing of it.
func (c Config) Watched() bool {
	_, decodes := c.Model.(models.Decoder)
	_, draws := c.Model.(models.Prior)
	return models.Adversarial(c.Model) && decodes && draws
}
