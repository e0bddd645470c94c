package evaluation

import (
	"latentspace/data"
	"latentspace/kernel"
)

// viewOf returns a data set in an order that is a function of the key, and the number that each
// example has in the set itself: what is measured on some examples is measured on a random
// part.
func viewOf(ds data.Dataset, key kernel.Key) (view data.Dataset, order []int) {
	order = make([]int, ds.Len())
	kernel.Permute(order, key)
	return data.Subset(ds, order), order
}
