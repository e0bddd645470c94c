package show

import (
	"math"
	"testing"

	"latentspace/explore"
	"latentspace/internal/jsontest"
	"latentspace/internal/safejson"
	"latentspace/latent/fitting"
)

// What is written can be told whatever its numbers are.
func TestReportsNeedNoNumbers(t *testing.T) { jsontest.Check(t, Report{}, compared{}, Evaluated{}) }

// The fields of what was written come first, and those of what was found after them.
func TestAReportIsOneObject(t *testing.T) {
	w := Written{File: "a.png", Also: []string{"a.gif", "a.csv"}, N: 2, Checkpoint: "c"}
	const own = `{"file":"a.png","also":["a.gif","a.csv"],"n":2,"seconds":0,"checkpoint":"c"`
	const line = "wrote a.png, a.gif and a.csv from c\n"
	var none *explore.PriorFit
	for name, c := range map[string]struct {
		report     Report
		json, text string
	}{
		"figures":           {Report{w, explore.ReconstructReport{Index: []int{3}, SquaredError: new(0.5)}}, own + `,"index":[3],"squared_error":0.5}`, line + "squared error 0.5 per example\n"},
		"no number":         {Report{w, explore.ReconstructReport{SquaredError: new(math.NaN())}}, own + `,"index":null,"squared_error":null}`, line + "squared error NaN per example\n"},
		"nothing found":     {Report{w, none}, own + `}`, line},
		"a flow":            {Report{w, &explore.PriorFit{Prior: "flow", Split: "train", Fitted: fitting.Fitted{Codes: 9, Updates: 40, FlowLoss: new(28.5)}}}, own + `,"prior":"flow","prior_split":"train","prior_codes":9,"updates":40,"flow_loss":28.5}`, line + "prior: flow of 9 codes of the train split, 40 updates, loss 28.5 squared units\n"},
		"a prior":           {Report{w, &explore.PriorFit{Prior: "kde", Split: "train", Fitted: fitting.Fitted{Codes: 9}}}, own + `,"prior":"kde","prior_split":"train","prior_codes":9}`, line + "prior: kde of 9 codes of the train split\n"},
		"what tells itself": {Report{w, explore.DecodeReport{Input: "i"}}, own + `,"input":"i"}`, line},
	} {
		b, err := safejson.Marshal(c.report)
		if err != nil || string(b) != c.json {
			t.Errorf("%s: got %s, %v, want %s", name, b, err, c.json)
		}
		if got := c.report.String(); got != c.text {
			t.Errorf("%s: got %q, want %q", name, got, c.text)
		}
	}
}
