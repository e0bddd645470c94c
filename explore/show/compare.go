package show

import (
	"context"
	"fmt"
	"image"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"latentspace/experiments"
	"latentspace/explore"
	"latentspace/export"
	"latentspace/render"
)

// compared is the report of a comparison, which tells what was written last.
type compared struct{ Report }

// String is the report for a person.
func (c compared) String() string {
	return c.Found.String() + fmt.Sprintf("wrote %s and %s\n", c.File, c.Also[0])
}

// Compare sets several runs side by side and draws one figure over another, as .png and .svg. A run
// without a report of its newest weights is measured first.
func Compare(ctx context.Context, runs Runs, v explore.Compare, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(".png"); err != nil {
		return nil, err
	}
	if len(runs.Paths) < 2 {
		return nil, experiments.Usagef("%d runs, want two or more to compare: sample compare RUN RUN, each a run's folder, a checkpoint or a report", len(runs.Paths))
	}
	if err := v.Check(); err != nil {
		return nil, err
	}
	var reports []explore.EvaluateReport
	for _, run := range runs.Paths {
		r, err := runs.report(ctx, run, v.Evaluate)
		if err != nil {
			return nil, err
		}
		reports = append(reports, r.EvaluateReport)
	}
	r, err := v.Run(reports, named(runs.Paths))
	if err != nil {
		return nil, err
	}
	marks, chart := marksOf(reports, r)
	img, err := render.Marks(marks, chart)
	if err != nil {
		return nil, err
	}
	file := to.File
	if file == "" {
		file = filepath.Join(filepath.Dir(filepath.Clean(runs.Paths[0])), "compare.png")
	}
	w := Written{File: file, Also: []string{beside(file, ".svg")}, N: len(reports), Seconds: time.Since(start).Seconds()}
	if err := writeChart(w, img, marks, chart); err != nil {
		return nil, err
	}
	return compared{Report{w, r}}, nil
}

func writeChart(w Written, img image.Image, marks []render.Mark, o render.MarkOptions) error {
	if err := export.File(w.Also[0], func(f io.Writer) error { return render.WriteMarksSVG(f, marks, o) }); err != nil {
		return err
	}
	return export.PNG(w.File, img)
}

// named are short names of runs that differ: the last parts of their paths, or all of them.
func named(runs []string) []string {
	short := func(run string) string {
		base := filepath.Base(filepath.Clean(run))
		return strings.TrimSuffix(strings.TrimSuffix(base, ".json"), ".safetensors")
	}
	names, count := make([]string, len(runs)), map[string]int{}
	for i, run := range runs {
		names[i] = short(run)
		count[names[i]]++
	}
	for i, run := range runs {
		if count[names[i]] > 1 {
			names[i] = run
		}
	}
	for i, name := range names { // one run twice
		if k := slices.Index(names, name); k < i {
			names[i] = fmt.Sprintf("%s (%d)", name, i+1)
		}
	}
	return names
}
