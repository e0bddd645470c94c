package rundir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"time"

	"latentspace/experiments"
	"latentspace/export/mlflow"
	"latentspace/internal/safejson"
	"latentspace/internal/untrusted"
	"latentspace/settings"
)

// trackingFile says which run on a server of MLflow is that of the folder.
const trackingFile = "mlflow.json"

// Tracking sends the records of a run to a server of MLflow. Which of them the server has, it says
// itself, so that a run which goes on sends no record twice.
type Tracking struct {
	Dir    string
	Config experiments.Config
	To     experiments.MLflow
	Now    func() time.Time

	run  string
	sent map[int]bool // steps of records that the server has; nil before it was asked
	rest time.Time    // when a server that was away is next asked
}

// tracked is what trackingFile has.
type tracked struct {
	URI string `json:"uri"`
	Run string `json:"run_id"`
}

// Send sends the records that the server does not have. After a failure that took long it does
// nothing for ten times as long, so that a server that does not answer holds up no training.
func (t *Tracking) Send(ctx context.Context, records []Record) error {
	begun := t.Now()
	if begun.Before(t.rest) {
		return nil
	}
	err := t.send(ctx, records)
	if err != nil {
		now := t.Now()
		t.rest = now.Add(10 * now.Sub(begun))
	}
	return err
}

func (t *Tracking) send(ctx context.Context, records []Record) error {
	server := mlflow.Server{URI: t.To.URI}
	if t.run == "" {
		if err := t.find(ctx, server); err != nil {
			return err
		}
	}
	if t.sent == nil {
		had, err := server.History(ctx, t.run, epochTag)
		if err != nil {
			return err
		}
		t.sent = map[int]bool{}
		for _, m := range had {
			t.sent[int(m.Step)] = true
		}
	}
	for _, r := range records {
		if t.sent[r.Step] {
			continue
		}
		if err := server.Metrics(ctx, t.run, t.metrics(r)); err != nil {
			return err
		}
		t.sent[r.Step] = true
	}
	return nil
}

// GoBack notes that the run goes back to a step. What comes after it is sent again: a server of MLflow
// deletes nothing, and shows the newer of two values at a step.
func (t *Tracking) GoBack(step int) {
	maps.DeleteFunc(t.sent, func(at int, _ bool) bool { return at > step })
}

// Finish sends what is missing, and says that the run is finished.
func (t *Tracking) Finish(ctx context.Context, records []Record) error {
	t.rest = time.Time{}
	if err := t.Send(ctx, records); err != nil {
		return err
	}
	return mlflow.Server{URI: t.To.URI}.Finish(ctx, t.run, t.Now())
}

// find looks up the run on the server, or begins one there, with the experiment as parameters.
func (t *Tracking) find(ctx context.Context, server mlflow.Server) error {
	name := filepath.Join(t.Dir, trackingFile)
	b, err := untrusted.ReadFile(name, untrusted.Manifest)
	switch {
	case err == nil:
		var of tracked
		if err := untrusted.DecodeJSON(b, &of); err != nil {
			return fmt.Errorf("rundir: %s: %w", name, err)
		}
		if of.URI == t.To.URI && of.Run != "" {
			t.run = of.Run
			return nil
		}
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("rundir: %w", err)
	}
	experiment, err := server.Experiment(ctx, t.To.Experiment)
	if err != nil {
		return err
	}
	run, err := server.Create(ctx, experiment, t.Config.Name, t.Now())
	if err != nil {
		return err
	}
	if err := server.Params(ctx, run, settings.Leaves(t.Config, experiments.Registry)); err != nil {
		return err
	}
	t.run = run
	return writeFile(name, func(w io.Writer) error { return safejson.WriteIndented(w, tracked{t.To.URI, run}) })
}

// metrics are the numbers of a record that are finite. The epoch comes last, by which the record is
// known to be there.
func (t *Tracking) metrics(r Record) []mlflow.Metric {
	var all []mlflow.Metric
	at := t.Now().UnixMilli()
	r.each(func(tag string, x float64) {
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			all = append(all, mlflow.Metric{Key: tag, Value: x, Timestamp: at, Step: int64(r.Step)})
		}
	})
	slices.Reverse(all)
	return all
}

// each calls add with the numbers of the record, by the names that logs have for them: first the
// epoch.
func (r Record) each(add func(tag string, x float64)) {
	add(epochTag, float64(r.Epoch))
	for _, m := range r.Train {
		add("train/"+m.Name, m.Value)
	}
	for _, m := range r.Valid {
		add("valid/"+m.Name, m.Value)
	}
	for _, name := range slices.Sorted(maps.Keys(r.Figures)) {
		add("figures/"+name, r.Figures[name].Value)
		add("standard_errors/"+name, r.Figures[name].Error)
	}
	if r.Diversity != nil {
		add("diversity", r.Diversity.Value)
	}
}
