package show

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/explore"
	"latentspace/internal/untrusted"
)

func TestReportsThatAreNone(t *testing.T) {
	const none = "no report of sample evaluate"
	const good = `{"model":"vae","run":{"params_sha256":"00"},"sections":[{"figures":[{"name":"nll","standard_error":0.1}]}]}`
	for name, c := range map[string]struct{ text, want string }{
		"a report":             {good, ""},
		"no JSON":              {"{", none},
		"another's":            {`{"a": 1}`, none},
		"nothing":              {"", none},
		"no model":             {strings.Replace(good, "vae", "", 1), none},
		"no weights":           {strings.Replace(good, "00", "", 1), none},
		"an error below zero":  {strings.Replace(good, "0.1", "-0.1", 1), "nll has the standard error -0.1, want none below 0"},
		"more than a report's": {good + strings.Repeat(" ", int(untrusted.Report.Most)), "16777323 bytes, want at most 16777216"},
	} {
		file := filepath.Join(t.TempDir(), "r.json")
		if err := os.WriteFile(file, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := readReport(file); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// FuzzReadReport wants an error or a report of any file, never a panic.
func FuzzReadReport(f *testing.F) {
	f.Add([]byte(`{"model":"vae","run":{"name":"a","step":1,"params_sha256":"00"},"sections":[{"name":"likelihood","figures":[{"name":"nll","value":1,"standard_error":0.1}]}],"diagnosis":[]}`))
	f.Add([]byte(`{"model":"vae","run":{"params_sha256":"00"},"sections":[{"figures":null},null],"diagnosis":null}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		file := filepath.Join(t.TempDir(), "r.json")
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
		r, err := readReport(file)
		if err != nil {
			return
		}
		_ = r.String()
		v := explore.Compare{Evaluate: explore.Evaluate{Options: explore.Options{Split: "test"}}}
		_, _ = v.Run([]explore.EvaluateReport{r.EvaluateReport, r.EvaluateReport}, []string{"a", "b"})
	})
}
