package table

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// load reads a table and the values of its columns.
func load(text string, d Dialect) (*Table, []*Values, error) {
	t, err := Open(strings.NewReader(text), "t.csv", d)
	if err != nil {
		return nil, nil, err
	}
	all := make([]*Values, len(t.Columns))
	for k, c := range t.Columns {
		all[k] = c.Values(t.Rows)
	}
	r, err := t.Reader()
	if err != nil {
		return nil, nil, err
	}
	for {
		_, cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		for k, v := range all {
			if err := v.Add(cells[k]); err != nil {
				return nil, nil, err
			}
		}
	}
	for _, v := range all {
		v.Finish()
	}
	return t, all, nil
}

func widened(text string, order binary.AppendByteOrder) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// One table, as many programs write it, is the same table: age 0.5, missing, −2.25 and wears
// no, yes, no.
func TestOneTableInManyDialects(t *testing.T) {
	for _, c := range []struct{ name, text, description string }{
		{"plain", "age,wears\n0.5,no\n,yes\n-2.25,no\n", "commas, header, 3 rows; column age: 1 missing (empty)"},
		{"blanks after commas", "age, wears\n0.5, no\n, yes\n-2.25, no\n", "commas, header, 3 rows; column age: 1 missing (empty)"},
		{"blanks before quotes", "\"age\", \"wears\"\n0.5, \"no\"\nNA, \"yes\"\n-2.25, \"no\"\n", "commas, header, 3 rows; column age: 1 missing (NA)"},
		{"padded cells", "  age,wears \n   0.5,   no\n   nan,  yes\n -2.25,   no\n", "commas, header, 3 rows; column age: 1 missing (nan)"},
		{"semicolons", "age;wears\n0.5;no\n?;yes\n-2.25;no\n", "semicolons, header, 3 rows; column age: 1 missing (?)"},
		{"semicolons and decimal commas", "age;wears\n0,5;no\nnull;yes\n-2,25;no\n", "semicolons, decimal commas, header, 3 rows; column age: 1 missing (null)"},
		{"decimal commas in quotes", "age,wears\n\"0,5\",no\n\"\",yes\n\"-2,25\",no\n", "commas, decimal commas, header, 3 rows; column age: 1 missing (empty)"},
		{"tabs", "age\twears\n0.5\tno\n\tyes\n-2.25\tno\n", "tabs, header, 3 rows; column age: 1 missing (empty)"},
		{"bars", "age|wears\n0.5|no\n|yes\n-2.25|no\n", "bars, header, 3 rows; column age: 1 missing (empty)"},
		{"ends of lines of Windows", "age,wears\r\n0.5,no\r\n,yes\r\n-2.25,no\r\n", "commas, header, 3 rows; column age: 1 missing (empty)"},
		{"ends of lines of an old Macintosh", "age,wears\r0.5,no\r,yes\r-2.25,no\r", "commas, header, 3 rows; column age: 1 missing (empty)"},
		{"a mark of UTF-8", "\xef\xbb\xbfage,wears\n0.5,no\n,yes\n-2.25,no\n", "commas, header, 3 rows; column age: 1 missing (empty)"},
		{"UTF-16, little endian", widened("\ufeffage,wears\n0.5,no\n,yes\n-2.25,no\n", binary.LittleEndian), "UTF-16, commas, header, 3 rows; column age: 1 missing (empty)"},
		{"UTF-16, big endian", widened("\ufeffage,wears\n0.5,no\n,yes\n-2.25,no\n", binary.BigEndian), "UTF-16, commas, header, 3 rows; column age: 1 missing (empty)"},
		{"UTF-16, without a mark", widened("age,wears\n0.5,no\n,yes\n-2.25,no\n", binary.LittleEndian), "UTF-16 without a byte order mark, commas, header, 3 rows; column age: 1 missing (empty)"},
		{"a comment", "# made, elsewhere\nage,wears\n0.5,no\n,yes\n-2.25,no\n", "commas, header below a comment, 3 rows; column age: 1 missing (empty)"},
		{"comments and blank lines", "# made\n#\n\nage,wears\n\n0.5,no\n,yes\n  \n-2.25,no\n\n", "commas, header below 2 comments, 3 rows; column age: 1 missing (empty)"},
		{"a header of numpy.savetxt", "# age,wears\n0.5,no\n,yes\n-2.25,no\n", "commas, header in the comment of line 1, 3 rows; column age: 1 missing (empty)"},
		{"a separator of Excel", "sep=;\nage;wears\n0,5;no\n;yes\n-2,25;no\n", "semicolons, decimal commas, header, 3 rows; column age: 1 missing (empty)"},
		{"another minus sign", "age,wears\n.5,no\n,yes\n−2.25,no\n", "commas, header, 3 rows; column age: 1 missing (empty)"},
		{"the first row missing", "age,wears\n0.5,no\nN/A,yes\n-225e-2,no\n", "commas, header, 3 rows; column age: 1 missing (N/A)"},
	} {
		table, values, err := load(c.text, Dialect{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := table.Description(); got != c.description {
			t.Errorf("%s: got %q, want %q", c.name, got, c.description)
		}
		if len(values) != 2 || table.Columns[0].Name != "age" || table.Columns[1].Name != "wears" {
			t.Errorf("%s: %d columns", c.name, len(values))
			continue
		}
		age, wears := values[0], values[1]
		if age.Classes != nil || len(age.Numbers) != 3 || age.Numbers[0] != 0.5 || !math.IsNaN(age.Numbers[1]) || age.Numbers[2] != -2.25 {
			t.Errorf("%s: age is %v of %q", c.name, age.Numbers, age.Classes)
		}
		if !slices.Equal(wears.Numbers, []float64{0, 1, 0}) || !slices.Equal(wears.Classes, []string{"no", "yes"}) {
			t.Errorf("%s: wears is %v of %q", c.name, wears.Numbers, wears.Classes)
		}
	}
}

// A column of numbers in the ways that they are written, or the reason why it is not read.
func TestColumnsOfNumbers(t *testing.T) {
	few := strings.Repeat("yes\nno\n", 12)
	for _, c := range []struct {
		name, text string
		d          Dialect
		want       []float64 // of the first column
		says       string    // in the description, or why the column is left out
	}{
		{"thousands in quotes", "a,b\n\"1,852\",x\n\"12,250\",x\n", Dialect{}, []float64{1852, 12250}, "thousands separated by commas"},
		{"thousands and decimals", "a;b\n1,234.5;x\n7;x\n", Dialect{}, []float64{1234.5, 7}, "thousands separated by commas"},
		{"thousands of a table with decimal commas", "a;b\n1.234,5;x\n12.345;x\n", Dialect{}, []float64{1234.5, 12345}, "semicolons, decimal commas, header, 2 rows; column a: thousands separated by points"},
		{"two groups of thousands", "a;b\n1.234.567;x\n7;x\n", Dialect{}, []float64{1234567, 7}, "thousands separated by points"},
		{"thousands that another column explains", "a;b\n1,234;0.5\n5,678;1.5\n", Dialect{}, []float64{1234, 5678}, "thousands separated by commas"},
		{"decimals that another column explains", "a;b\n1,234;0,5\n5,678;1,5\n", Dialect{}, []float64{1.234, 5.678}, "decimal commas"},
		{"decimals that another cell explains", "a;b\n1,234;x\n0,5;x\n", Dialect{}, []float64{1.234, 0.5}, "decimal commas"},
		{"a zero before three decimals", "a;b\n0.125;x\n1.234;x\n", Dialect{}, []float64{0.125, 1.234}, "semicolons, header"},
		{"blanks between thousands", "a,b\n12 250.5,x\n1\u00a0852,x\n", Dialect{}, []float64{12250.5, 1852}, "thousands separated by blanks"},
		{"apostrophes", "a,b\n12'250,x\n1'852,x\n", Dialect{}, []float64{12250, 1852}, "thousands separated by apostrophes"},
		{"three decimals with commas between cells", "a,b\n1.234,x\n5.678,x\n", Dialect{}, []float64{1.234, 5.678}, "commas, header, 2 rows"},
		{"percent", "a,b\n12.5%,x\n3 %,x\n", Dialect{}, []float64{12.5, 3}, "column a: in percent"},
		{"exponents", "a,b\n1e3,x\n-2.5E-1,x\n", Dialect{}, []float64{1000, -0.25}, ""},
		{"a number that is missing first", "a,b\n#N/A,x\n2,x\n", Dialect{}, []float64{math.NaN(), 2}, "1 missing (#N/A)"},

		{"thousands or decimals", "a;b\n1,234;x\n5,678;x\n", Dialect{}, nil, `"1,234" in line 2 is 1234 if decimals follow a point and 1.234 if they follow a comma, and nothing in the table tells which; -dialect decimal-point or -dialect decimal-comma does`},
		{"thousands, as the dialect says", "a;b\n1,234;x\n5,678;x\n", Dialect{Decimal: '.'}, []float64{1234, 5678}, "thousands separated by commas"},
		{"decimals, as the dialect says", "a;b\n1,234;x\n5,678;x\n", Dialect{Decimal: ','}, []float64{1.234, 5.678}, "decimal commas"},
		{"points between thousands or decimals", "a;b\n1.234;x\n5.678;x\n", Dialect{}, nil, `"1.234" in line 2 is 1.234 if decimals follow a point and 1234 if they follow a comma`},
		{"points with tabs between cells", "a\tb\n1.234\tx\n950\tx\n", Dialect{}, nil, `"1.234" in line 2 is 1.234 if decimals follow a point and 1234 if they follow a comma`},
		{"points in one column", "a\n1.234\n5.678\n", Dialect{}, nil, `"1.234" in line 2 is 1.234 if decimals follow a point and 1234 if they follow a comma`},
		{"both, in one column", "a,b\n1.234,x\n\"1,234\",x\n", Dialect{}, nil, "nothing in the table tells which"},
		{"columns that contradict each other", "a;b;c\n1,234;0,5;0.5\n5,678;1,5;0.5\n", Dialect{}, nil, "nothing in the table tells which"},
		{"both marks of decimals", "a;b\n0.5;x\n0,5;x\n", Dialect{}, nil, "line 2 has a number with a decimal point and line 3 one with a decimal comma"},
		{"some percent", "a,b\n12%,x\n0.5,x\n", Dialect{}, nil, "some of its numbers have a percent sign and some have none"},
		{"a word among many numbers", "a\n" + manyNumbers(30) + "unknown\n", Dialect{}, nil, `line 32 has "unknown" among numbers, want numbers alone or words alone`},
		{"a number beyond the range", "a\n" + manyNumbers(30) + "1e999\n", Dialect{}, nil, `line 32 has "1e999" among numbers, want numbers alone or words alone`},
		{"infinity", "a\n" + manyNumbers(30) + "inf\n", Dialect{}, nil, `line 32 has "inf" among numbers`},
		{"a gap in thousands", "a\n" + manyNumbers(30) + "\"1,23,456\"\n", Dialect{}, nil, `line 32 has "1,23,456" among numbers`},
		{"nothing", "a,b\n,x\nNA,x\n", Dialect{}, nil, "every cell is missing"},
		{"few numbers among words", "a\n3\n1\n" + few, Dialect{}, []float64{1, 0, 3, 2}, "column a: numbers among words, taken for words"},
		{"codes with leading zeros", "a,b\n0311,x\n9021,x\n0311,x\n", Dialect{}, []float64{0, 1, 0}, "column a: digits that begin with a zero, taken for words"},
		{"a few dates", "a,b\n2025-01-02,x\n2025-01-01,x\n2025-01-01,x\n", Dialect{}, []float64{1, 0, 0}, "column a: dates, taken for words"},
		{"true in several spellings", "a,b\nTRUE,x\nfalse,x\nTrue,x\n", Dialect{}, []float64{1, 0, 1}, "column a: false and true in any case"},
		{"words that differ in case", "a,b\nLeft,x\nleft,x\nLeft,x\n", Dialect{}, []float64{0, 1, 0}, "commas, header, 3 rows"},
	} {
		table, values, err := load(c.text, c.d)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := values[0].Numbers
		same := func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) }
		if c.want == nil && got != nil || !slices.EqualFunc(got[:min(len(got), len(c.want))], c.want, same) {
			t.Errorf("%s: got %v of %q, want %v", c.name, got, values[0].Classes, c.want)
		}
		says := table.Description()
		if c.want == nil {
			says = table.Columns[0].LeftOut()
		}
		if !strings.Contains(says, c.says) || c.want == nil && !strings.HasPrefix(says, "column a is left out: ") {
			t.Errorf("%s: it says %q, want %q", c.name, says, c.says)
		}
	}
}

func manyNumbers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d\n", 3*i)
	}
	return b.String()
}

func TestTablesThatAreNone(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "empty, want a header and rows"},
		{"comments alone", "# a\n\n", "empty, want a header and rows"},
		{"comments without end", "# a\n" + strings.Repeat("#\n", headBytes), "comments go on beyond 65536 bytes, want a header"},
		{"an archive", "PK\x03\x04\x14", "a zip archive, want a table as text; unpack it"},
		{"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1", "an old workbook (.xls), want a table as text; save its sheet as CSV"},
		{"a page", "<!DOCTYPE html>\n<html>", "an HTML page, as servers send in place of a file that they refuse, want a table as text; get the file itself"},
		{"a pointer", "version https://git-lfs.github.com/spec/v1\noid", "a Git LFS pointer"},
		{"UTF-32", "\xff\xfe\x00\x00a\x00\x00\x00", "text in UTF-32"},
		{"zero bytes", "a,b\n1,\x00\x00\n", "byte 6 is zero, as in a binary file"},
		{"a zero byte far away", "a,b\n" + strings.Repeat("1,2\n", headBytes) + "1,\x00\n", "line 65538: column 2: a zero byte, as in a binary file"},
		{"half a character", widened("\ufeffa,b\n1,2\n", binary.LittleEndian) + "x", "half a character at the end, want text in UTF-16"},
		{"half a pair", widened("\ufeffa,b\n1,", binary.LittleEndian) + "\x00\xd8" + "a\x00", "character 8 is half a character, want text in UTF-16"},
		{"Latin-1", "a,b\n1,Gr\xfcn\n", `line 2: column 2: "Gr\xfcn" is not in UTF-8: save the table in UTF-8`},
		{"a name twice", "a, b,a \n1,2,3\n", `line 1: columns 1 and 3 are both called "a"`},
		{"a name twice, below a comment", "#\n#\na,a\n1,2\n", `line 3: columns 1 and 2 are both called "a"`},
		{"a name missing", "a,,c\n1,2,3\n", "line 1: column 2 has no name"},
		{"a short row", "a,b\n1,2\n3\n", "line 3: 1 cells, want 2 as in the header"},
		{"a long row", "a,b\n1,2\n\n3,4,5\n", "line 4: 3 cells, want 2 as in the header"},
		{"a long row below a comment", "# b\na,b\n1,2\n3,4,5\n", "line 4: 3 cells, want 2 as in the header"},
		{"an open quote", "a\n\"1\n", `parse error on line 2, column 4: extraneous or missing " in quoted-field`},
		{"a bare quote", "a,b\n1,5\" pipe\n", `parse error on line 2, column 4: bare " in non-quoted-field`},
		{"two separators", "a,b;c\n1,2;3\n4,5;6\n", "2 columns by commas and 2 columns by semicolons: both could be meant; -dialect names the separator, as in -dialect semicolon"},
		{"no header", "0.5,no\n1.5,yes\n", `line 1: column 1: "0.5" is a number, want a header with the names of the columns`},
		{"no header, with words that come again", "5,no\n1,yes\n2,no\n", "line 1 has what the rows below have, want a header with the names of the columns"},
		{"a header that comes again", "a,b\n1,2\na,b\n3,4\n", "line 3 repeats the header, as where files were joined, want it once"},
		{"a gap in one column", "a\n1\n\n2\n", "line 3 is blank in a table of one column: write NA there if it is a missing cell, or take it out"},
		{"too many columns", strings.Repeat("a;", 100_000) + "b\n", "line 1: 100001 columns, want at most 100000; LATENTSPACE_LIMITS=columns=N allows N, for a file that you trust"},
		{"a huge cell", "a,b\n1," + strings.Repeat("9", 70_000) + "\n", "line 2: column 2: a cell of 65537 bytes, want at most 65536"},
	} {
		_, err := Open(strings.NewReader(c.text), "t.csv", Dialect{})
		if err == nil || !strings.HasPrefix(err.Error(), "table: t.csv: "+c.want) {
			t.Errorf("%s: got\n%v, want\n%s", c.name, err, c.want)
		}
	}
}

func TestADialectThatIsGiven(t *testing.T) {
	for list, want := range map[string]Dialect{
		"semicolon":            {Separator: ';'},
		"tab, decimal-comma":   {Separator: '\t', Decimal: ','},
		"decimal-point,bar":    {Separator: '|', Decimal: '.'},
		" comma,decimal-point": {Separator: ',', Decimal: '.'},
		"no-header":            {Header: HeaderAbsent},
		"header,tab":           {Separator: '\t', Header: HeaderPresent},
	} {
		if got, err := ParseDialect(list); err != nil || got != want {
			t.Errorf("%s: got %+v, %v", list, got, err)
		}
	}
	for list, want := range map[string]string{
		"":                 `"", want comma, semicolon, tab or bar, and decimal-point or decimal-comma`,
		"commas":           `"commas", want comma, semicolon, tab or bar`,
		"comma,semicolon":  `"comma,semicolon" says more than once what a table has`,
		"comma,comma":      "says more than once",
		"decimal-point,.5": `".5", want comma`,
		"header,no-header": `"header,no-header" says more than once what a table has`,
	} {
		if _, err := ParseDialect(list); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", list, err, want)
		}
	}
	_, values, err := load("a,b;c\n1,2;3\n4,5;6\n", Dialect{Separator: ';'})
	if err != nil || len(values) != 2 || !slices.Equal(values[0].Numbers, []float64{1.2, 4.5}) {
		t.Errorf("semicolons, as given: got %v, %v", values, err)
	}
	table, values, err := load("a\n1,5\n2,5\n", Dialect{Separator: ';', Decimal: ','})
	if err != nil || !slices.Equal(values[0].Numbers, []float64{1.5, 2.5}) || table.Description() != "one column, decimal commas, header, 2 rows" {
		t.Errorf("one column of decimal commas: got %v, %v", values, err)
	}
}

func TestTheFirstRowHasNamesOrNot(t *testing.T) {
	for _, c := range []struct {
		name, text string
		h          Header
		bare       string // the reason why there are no names
		rows       int
	}{
		{"words above numbers", "a,b\n1,2\n3,4\n", HeaderUnknown, "", 2},
		{"words above numbers that are missing first", "a,b\n?,x\n3,y\n", HeaderUnknown, "", 2},
		{"words above words", "a,b\nx,y\nx,z\n", HeaderUnknown, "", 2},
		{"words above dates", "when\n2024-01-31\n2024-02-01\n", HeaderUnknown, "", 2},
		{"names of pandas", "0,1,2\n5,7,9\n1,2,3\n", HeaderUnknown, "", 2},
		{"years beside a word", "country,1990,1991\nMali,5,7\nPeru,6,8\n", HeaderUnknown, "", 2},
		{"numbers", "14.23,1.71,1\n13.2,1.78,1\n", HeaderUnknown, "the first row has numbers", 2},
		{"whole numbers", "5,3\n4,7\n", HeaderUnknown, "the first row has numbers", 2},
		{"an identifier and a word", "842302,M,17.99\n842517,B,20.57\n", HeaderUnknown, "the first row has numbers", 2},
		{"a gap first", "?,M,17.99\n842517,B,20.57\n", HeaderUnknown, "the first row has numbers", 2},
		{"words that come again", "red,big\nblue,big\nred,small\n", HeaderUnknown, "the words of the first row come again below", 3},
		{"one row of numbers", "0.5,no\n", HeaderUnknown, "the first row has numbers", 1},
		{"as the dialect says", "a,b\nx,y\n", HeaderAbsent, "the dialect says so", 2},
		{"numbers that are names, as the dialect says", "5,3\n4,7\n", HeaderPresent, "", 1},
		{"a header in a comment", "# a,b\n1,2\n3,4\n", HeaderUnknown, "", 2},
		{"numbers below a comment", "# made\n1.5,2\n3,4\n", HeaderUnknown, "the first row has numbers", 2},
	} {
		table, values, err := load(c.text, Dialect{Header: c.h})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if table.bare != c.bare || table.Rows != c.rows || table.HasHeader() != (c.bare == "") || len(values[0].Numbers) != c.rows && table.Columns[0].Why == "" {
			t.Errorf("%s: %q and %d rows, want %q and %d", c.name, table.bare, table.Rows, c.bare, c.rows)
		}
		if c.bare != "" && (table.Columns[1].Name != "column 2" || !strings.Contains(table.Description(), "no header, since "+c.bare)) {
			t.Errorf("%s: column %q of %s", c.name, table.Columns[1].Name, table.Description())
		}
	}
	if _, _, err := load("a;b\n"+strings.Repeat("1;2\n", 60_000), Dialect{Header: HeaderUnknown}); err != nil {
		t.Errorf("a file larger than what tells its header: %v", err)
	}
	if _, _, err := load(strings.Repeat("1,", 1_000_000)+"1\n", Dialect{Header: HeaderUnknown}); err == nil || err.Error() != "table: t.csv: line 1: 100001 columns, want at most 100000; LATENTSPACE_LIMITS=columns=N allows N, for a file that you trust" {
		t.Errorf("a million columns: %v", err)
	}
}

func TestColumnsWithoutAName(t *testing.T) {
	for _, c := range []struct {
		name, text string
		kind       Kind
		why        string
	}{
		{"rows of pandas", ",a\n0,5\n1,7\n2,5\n", RowNumbers, "it counts the rows from 0"},
		{"rows of pandas, written twice", "Unnamed: 0,a\n0,5\n1,7\n2,5\n", RowNumbers, "it counts the rows from 0"},
		{"rows of R", "\"\",\"a\"\n\"1\",5\n\"2\",7\n\"3\",5\n", RowNumbers, "it counts the rows from 1"},
		{"names of pandas", ",0,1\n0,5,6\n1,7,6\n", RowNumbers, "it counts the rows from 0"},
		{"numbers out of order", ",a\n1,5\n0,7\n2,5\n", Numbers, ""},
		{"files", ",a\nx.jpg,5\ny.jpg,7\nz.jpg,5\n", Identifiers, "3 different words in 3 rows, taken for identifiers"},
	} {
		table, _, err := load(c.text, Dialect{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := table.Columns[0]; got.Kind != c.kind || got.Why != c.why || !got.Unnamed() {
			t.Errorf("%s: got %+v, want kind %d: %s", c.name, got, c.kind, c.why)
		}
	}
	table, _, err := load("a,b,\n1,2,\n3,4,\n", Dialect{})
	if err != nil || table.Columns[2].Kind != Empty || table.Columns[2].LeftOut() != "column 3 (without a name) is left out: every cell is missing" {
		t.Errorf("a separator at the end of lines: got %v", err)
	}
}

// As many words as rows, or nearly, are identifiers; half as many and fewer are classes.
func TestIdentifiers(t *testing.T) {
	for _, c := range []struct {
		rows, words int
		left        bool
	}{{3, 3, true}, {5, 4, false}, {40, 40, true}, {40, 21, true}, {40, 20, false}, {3000, 1000, false}, {3000, 1001, true}} {
		var b strings.Builder
		b.WriteString("id,a\n")
		for i := range c.rows {
			fmt.Fprintf(&b, "w%d,%d\n", i%c.words, i%2)
		}
		table, values, err := load(b.String(), Dialect{})
		if err != nil {
			t.Fatal(err)
		}
		if got := table.Columns[0].Kind == Identifiers; got != c.left || got != (values[0].Numbers == nil) {
			t.Errorf("%d words in %d rows: identifiers %v, want %v", c.words, c.rows, got, c.left)
		}
	}
}

func TestAFileThatChanges(t *testing.T) {
	for name, text := range map[string]string{"it grows": "a,b\n1,2\n3,4\n5,6\n", "it shrinks": "a,b\n1,2\n"} {
		file := &changing{strings.NewReader("a,b\n1,2\n3,4\n")}
		table, err := Open(file, "t.csv", Dialect{})
		if err != nil {
			t.Fatal(err)
		}
		file.Reader = strings.NewReader(text)
		r, err := table.Reader()
		for err == nil {
			_, _, err = r.Read()
		}
		if want := "table: t.csv: the file changed while it was read"; err.Error() != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

type changing struct{ *strings.Reader }

func FuzzOpen(f *testing.F) {
	for _, text := range []string{
		"age,wears\n0.5,no\nNA,yes\n", "age; wears\n0,5; no\n1.234,5;yes\n", "a\tb\n\"1,234\"\t5%\n", "\xef\xbb\xbfa\r\n1\r\n", "# a,b\n1,2\n",
		"sep=;\na;b\n1;2\n", ",a\n0,1\n1,2\n", "a,b\n2025-01-31,0311\n", "a\n\"1\n", "a\rb\r", "a|b\n1 234|−5\n", "a,b;c\n1,2;3\n", "a,b\n1,\xff\n",
		widened("\ufeffa,b\n1,2\n", binary.LittleEndian), widened("a,b\n1,2\n", binary.BigEndian), "a,b\n\x00,1\n", "a\n1,234\n", "a,a\n1,2\n",
	} {
		f.Add(text, uint8(0))
		f.Add(text, uint8(7))
		f.Add(text, uint8(15))
		f.Add(text, uint8(45))
	}
	f.Fuzz(func(t *testing.T, text string, given uint8) {
		d := Dialect{Separator: []rune{0, ',', ';', '\t', '|'}[given%5], Decimal: []rune{0, '.', ','}[given/5%3], Header: Header(given / 15 % 4)}
		table, values, err := load(text, d)
		if err != nil {
			return
		}
		table.Description()
		for k, v := range values {
			c := table.Columns[k]
			if (c.Why != "") != (v.Numbers == nil) && table.Rows > 0 {
				t.Fatalf("column %d of kind %d has %d values and is left out because %q", k, c.Kind, len(v.Numbers), c.Why)
			}
			gaps := 0
			for _, x := range v.Numbers {
				switch {
				case math.IsNaN(x):
					gaps++
				case math.IsInf(x, 0), v.Classes != nil && (x < 0 || int(x) >= len(v.Classes)):
					t.Fatalf("column %d: value %v of %d classes", k, x, len(v.Classes))
				}
			}
			if v.Numbers != nil && (gaps != c.Missing || len(v.Numbers) != table.Rows) {
				t.Fatalf("column %d: %d of %d rows missing, want %d of %d", k, gaps, len(v.Numbers), c.Missing, table.Rows)
			}
		}
	})
}
