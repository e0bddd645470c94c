package experiments

import (
	"net/url"
	"strings"
)

// Log is where the numbers of a run go, beside metrics.jsonl.
type Log interface {
	// Where is the place: two logs of one place would hold everything twice.
	Where() string
}

// Logs are the kinds of [Log] by the names that experiment files have.
var Logs = map[string]Log{
	"tensorboard": TensorBoard{},
	"mlflow":      MLflow{Experiment: "latentspace"},
}

// TensorBoard is a file of events in the run's folder, with pictures and histograms too.
type TensorBoard struct{}

// Where implements [Log].
func (TensorBoard) Where() string { return "tensorboard" }

// MLflow is a run on a server of MLflow. If the server is away, what it missed is sent later.
type MLflow struct {
	URI        string `yaml:"uri"`        // of the server, such as http://localhost:5000
	Experiment string `yaml:"experiment"` // the name of the experiment there; made if there is none
}

// Where implements [Log].
func (m MLflow) Where() string { return "mlflow " + strings.TrimSuffix(m.URI, "/") }

// Check reports the fields that are out of range.
func (m MLflow) Check(report func(key, format string, args ...any)) {
	if u, err := url.Parse(m.URI); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.User != nil {
		report("uri", "%q, want the address of a server of MLflow such as http://localhost:5000", m.URI)
	}
	if m.Experiment == "" {
		report("experiment", "empty, want a name")
	}
}
