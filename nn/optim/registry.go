package optim

// Rules has the optimizers by kind, with their defaults.
var Rules = map[string]Rule{
	"adam":    Adam{LR: 0.001, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8},
	"adamw":   AdamW{LR: 0.001, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, WeightDecay: 0.01},
	"rmsprop": RMSProp{LR: 0.001, Rho: 0.99, Epsilon: 1e-8},
	"sgd":     SGD{LR: 0.01},
}

// Schedules has the courses of the learning rate by kind, with their defaults. The
// epochs of a step and of milestones depend on the run and have none: Check asks for
// them.
var Schedules = map[string]Schedule{
	"constant":    Constant{},
	"cosine":      Cosine{},
	"exponential": Exponential{Gamma: 0.95},
	"milestones":  Milestones{Gamma: 0.1},
	"step":        Step{Gamma: 0.1},
}
