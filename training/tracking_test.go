package training

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"latentspace/rundir"
)

// tracker is as much of a server of MLflow as a run asks for.
type tracker struct {
	mu      sync.Mutex
	away    bool
	metrics map[string][]float64 // steps by key
	params  map[string]string
	runs    int
	status  string
}

func (s *tracker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	switch path := strings.TrimPrefix(r.URL.Path, "/api/2.0/mlflow/"); path {
	case "experiments/get-by-name":
		fmt.Fprint(w, `{"experiment": {"experiment_id": "1"}}`)
	case "runs/create":
		s.runs++
		fmt.Fprint(w, `{"run": {"info": {"run_id": "a"}}}`)
	case "runs/log-batch":
		var batch struct {
			Metrics []struct {
				Key  string
				Step float64
			}
			Params []struct{ Key, Value string }
		}
		if err := json.NewDecoder(r.Body).Decode(&batch); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
		for _, m := range batch.Metrics {
			s.metrics[m.Key] = append(s.metrics[m.Key], m.Step)
		}
		for _, p := range batch.Params {
			s.params[p.Key] = p.Value
		}
		fmt.Fprint(w, "{}")
	case "metrics/get-history":
		var all []any
		for _, step := range s.metrics[r.URL.Query().Get("metric_key")] {
			all = append(all, map[string]any{"step": step})
		}
		if err := json.NewEncoder(w).Encode(map[string]any{"metrics": all}); err != nil {
			panic(err)
		}
	case "runs/update":
		s.status = "FINISHED"
		fmt.Fprint(w, "{}")
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (s *tracker) setAway(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = away
}

// A server that is away for a while, and a process that is killed, leave no gap on the server and
// no doubles, and the weights are those of a run that is not tracked.
func TestAServerThatIsAwayMissesNothing(t *testing.T) {
	s := &tracker{metrics: map[string][]float64{}, params: map[string]string{}}
	web := httptest.NewServer(s)
	defer web.Close()
	src, dir := tiny["vae"], filepath.Join(t.TempDir(), "run")
	sets := []string{"train.log=[{kind: mlflow, uri: " + web.URL + "}]", "train.samples=0"}
	plain, err := Run(context.Background(), parse(t, src), Options{Dir: filepath.Join(t.TempDir(), "plain"), Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	atKill := filepath.Join(t.TempDir(), "killed")
	_, err = Run(ctx, parse(t, src, sets...), Options{Dir: dir, Log: io.Discard, now: noon, hook: func(step int, _ *trainer) {
		switch step {
		case 5: // before the copy: the server then has an epoch that the copy lacks
			copyRun(t, dir, atKill)
		case 8:
			cancel()
		}
	}})
	if err == nil {
		t.Fatal("no error of a run that is stopped")
	}
	var log strings.Builder
	m, err := Run(context.Background(), parse(t, src, sets...), Options{Dir: atKill, Log: &log, now: noon, hook: func(step int, _ *trainer) {
		switch step {
		case 10:
			s.setAway(true)
		case 20:
			s.setAway(false)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	records, err := rundir.ReadMetrics(atKill)
	if err != nil {
		t.Fatal(err)
	}
	var want []float64
	for _, r := range records {
		want = append(want, float64(r.Step))
	}
	for _, key := range []string{"epoch", "train/loss", "valid/kl"} {
		if got := s.metrics[key]; !slices.Equal(got, want) || len(got) != 4 {
			t.Errorf("%s at the steps %v, want %v", key, got, want)
		}
	}
	if s.runs != 1 || s.status != "FINISHED" || s.params["model.latent"] != "3" {
		t.Errorf("%d runs, status %q, parameters %v", s.runs, s.status, s.params)
	}
	away := "mlflow: " + web.URL + ": runs/log-batch: status 503 Service Unavailable"
	if !slices.Contains(m.Warnings, away) || strings.Count(log.String(), "warning: "+away) != 1 {
		t.Errorf("warnings %q, want %q once; the log:\n%s", m.Warnings, away, &log)
	}
	if m.ParamsSHA256 != plain.ParamsSHA256 {
		t.Errorf("weights %s, want %s", m.ParamsSHA256, plain.ParamsSHA256)
	}
}

// mlflowServer runs a server of MLflow in one process.
const mlflowServer = `
import os, sys
from mlflow import server
(host, port), folder = sys.argv[1].split(":"), sys.argv[2]
os.environ[server.BACKEND_STORE_URI_ENV_VAR] = "sqlite:///" + folder + "/runs.db"
os.environ[server.ARTIFACT_ROOT_ENV_VAR] = folder
server.app.run(host=host, port=int(port))
`

// A real server of MLflow has every number of metrics.jsonl at its step, once, after a kill.
func TestAServerOfMLflowHasARun(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	if exec.Command(python, "-c", "import mlflow.server").Run() != nil {
		t.Skip("python3 has no mlflow: pip install mlflow")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, python, "-c", mlflowServer, address, t.TempDir())
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		stop()
		_ = server.Wait() // it was killed
	}()
	for try := 0; ; try++ {
		response, err := http.Get("http://" + address + "/health")
		if err == nil {
			response.Body.Close()
			break
		}
		if try == 600 {
			t.Fatalf("the server does not begin: %v", err)
		}
		time.Sleep(100 * time.Millisecond)
	}
	src, dir := tiny["vae"], filepath.Join(t.TempDir(), "run")
	sets := []string{"train.log=[{kind: mlflow, uri: 'http://" + address + "'}]", "train.samples=0"}
	stopAt(t, parse(t, src, sets...), dir, 10)
	m, err := Run(context.Background(), parse(t, src, sets...), Options{Dir: dir, Log: io.Discard})
	if err != nil || slices.ContainsFunc(m.Warnings, func(w string) bool { return strings.HasPrefix(w, "mlflow") }) {
		t.Fatalf("%v, %q", err, m.Warnings)
	}
	records, err := rundir.ReadMetrics(dir)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Post("http://"+address+"/api/2.0/mlflow/runs/search", "application/json", strings.NewReader(`{"experiment_ids": ["1"]}`))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	var found struct {
		Runs []struct {
			Info struct {
				RunID   string `json:"run_id"`
				RunName string `json:"run_name"`
				Status  string
			}
			Data struct{ Params []struct{ Key, Value string } }
		}
	}
	if err := json.Unmarshal(out, &found); err != nil || len(found.Runs) != 1 {
		t.Fatalf("%v, %s", err, out)
	}
	run := found.Runs[0]
	if run.Info.Status != "FINISHED" || run.Info.RunName != "vae" || len(run.Data.Params) < 20 {
		t.Errorf("the run: %+v", run)
	}
	for _, key := range []string{"train/loss", "valid/kl"} {
		response, err := http.Get("http://" + address + "/api/2.0/mlflow/metrics/get-history?metric_key=" + key + "&run_id=" + run.Info.RunID)
		if err != nil {
			t.Fatal(err)
		}
		var history struct {
			Metrics []struct {
				Value float64
				Step  int
			}
		}
		err = json.NewDecoder(response.Body).Decode(&history)
		response.Body.Close()
		if err != nil || len(history.Metrics) != len(records) {
			t.Fatalf("%s: %v, %d values, want %d", key, err, len(history.Metrics), len(records))
		}
		for i, r := range records {
			of := r.Train
			if strings.HasPrefix(key, "valid/") {
				of = r.Valid
			}
			want, _ := of.Get(key[len("train/"):])
			if got := history.Metrics[i]; got.Step != r.Step || got.Value != want {
				t.Errorf("%s: %+v, want %v at step %d", key, got, want, r.Step)
			}
		}
	}
}
