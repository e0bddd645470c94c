package variational

import (
	"math"
	"testing"
)

// Categories can tell no more than the logarithm of their number, and a capacity above that would leave
// a loss that nothing lowers.
func TestCapacitiesOfCategoriesEndAtWhatTheyCanTell(t *testing.T) {
	m := JointVAE{Codes: 1, Categories: 2, CategoriesCapacity: 2}
	if got := m.categoriesCapacity(); math.Abs(got-math.Ln2) > 1e-12 {
		t.Errorf("two categories: %v nats, want ln 2", got)
	}
	m.Categories, m.Codes = 10, 2
	if got := m.categoriesCapacity(); got != 2 {
		t.Errorf("two codes of ten: %v nats, want the capacity of 2", got)
	}
}
