package explore

import (
	"testing"

	"latentspace/internal/jsontest"
)

// What the verbs report can be written whatever its numbers are.
func TestReportsNeedNoNumbers(t *testing.T) {
	jsontest.Check(t, CompareReport{}, EncodeReport{}, ExpressionReport{}, InterpolateReport{}, MapReport{}, PriorFit{},
		ReconstructReport{}, TraverseReport{}, VaryReport{})
}
