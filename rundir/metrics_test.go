package rundir

import (
	"encoding/json"
	"math"
	"testing"
)

func TestMetricsThatAreNoNumbersAreReadBack(t *testing.T) {
	want := Metrics{{"loss", math.NaN()}, {"kl", 2}, {"rest", math.Inf(1)}}
	b, err := want.MarshalJSON()
	if err != nil || string(b) != `{"loss":null,"kl":2,"rest":null}` {
		t.Fatalf("%s, %v", b, err)
	}
	var got Metrics
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || !math.IsNaN(got[0].Value) || got[1] != want[1] || !math.IsNaN(got[2].Value) {
		t.Errorf("%v, want NaN for null", got)
	}
}
