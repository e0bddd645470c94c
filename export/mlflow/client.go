// Package mlflow sends what is measured to a server of MLflow, by its REST API:
// https://mlflow.org/docs/latest/rest-api.html.
package mlflow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"latentspace/internal/safejson"
)

// patience is how long a request may take.
const patience = 10 * time.Second

// mostAnswer is the longest answer that is read, in bytes.
const mostAnswer = 64 << 20

// The most that a request may hold, and the longest value of a parameter, of every version of the
// server.
const (
	mostMetrics    = 1000
	mostParams     = 100
	mostParamValue = 500
)

// Server is a server of MLflow.
type Server struct {
	URI string // such as http://localhost:5000
}

// Metric is a number at a step.
type Metric struct {
	Key       string  `json:"key"`
	Value     float64 `json:"value"`
	Timestamp int64   `json:"timestamp"` // milliseconds since 1970
	Step      int64   `json:"step"`
}

// refusal is an answer of the server that is an error.
type refusal struct {
	Code    string `json:"error_code"`
	Message string `json:"message"`
	status  string
}

func (r *refusal) Error() string {
	return strings.TrimSpace(r.status + " " + r.Code + " " + r.Message)
}

// call makes a request and reads its answer.
func (s Server) call(ctx context.Context, method, path string, query url.Values, body, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	address := strings.TrimSuffix(s.URI, "/") + "/api/2.0/mlflow/" + path
	if query != nil {
		address += "?" + query.Encode()
	}
	if err := exchange(ctx, method, address, body, answer); err != nil {
		return fmt.Errorf("mlflow: %s: %s: %w", s.URI, path, err)
	}
	return nil
}

func exchange(ctx context.Context, method, address string, body, answer any) error {
	var content io.Reader
	if body != nil {
		b, err := safejson.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(b)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return errors.Unwrap(err) // a url.Error, whose address the caller names
	}
	defer response.Body.Close()
	b, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		refused := &refusal{status: "status " + response.Status}
		_ = json.Unmarshal(b, refused) // an answer of another form has its status alone
		return refused
	}
	if err := json.Unmarshal(b, answer); err != nil {
		return fmt.Errorf("an answer that is none of MLflow's: %w", err)
	}
	return nil
}

// Experiment returns the identity of the experiment of a name, which it makes if there is none.
func (s Server) Experiment(ctx context.Context, name string) (id string, err error) {
	var found struct {
		Experiment struct {
			ID string `json:"experiment_id"`
		} `json:"experiment"`
	}
	err = s.call(ctx, http.MethodGet, "experiments/get-by-name", url.Values{"experiment_name": {name}}, nil, &found)
	if refused, ok := errors.AsType[*refusal](err); !ok || refused.Code != "RESOURCE_DOES_NOT_EXIST" {
		return found.Experiment.ID, err
	}
	var made struct {
		ID string `json:"experiment_id"`
	}
	err = s.call(ctx, http.MethodPost, "experiments/create", nil, map[string]string{"name": name}, &made)
	return made.ID, err
}

// Create begins a run and returns its identity.
func (s Server) Create(ctx context.Context, experiment, name string, start time.Time) (id string, err error) {
	var made struct {
		Run struct {
			Info struct {
				ID string `json:"run_id"`
			} `json:"info"`
		} `json:"run"`
	}
	err = s.call(ctx, http.MethodPost, "runs/create", nil, map[string]any{
		"experiment_id": experiment, "run_name": name, "start_time": start.UnixMilli(),
	}, &made)
	if err == nil && made.Run.Info.ID == "" {
		err = fmt.Errorf("mlflow: %s: runs/create: an answer without run_id", s.URI)
	}
	return made.Run.Info.ID, err
}

// Metrics logs numbers of a run. They come at most a thousand in a request.
func (s Server) Metrics(ctx context.Context, run string, metrics []Metric) error {
	for some := range slices.Chunk(metrics, mostMetrics) {
		if err := s.call(ctx, http.MethodPost, "runs/log-batch", nil, map[string]any{"run_id": run, "metrics": some}, &struct{}{}); err != nil {
			return err
		}
	}
	return nil
}

// Params logs parameters of a run, which cannot change. Long values are cut.
func (s Server) Params(ctx context.Context, run string, params map[string]string) error {
	type param struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(params)), mostParams) {
		var all []param
		for _, key := range some {
			value := params[key]
			if len(value) > mostParamValue {
				value = strings.ToValidUTF8(value[:mostParamValue-3], "") + "…"
			}
			all = append(all, param{key, value})
		}
		if err := s.call(ctx, http.MethodPost, "runs/log-batch", nil, map[string]any{"run_id": run, "params": all}, &struct{}{}); err != nil {
			return err
		}
	}
	return nil
}

// History returns the values that the server has of a metric.
func (s Server) History(ctx context.Context, run, key string) ([]Metric, error) {
	var all []Metric
	query := url.Values{"run_id": {run}, "metric_key": {key}}
	for {
		var page struct {
			Metrics []struct {
				Value     float64
				Timestamp json.Number
				Step      json.Number
			}
			Next string `json:"next_page_token"`
		}
		if err := s.call(ctx, http.MethodGet, "metrics/get-history", query, nil, &page); err != nil {
			return nil, err
		}
		for _, m := range page.Metrics {
			step, err := m.Step.Int64()
			if err != nil && m.Step != "" { // 0 is left out
				return nil, fmt.Errorf("mlflow: %s: metrics/get-history: step %q, want a whole number", s.URI, m.Step)
			}
			at, _ := m.Timestamp.Int64() // which nobody needs
			all = append(all, Metric{key, m.Value, at, step})
		}
		if page.Next == "" || len(page.Metrics) == 0 {
			return all, nil
		}
		query.Set("page_token", page.Next)
	}
}

// Finish says that a run is finished.
func (s Server) Finish(ctx context.Context, run string, end time.Time) error {
	return s.call(ctx, http.MethodPost, "runs/update", nil, map[string]any{
		"run_id": run, "status": "FINISHED", "end_time": end.UnixMilli(),
	}, &struct{}{})
}
