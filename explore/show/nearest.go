package show

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"latentspace/explore"
	"latentspace/export"
	"latentspace/training"
)

// Nearest writes pictures or texts in rows, each example before those that are most similar to it, or a
// table with a row for each of these.
func Nearest(ctx context.Context, m *training.Trained, v explore.Nearest, to Output) (fmt.Stringer, error) {
	start := time.Now()
	endings := []string{".csv"}
	name := "nearest.csv"
	if m.Schema.IsPicture() {
		endings, name = append(endings, ".png"), "nearest.png"
	}
	if m.Schema.IsText() {
		endings, name = append(endings, ".txt"), "nearest.txt"
	}
	if err := to.check(endings...); err != nil {
		return nil, err
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	file := to.path(m, name)
	var also []string
	if strings.EqualFold(filepath.Ext(file), ".csv") {
		err = writeNeighbours(file, r.Report.Found)
	} else {
		also, err = writeRows(file, r.Rows, layout(r.Rows))
	}
	if err != nil {
		return nil, err
	}
	return Report{written(m, start, len(r.Report.Found), file, also...).sayingRows(r.Rows), r.Report}, nil
}

// writeNeighbours writes a row for each neighbour of each example.
func writeNeighbours(file string, found []explore.Neighbours) error {
	return export.Table(file, []string{"index", "name", "rank", "nearest", "nearest_name", "distance"}, func(write func([]string) error) error {
		for _, f := range found {
			for k, i := range f.Nearest {
				row := []string{strconv.Itoa(f.Index), f.Name, strconv.Itoa(k + 1), strconv.Itoa(i), f.Names[k], strconv.FormatFloat(f.Distances[k], 'g', 8, 64)}
				if err := write(row); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
