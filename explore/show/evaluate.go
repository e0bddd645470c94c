package show

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"latentspace/checkpoints"
	"latentspace/explore"
	"latentspace/export"
	"latentspace/internal/atomicfile"
	"latentspace/internal/panics"
	"latentspace/internal/safejson"
	"latentspace/training"
)

// Evaluated is what was written, and what was measured.
type Evaluated struct {
	Written
	explore.EvaluateReport
}

// MarshalJSON implements [json.Marshaler]: the fields of all that it has, beside each
// other.
func (e Evaluated) MarshalJSON() ([]byte, error) {
	fields, err := e.Report.Fields()
	if err != nil {
		return nil, err
	}
	own, err := safejson.Marshal(struct {
		Written
		Run explore.Run `json:"run"`
		*explore.PriorFit
	}{e.Written, e.Run, e.PriorFit})
	if err != nil {
		return nil, err
	}
	var more map[string]json.RawMessage
	if err := json.Unmarshal(own, &more); err != nil {
		return nil, err
	}
	for name, v := range more {
		fields[name] = v
	}
	return safejson.Marshal(fields)
}

// String is the report for a person.
func (e Evaluated) String() string {
	return e.Report.String() + e.PriorFit.String() + e.Written.String()
}

// Evaluate writes what a model is worth as JSON and, if asked for, as a page. What was measured is
// returned even where it could not be written, beside the error.
func Evaluate(ctx context.Context, m *training.Trained, v explore.Evaluate, to Output, page bool) (fmt.Stringer, error) {
	if err := to.check(".json"); err != nil {
		return nil, err
	}
	result, err := measure(ctx, m, v, to, page)
	if result.Report == nil {
		return nil, err
	}
	return result, err
}

// measure measures and writes, and returns what was measured even where that fails.
func measure(ctx context.Context, m *training.Trained, v explore.Evaluate, to Output, page bool) (Evaluated, error) {
	start := time.Now()
	r, err := v.Run(ctx, m)
	if err != nil {
		return Evaluated{}, err
	}
	name := reportName(m, v.Split, v.Prior.Kind, v.Metrics)
	file := to.path(m, name+".json")
	var also []string
	switch {
	case page && to.File == "":
		also = append(also, filepath.Join(filepath.Dir(file), strings.Replace(name, "evaluate", "report", 1)+".html"))
	case page:
		also = append(also, beside(file, ".html"))
	}
	result := Evaluated{written(m, start, r.Subject.Held.Len(), file, also...), r.Report}
	var pageErr error
	if page {
		pageErr = panics.Caught(func() error { return writePage(ctx, r.Model, also[0], v, r) })
		if ctx.Err() != nil {
			return Evaluated{}, ctx.Err()
		}
		if pageErr != nil {
			result.Also = nil
		}
	}
	err = export.File(file, func(w io.Writer) error { return safejson.WriteIndented(w, result) })
	if err != nil {
		result.File = ""
		if len(result.Also) > 0 { // the page alone
			result.File, result.Also = result.Also[0], nil
		}
		return result, errors.Join(pageErr, err)
	}
	return result, pageErr
}

// reportName is the name of a report beside the checkpoint: evaluate for all figures of a
// run's newest weights on the test set, and longer for another checkpoint, another split, another
// prior or some figures, so that none takes the place of another.
func reportName(m *training.Trained, split, prior string, metrics []string) string {
	name := "evaluate"
	store := checkpoints.Store{Dir: filepath.Dir(m.File), FS: atomicfile.OS{}}
	if steps, err := store.List(); err != nil || len(steps) == 0 || filepath.Base(store.Path(slices.Max(steps))) != filepath.Base(m.File) {
		name += "-" + strings.TrimSuffix(filepath.Base(m.File), filepath.Ext(m.File))
	}
	if split != "test" {
		name += "-" + split
	}
	if prior != "" {
		name += "-" + prior
	}
	if len(metrics) > 0 {
		name += "-some"
	}
	return name
}
