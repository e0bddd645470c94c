package mlflow_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"latentspace/export/mlflow"
)

// Numbers are logged to a run of a server. This one prints what it is asked.
func ExampleServer() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Method, r.URL.Path)
		fmt.Fprint(w, "{}")
	}))
	defer server.Close()
	s := mlflow.Server{URI: server.URL}
	err := s.Metrics(context.Background(), "a1b2", []mlflow.Metric{{Key: "train/loss", Value: 0.25, Step: 100}})
	fmt.Println(err)
	// Output:
	// POST /api/2.0/mlflow/runs/log-batch
	// <nil>
}
