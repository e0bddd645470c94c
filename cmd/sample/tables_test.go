package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// One table of attributes, in the ways that programs write it, gives one direction, and what it
// was taken for is told.
func TestOneDirectionOfManyTables(t *testing.T) {
	dir := trainedRun(t, "points")
	file := func(header string, row func(i int, age float64, wears string) string) string {
		text := header + "\n"
		for i := range 100 {
			text += row(i, float64(i*i%17)/4-1.5, []string{"no", "yes"}[i/3%2]) + "\n"
		}
		return text
	}
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	plain := file("age,wears", func(_ int, age float64, wears string) string { return number(age) + "," + wears })
	var wide []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + plain)) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	var want []float64
	for _, c := range []struct{ name, text, says string }{
		{"plain.csv", plain, "plain.csv: commas, header, 100 rows\n"},
		{"blanks.csv", file("age, wears", func(_ int, age float64, wears string) string { return number(age) + ", " + wears }), "commas, header, 100 rows\n"},
		{"padded.csv", file("age,wears", func(_ int, age float64, wears string) string { return fmt.Sprintf("%9s,%7s", number(age), wears) }), "commas, header, 100 rows\n"},
		{"semicolon.csv", strings.ReplaceAll(plain, ",", ";"), "semicolons, header, 100 rows\n"},
		{"comma-decimal.csv", strings.NewReplacer(",", ";", ".", ",").Replace(plain), "semicolons, decimal commas, header, 100 rows\n"},
		{"tab.tsv", strings.ReplaceAll(plain, ",", "\t"), "tabs, header, 100 rows\n"},
		{"utf16.csv", string(wide), "UTF-16, commas, header, 100 rows\n"},
		{"comment.csv", "# made elsewhere\n" + plain, "commas, header below a comment, 100 rows\n"},
		{"pandas.csv", file(",age,wears", func(i int, age float64, wears string) string { return fmt.Sprintf("%d,%s,%s", i, number(age), wears) }),
			"column 1 (without a name) is left out: it counts the rows from 0\n"},
		{"index.csv", file("age, wears, Index", func(i int, age float64, wears string) string { return fmt.Sprintf("%s, %s, %d", number(age), wears, i) }),
			"column Index: the numbers of the examples\n"},
		{"id.csv", file("image_id,age,wears", func(i int, age float64, wears string) string {
			return fmt.Sprintf("%06d.jpg,%s,%s", i, number(age), wears)
		}),
			"column image_id is left out: 100 different words in 100 rows, taken for identifiers\n"},
		{"dates.csv", file("when,age,wears", func(i int, age float64, wears string) string {
			return fmt.Sprintf("2025-%02d-%02d,%s,%s", 1+i%12, 1+i%28, number(age), wears)
		}), "column when is left out: more than 20 different dates or times; "},
		{"thousands.csv", file("age,wears", func(_ int, age float64, wears string) string {
			v := int(4*age) + 10 // 4 and more, and 1001 times that in the table
			return fmt.Sprintf("\"%d,%03d\",%s", v, v, wears)
		}), "column age: thousands separated by commas\n"},
		{"missing.csv", file("age,wears", func(i int, age float64, wears string) string {
			if i%20 == 0 {
				return "NA," + wears
			}
			return number(age) + "," + wears
		}), "column age: 5 missing (NA)"},
	} {
		if err := os.WriteFile(filepath.Join(dir, c.name), []byte(c.text), 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(sampler, "vary", "-attributes", c.name, "-attribute", "age", "-against", "wears", "-method", "regression", "-steps", "3", "-n", "1", "-json")
		cmd.Dir = dir
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		var v variedJSON
		if err != nil || json.Unmarshal(out, &v) != nil {
			t.Errorf("%s: %v: %s\n%s", c.name, err, out, &stderr)
			continue
		}
		if want == nil {
			want = v.Direction
		}
		same := c.name != "thousands.csv" && c.name != "missing.csv"
		if same && !slices.Equal(v.Direction, want) || v.Codes+v.Missing != 80 || (v.Missing > 0) != (c.name == "missing.csv") {
			t.Errorf("%s: the direction of %d codes without %d is %v, want %v of 80", c.name, v.Codes, v.Missing, v.Direction, want)
		}
		if !strings.Contains(stderr.String(), c.says) {
			t.Errorf("%s: it says\n%s, want\n%s", c.name, &stderr, c.says)
		}
	}
}
