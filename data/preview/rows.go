package preview

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"latentspace/data"
	"latentspace/data/columns"
	"latentspace/example"
)

const (
	rowsShown    = 4
	columnsShown = 30
	cellShown    = 20 // characters of a cell
)

// Rows is some rows of a table, chosen by the seed, as text: a line for each column, with its kind,
// and of each row the cell and the value that the model sees. A missing cell is a dash.
func Rows(ds data.Dataset, seed uint64) (string, error) {
	schema := ds.Schema()
	if !schema.IsTable() || ds.Len() == 0 {
		return "", fmt.Errorf("preview: %d examples of shape %v, want rows of a table", ds.Len(), schema.Shape())
	}
	some := data.Some(ds.Len(), rowsShown, seed, "preview")
	rows := make([][]float32, len(some))
	for k, i := range some {
		rows[k] = make([]float32, schema.Width())
		if err := ds.Read(i, rows[k]); err != nil {
			return "", fmt.Errorf("preview: example %d: %w", i, err)
		}
	}
	var b strings.Builder
	fmt.Fprintln(&b, "training rows as the model sees them: cell → value")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	at := 0
	for k, f := range schema.Fields {
		if k == columnsShown {
			break
		}
		line := []string{"  " + shortened(f.Name), kind(f)}
		for _, row := range rows {
			line = append(line, seen(f, row[at:at+f.Width()]))
		}
		fmt.Fprintln(w, strings.Join(line, "\t"))
		at += f.Width()
	}
	w.Flush() // a Builder returns no error
	if more := len(schema.Fields) - columnsShown; more > 0 {
		fmt.Fprintf(&b, "  and %d columns more\n", more)
	}
	return b.String(), nil
}

// kind says how a model sees a column.
func kind(f example.Field) string {
	switch {
	case f.Column != nil && len(f.Column.Bins) > 0:
		return fmt.Sprintf("%d bins", len(f.Words))
	case f.Indexed():
		return fmt.Sprintf("%d words", len(f.Words))
	}
	return "number"
}

// seen is a cell and the value that the model sees of it.
func seen(f example.Field, values []float32) string {
	const middle = 0.5
	if f.Gaps && values[len(values)-1] == 0 {
		return "–"
	}
	value := strconv.FormatFloat(float64(values[0]), 'f', 2, 64)
	if f.Indexed() {
		value = strconv.Itoa(int(values[0]))
	}
	return shortened(columns.Text(f, values, middle)) + " → " + value
}

// shortened ends long words in an ellipsis. Nothing in it breaks a line.
func shortened(words string) string {
	runes := []rune(strings.Join(strings.Fields(words), " "))
	if len(runes) <= cellShown {
		return string(runes)
	}
	return string(runes[:cellShown-1]) + "…"
}
