package mlflow

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// answers is a server that gives each path its answer, and keeps the bodies of requests.
func answers(t *testing.T, of map[string]string) (Server, *[]string) {
	t.Helper()
	var got []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, "/api/2.0/mlflow/")
		var body any
		if r.Method == http.MethodPost {
			if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
				t.Error(err)
			}
		}
		b, _ := json.Marshal(body)
		got = append(got, path+"?"+r.URL.RawQuery+" "+string(b))
		answer, ok := of[path+"?"+r.URL.RawQuery]
		if !ok {
			answer, ok = of[path]
		}
		if !ok || strings.Contains(answer, "error_code") {
			w.WriteHeader(http.StatusNotFound)
		}
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(s.Close)
	return Server{s.URL + "/"}, &got
}

func TestRequestsAreThoseOfTheAPI(t *testing.T) {
	s, got := answers(t, map[string]string{
		"experiments/get-by-name": `{"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "none"}`,
		"experiments/create":      `{"experiment_id": "7"}`,
		"runs/create":             `{"run": {"info": {"run_id": "abc"}}}`,
		"runs/log-batch":          `{}`,
		"runs/update":             `{"run_info": {}}`,
	})
	ctx := context.Background()
	id, err := s.Experiment(ctx, "e f")
	if err != nil || id != "7" {
		t.Errorf("experiment %q, %v", id, err)
	}
	run, err := s.Create(ctx, "7", "vae", time.UnixMilli(5))
	if err != nil || run != "abc" {
		t.Errorf("run %q, %v", run, err)
	}
	for _, err := range []error{
		s.Metrics(ctx, run, []Metric{{"train/loss", 0.5, 6, 10}}),
		s.Params(ctx, run, map[string]string{"seed": "1", "long": strings.Repeat("ü", 400)}),
		s.Finish(ctx, run, time.UnixMilli(8)),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	want := []string{
		`experiments/get-by-name?experiment_name=e+f null`,
		`experiments/create? {"name":"e f"}`,
		`runs/create? {"experiment_id":"7","run_name":"vae","start_time":5}`,
		`runs/log-batch? {"metrics":[{"key":"train/loss","step":10,"timestamp":6,"value":0.5}],"run_id":"abc"}`,
		`runs/log-batch? {"params":[{"key":"long","value":"` + strings.Repeat("ü", 248) + `…"},{"key":"seed","value":"1"}],"run_id":"abc"}`,
		`runs/update? {"end_time":8,"run_id":"abc","status":"FINISHED"}`,
	}
	if !slices.Equal(*got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(*got, "\n"), strings.Join(want, "\n"))
	}
}

func TestARequestHoldsAThousandMetrics(t *testing.T) {
	s, got := answers(t, map[string]string{"runs/log-batch": "{}"})
	if err := s.Metrics(context.Background(), "abc", make([]Metric, 1001)); err != nil || len(*got) != 2 {
		t.Errorf("%d requests, %v", len(*got), err)
	}
}

func TestAHistoryHasPages(t *testing.T) {
	s, _ := answers(t, map[string]string{
		"metrics/get-history?metric_key=epoch&run_id=abc":              `{"metrics": [{"key": "epoch", "value": 0, "timestamp": 5}, {"key": "epoch", "value": 1.0, "timestamp": "6", "step": "10"}], "next_page_token": "p"}`,
		"metrics/get-history?metric_key=epoch&page_token=p&run_id=abc": `{"metrics": [{"key": "epoch", "value": 2, "timestamp": 7, "step": 20}]}`,
	})
	got, err := s.History(context.Background(), "abc", "epoch")
	want := []Metric{{"epoch", 0, 5, 0}, {"epoch", 1, 6, 10}, {"epoch", 2, 7, 20}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}

// Whatever a server answers, the error says which server and what.
func TestAnswersThatAreErrors(t *testing.T) {
	s, _ := answers(t, map[string]string{
		"experiments/get-by-name": `{"error_code": "BAD", "message": "no"}`,
		"runs/create":             `{}`,
		"metrics/get-history":     `{"metrics": [{"step": "1.5"}]}`,
		"runs/update":             `<html>`,
	})
	ctx := context.Background()
	check := func(err error, want string) {
		t.Helper()
		if err == nil || !strings.HasPrefix(err.Error(), "mlflow: "+s.URI+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	_, err := s.Experiment(ctx, "e")
	check(err, "experiments/get-by-name: status 404 Not Found BAD no")
	_, err = s.Create(ctx, "7", "vae", time.UnixMilli(5))
	check(err, "without run_id")
	_, err = s.History(ctx, "abc", "epoch")
	check(err, `step "1.5", want a whole number`)
	check(s.Finish(ctx, "abc", time.UnixMilli(5)), "none of MLflow's")
	check(s.Metrics(ctx, "abc", make([]Metric, 1)), "404")
	away := Server{"http://127.0.0.1:1"}
	if err := away.Metrics(ctx, "abc", make([]Metric, 1)); err == nil || !strings.HasPrefix(err.Error(), "mlflow: http://127.0.0.1:1: runs/log-batch: dial tcp") {
		t.Errorf("a server that is away: %v", err)
	}
}
