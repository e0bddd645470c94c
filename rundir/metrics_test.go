package rundir

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
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

// Records are read back as they were written, and a folder without any has none.
func TestRecordsAreReadBack(t *testing.T) {
	dir := t.TempDir()
	if got, err := ReadMetrics(dir); got != nil || err != nil {
		t.Errorf("a folder without metrics: %v, %v", got, err)
	}
	want := []Record{
		{Step: 10, Figures: Figures{"nll": {Value: 3, Error: 0.5}}},
		{Step: 20, Epoch: 1, Train: Metrics{{"loss", 2}}, Valid: Metrics{{"loss", 2.5}}, Diversity: &Estimate{1, 0.1}},
	}
	if err := WriteMetrics(dir, want); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadMetrics(dir); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := os.WriteFile(filepath.Join(dir, MetricsFile), []byte("{\"step\":1}\n{\"stop\":2}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadMetrics(dir); err == nil || !strings.Contains(err.Error(), "line 2") || !strings.Contains(err.Error(), "stop") {
		t.Errorf("a line that is none: %v", err)
	}
}
