package atlas

import (
	"context"
	"fmt"
	"strings"

	"latentspace/data"
	"latentspace/explore"
	"latentspace/explore/attributes"
)

// Direction is a way through the latent space along which an attribute changes, and what else
// was measured to change with it.
type Direction struct {
	Of        string               `json:"of"`
	Direction []float32            `json:"direction"` // of a strength of 1
	Unit      string               `json:"unit"`      // what a strength of 1 is
	Strengths []float64            `json:"strengths"`
	Readings  []attributes.Reading `json:"readings"` // at each strength
	Summary   string               `json:"summary"`
}

// mostChecked is how many examples a direction is checked on.
const mostChecked = 200

// direct fits the direction of an attribute and measures what it does.
func (a *Atlas) direct(ctx context.Context, name string, watch Watch) error {
	held, err := a.held(ctx)
	if err != nil {
		return err
	}
	r, err := explore.Vary{
		Options:   explore.Options{N: 1, Seed: a.o.Seed, Split: held, Watch: watch},
		Attribute: name, Method: "means", Steps: 5, Range: 2, From: -1, Fit: mostFitted, Check: mostChecked,
	}.Run(ctx, a.m)
	if err != nil {
		return err
	}
	d := Direction{
		Of: name, Direction: r.Report.Direction, Unit: r.Report.Unit, Strengths: r.Report.Strengths,
		Readings: r.Report.Readings, Summary: strings.TrimSpace(r.Report.Summary()),
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.directions[name] = d
	return nil
}

// held is the split that directions are checked on: one that they are not fitted to, if there is one.
func (a *Atlas) held(ctx context.Context) (string, error) {
	splits, err := a.m.Data(ctx)
	if err != nil {
		return "", err
	}
	for _, s := range []struct {
		name string
		ds   data.Dataset
	}{{"test", splits.Test}, {"valid", splits.Valid}} {
		if s.ds.Len() > 0 {
			return s.name, nil
		}
	}
	return "train", nil
}

// Direction is one that was prepared. One that was not is an error of [ErrNotReady].
func (a *Atlas) Direction(of string) (Direction, error) {
	if err := a.CheckPrepared("direction:" + of); err != nil {
		return Direction{}, fmt.Errorf("there is no direction %.60q", of)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	d, ok := a.directions[of]
	if !ok {
		return Direction{}, fmt.Errorf("%w direction:%s first", ErrNotReady, of)
	}
	return d, nil
}
