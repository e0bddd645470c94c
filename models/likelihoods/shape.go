package likelihoods

import (
	"slices"

	"latentspace/tensor"
)

func clone(shape []int) []int { return slices.Clone(shape) }

// lastOf is the size of the last axis: channels, or features.
func lastOf(shape []int) int { return shape[len(shape)-1] }

func sizeOf(shape []int) int { return tensor.Size(shape) }
