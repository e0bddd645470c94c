package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"latentspace/data/columns"
	"latentspace/data/division"
	"latentspace/data/locate"
	"latentspace/data/table"
	"latentspace/internal/untrusted"
)

// Table is the rows of a table of text. A column is a field of a row: a number, a word, an ordered
// word, a truth value or a date, which package columns finds out and the notes of the splits say.
// Known of a row is its class, if the table has a column for that, and the other columns.
//
// A field has gaps if a cell of its column is missing anywhere in the file. Words are those of the
// whole file; scales and bins are fitted to the rows to train on. Rows without a class are left out
// of a table that has classes. Rows of the splits are drawn by the seed, with each class in the
// proportion of the whole.
type Table struct {
	File string `yaml:"file" run:"place"` // of the table
	// Label is the column that has the class of a row: auto, none or a name.
	Label string `yaml:"label"`
	// LabelInRow makes the class a part of the row, which the model learns as the other columns.
	LabelInRow bool `yaml:"label_in_row"`
	// Columns says of some columns, by name, what they are: number, integer, boolean, category,
	// ordinal, date, bins (a number as one of some ranges), identifier, ignore or label.
	Columns map[string]string `yaml:"columns"`
	// Dialect is how the file is written where it does not tell, in words with commas: comma,
	// semicolon, tab or bar, decimal-point or decimal-comma, header or no-header.
	Dialect           string `yaml:"dialect"`
	division.Shuffled `yaml:",inline"`
	// Outliers are classes that training never sees. Of a table with some, the class is no part of
	// the row.
	Outliers `yaml:",inline"`
}

// dialectKey says where the dialect of a table to learn from is told, in place of the flag of others.
var dialectKey = strings.NewReplacer("-dialect names", "data.dialect names", "-dialect ", "data.dialect: ")

// leastRows is how many rows a table to learn from has.
const leastRows = 10

// Check reports options outside their ranges. What depends on the file is known only when it is
// read.
func (t Table) Check(report func(key, format string, args ...any)) {
	t.Shuffled.Check(report, -1)
	t.Outliers.check(report)
	if _, err := t.dialect(); err != nil {
		report("dialect", "%v", err)
	}
	for _, name := range slices.Sorted(maps.Keys(t.Columns)) {
		if word := t.Columns[name]; !slices.Contains(columns.Words, word) {
			report("columns."+name, "%.40q, want one of %s", word, strings.Join(columns.Words, ", "))
		}
	}
}

// dialect is what is known of how the file is written.
func (t Table) dialect() (d table.Dialect, err error) {
	if t.Dialect != "" {
		if d, err = table.ParseDialect(t.Dialect); err != nil {
			return d, err
		}
	}
	if d.Header == table.HeaderExpected {
		d.Header = table.HeaderUnknown
	}
	return d, nil
}

// Open implements [Source]. The splits are [Described] if something is known of a row besides what
// the model learns.
func (t Table) Open(ctx context.Context) (*Splits, error) {
	if err := checked("table", t.Check); err != nil {
		return nil, err
	}
	d, err := t.dialect()
	if err != nil {
		return nil, fmt.Errorf("data: table: dialect: %w", err)
	}
	if t.File == "" {
		return nil, fmt.Errorf("data: table: file: empty, want the path of a table of text, such as customers.csv")
	}
	path, err := locate.Home(t.File)
	if err != nil {
		return nil, fmt.Errorf("data: table: file: %w", err)
	}
	f, _, err := untrusted.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("data: table: file: %s: there is no such file, want a table of text: -set data.file=PATH", path)
	}
	if err != nil {
		return nil, fmt.Errorf("data: table: file: %w", err)
	}
	defer f.Close()
	text, err := table.Open(f, path, d)
	if err != nil && strings.Contains(err.Error(), "-dialect ") {
		return nil, fmt.Errorf("data: %s", dialectKey.Replace(err.Error()))
	}
	if err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	splits, err := t.open(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("data: table: %s: %w", path, err)
	}
	splits.Notes = append([]string{filepath.Base(path) + ": " + text.Description()}, splits.Notes...)
	return splits, nil
}

func (t Table) open(ctx context.Context, text *table.Table) (*Splits, error) {
	if err := untrusted.Rows.Check(int64(text.Rows)); err != nil {
		return nil, err
	}
	if err := untrusted.Fields.Check(int64(len(text.Columns))); err != nil {
		return nil, err
	}
	if text.Rows < leastRows {
		return nil, fmt.Errorf("%s, want at least %d to learn from", counted(text.Rows, "row"), leastRows)
	}
	file, err := columns.Read(ctx, text, columns.Options{Label: t.Label, As: t.Columns})
	if err != nil {
		return nil, err
	}
	index, labels := labelledRows(file)
	index, outliers, err := t.apart(file, index)
	if err != nil {
		return nil, err
	}
	if err := checked("table", func(report report) { t.Shuffled.Check(report, len(index)) }); err != nil {
		return nil, err
	}
	train, valid, test := t.divide(index, labels)
	fitted, err := file.Fit(train, t.LabelInRow && len(outliers) == 0)
	if err != nil {
		return nil, err
	}
	splits := newSplits(readRows(file, fitted, train), readRows(file, fitted, valid), readRows(file, fitted, test))
	splits.Notes = fitted.Notes
	if len(outliers) > 0 {
		splits.Outliers = readRows(file, fitted, outliers)
	}
	if n := file.Rows - len(index) - len(outliers); n > 0 {
		splits.Notes = append(splits.Notes, fmt.Sprintf("%s without a label %s left out: label: none keeps them", counted(n, "row"), plural(n, "is", "are")))
	}
	if t.Valid == division.Auto && len(valid) < division.MostHeldOut || t.Test == division.Auto && len(test) < division.MostHeldOut {
		splits.Notes = append(splits.Notes, fmt.Sprintf("of %d rows %d are to train on, %d to choose by and %d to test on, drawn by the seed: data.valid and data.test say other numbers", len(index), len(train), len(valid), len(test)))
	}
	return splits, nil
}

// counted says how many of something there are.
func counted(n int, what string) string { return fmt.Sprintf("%d %s", n, plural(n, what, what+"s")) }

// plural chooses a word by a number.
func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// labelledRows returns the rows that have a class, or all of a table without classes, and the
// classes of all rows; nil if there are none, or more than a byte can tell apart.
func labelledRows(file *columns.File) (index []int, labels []byte) {
	has := file.Labelled() != nil
	if has {
		labels = make([]byte, file.Rows)
	}
	for i := range file.Rows {
		class := file.Class(i)
		if has && class < 0 {
			continue
		}
		index = append(index, i)
		if class > 255 {
			labels = nil
		}
		if labels != nil {
			labels[i] = byte(class)
		}
	}
	return index, labels
}

// apart takes the rows of the classes out that are outliers.
func (t Table) apart(file *columns.File, index []int) (stay, outliers []int, err error) {
	if len(t.Outliers.Outliers) == 0 {
		return index, nil, nil
	}
	label := file.Labelled()
	if label == nil {
		return nil, nil, fmt.Errorf("outliers: %s, of a table without a label", strings.Join(t.Outliers.Outliers, ", "))
	}
	words := label.Words()
	for _, name := range t.Outliers.Outliers {
		if !slices.Contains(words, name) {
			return nil, nil, fmt.Errorf("outliers: no class %q, want some of %s", name, strings.Join(words, ", "))
		}
	}
	for _, i := range index {
		if slices.Contains(t.Outliers.Outliers, words[file.Class(i)]) {
			outliers = append(outliers, i)
		} else {
			stay = append(stay, i)
		}
	}
	if len(stay) < leastRows {
		return nil, nil, fmt.Errorf("outliers: %s, which leaves %s, want at least %d to learn from", strings.Join(t.Outliers.Outliers, ", "), counted(len(stay), "row"), leastRows)
	}
	return stay, outliers, nil
}

// divide draws the rows of each split.
func (t Table) divide(index []int, labels []byte) (train, valid, test []int) {
	h := division.Holdout{Seed: t.Seed}
	some, chosen, reported := t.Sizes(len(index))
	train, test = h.Draw("table.test", index, labels, reported)
	train, valid = h.Draw("table.valid", train, labels, chosen)
	if some < len(train) {
		_, train = h.Draw("table.train", train, labels, some)
	}
	return train, valid, test
}
