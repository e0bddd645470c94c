package show

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"latentspace/experiments"
	"latentspace/explore"
	"latentspace/export"
	"latentspace/training"
)

// ScoreOutput says where scores are written, and a picture of the oddest examples.
type ScoreOutput struct {
	Output
	Picture string // a file for the picture, if there is to be one
}

// Score writes a row for each example: its name, its scores, the quantile among training examples,
// whether it is odd, and the places that make it so.
func Score(ctx context.Context, m *training.Trained, v explore.Score, to ScoreOutput) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(".csv"); err != nil {
		return nil, err
	}
	if to.Picture != "" {
		if !m.Schema.IsPicture() || !m.CanDecode() {
			return nil, experiments.Usagef("-picture %s: there are pictures of the oddest examples of models that decode pictures alone", to.Picture)
		}
		if err := explore.OneOf("-picture "+to.Picture+": ending", strings.ToLower(filepath.Ext(to.Picture)), []string{".png"}); err != nil {
			return nil, err
		}
	} else {
		v.Pictures = 0
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	file := to.path(m, "scores.csv")
	if err := writeScores(file, r); err != nil {
		return nil, err
	}
	var also []string
	if r.Oddest != nil {
		if err := writeStrip(to.Picture, *r.Oddest, layout(*r.Oddest)); err != nil {
			return nil, err
		}
		also = append(also, to.Picture)
	}
	return Report{written(m, start, r.Report.N, file, also...), r.Report}, nil
}

// writeScores writes the table.
func writeScores(file string, r explore.ScoreResult) error {
	header := append([]string{"index", "name"}, r.Names...)
	header = append(header, "quantile", "odd", "places")
	return export.Table(file, header, func(write func([]string) error) error {
		for _, e := range r.Examples {
			row := []string{strconv.Itoa(e.Index), e.Name}
			for _, v := range e.Values {
				row = append(row, strconv.FormatFloat(v, 'g', 8, 64))
			}
			odd := "no"
			if e.Odd {
				odd = "yes"
			}
			var places []string
			for _, p := range e.Places {
				places = append(places, p.Place)
			}
			row = append(row, strconv.FormatFloat(e.Quantile, 'g', 6, 64), odd, strings.Join(places, "; "))
			if err := write(row); err != nil {
				return err
			}
		}
		return nil
	})
}
