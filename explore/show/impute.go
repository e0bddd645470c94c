package show

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"latentspace/explore"
	"latentspace/export"
	"latentspace/training"
)

// Impute writes the table with its missing cells filled, and beside it a table of the cells that
// were: the row, the column and what it has now.
func Impute(ctx context.Context, m *training.Trained, v explore.Impute, to Output) (fmt.Stringer, error) {
	start := time.Now()
	if err := to.check(".csv", ".tsv"); err != nil {
		return nil, err
	}
	r, err := v.Run(ctx, m)
	if err != nil {
		return nil, err
	}
	file := to.path(m, "imputed.csv")
	separator := ','
	if strings.EqualFold(filepath.Ext(file), ".tsv") {
		separator = '\t'
	}
	err = export.Cells(file, separator, r.Header, func(write func([]string) error) error {
		for _, row := range r.Rows {
			if err := write(row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	list := beside(file, "-cells.csv")
	err = export.Table(list, []string{"row", "column", "value"}, func(write func([]string) error) error {
		for _, c := range r.Filled {
			if err := write([]string{c.Row, c.Column, c.Text}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return Report{written(m, start, r.Report.Rows, file, list), r.Report}, nil
}
