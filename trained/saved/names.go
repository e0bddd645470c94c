// Package saved makes models of checkpoints. It reads of an experiment only what a model rests on, so
// that a program that uses models has no part in how they are trained, and none in data sets.
package saved

import (
	"strings"

	"latentspace/tensor"
)

// The names of tensors in a checkpoint, or what they begin with.
const (
	ParamPrefix   = "param/" // then the name of a parameter
	EMAPrefix     = "ema/"
	AveragePrefix = EMAPrefix + "average/" // then the name of a parameter
	PriorPrefix   = "prior/"               // then the name of a tensor of [latent.Kept]
	KnownName     = "about/known"          // of a conditional model, what is known of some training examples
)

// The names of metadata in a checkpoint.
const (
	MetaFormat   = "format"
	MetaStep     = "step"
	MetaConfig   = "config"
	MetaShape    = "shape"
	MetaSchema   = "schema"
	MetaAbout    = "about"
	MetaExamples = "examples"
	MetaProgress = "progress"
	MetaPrior    = "prior" // what the kept prior is, as JSON
)

// The formats of checkpoints.
const (
	Format         = "2"
	FormatOfShapes = "1" // without schema and about
)

// Under returns the tensors whose names begin with a prefix, by the rest of their names.
func Under(tensors map[string]*tensor.Tensor, prefix string) map[string]*tensor.Tensor {
	out := map[string]*tensor.Tensor{}
	for name, v := range tensors {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			out[rest] = v
		}
	}
	return out
}
