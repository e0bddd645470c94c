package codefile

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/data/npy"
	"latentspace/data/table"
	"latentspace/export"
	"latentspace/tensor"
)

// codesOf reads a table of codes of two values, three rows at a time.
func codesOf(text string) ([]float32, error) {
	next, err := Source{Dim: 2}.table(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	var all []float32
	for room := make([]float32, 6); ; {
		n, err := next(room)
		if err != nil || n == 0 {
			return all, err
		}
		all = append(all, room[:2*n]...)
	}
}

func TestTablesOfCodes(t *testing.T) {
	for name, text := range map[string]string{
		"columns in order":     "z0,z1\n1,2\n3,-4e-3\n5,6\n7,8\n",
		"columns out of order": "name,z1,index,z0\nthis,2,0,1\n,-0.004,1,3\n\"a,b\",6,2,5\nz0,8,3,7\n",
		"spaces and a mark":    "\ufeffz0,z1\r\n 1,2\r\n3, -.004 \r\n5,6\r\n7,8",
	} {
		got, err := codesOf(text)
		if want := []float32{1, 2, 3, -0.004, 5, 6, 7, 8}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, want)
		}
	}
}

func TestTablesOfCodesThatAreNone(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "empty, want a header"},
		{"z0\n1\n", "no column z1, want z0 to z1 for this model"},
		{"z0,z1,z2\n1,2,3\n", "a column z2, want z0 to z1 for this model"},
		{"z0,z1\n1,2\n3\n", "line 3: 1 cells, want 2 as in the header"},
		{"z0,z1\n1,2\n3,4,5\n", "line 3: 3 cells, want 2 as in the header"},
		{"z0,z1\n1,\n", `line 2: z1 is "", want a number`},
		{"z0,z1\n1,NaN\n", `line 2: z1 is "NaN", want a number`},
		{"z0,z1\n-Inf,1\n", `line 2: z0 is "-Inf", want a number`},
		{"z0;z1\n1,234;1\n", `column z0: "1,234" in line 2 is 1234 if decimals follow a point and 1.234 if they follow a comma`},
		{"z0,z1\n1,1\n\"0,5\",0.5\n0.5,1\n", "column z0: line 4 has a number with a decimal point and line 3 one with a decimal comma"},
		{"z0,z1\n1,1e39\n", `line 2: z1 is "1e39", want a number`},
	} {
		if got, err := codesOf(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, %v, want %s", c.text, got, err, c.want)
		}
	}
}

func TestArraysOfCodesThatAreNone(t *testing.T) {
	codes := func(values []float32, shape ...int) func(z *npy.ArchiveWriter) error {
		return func(z *npy.ArchiveWriter) error { return writeArray(z, "codes", npy.Float32, values, shape...) }
	}
	quanta := func(offsets int) func(z *npy.ArchiveWriter) error {
		return func(z *npy.ArchiveWriter) error {
			return errors.Join(writeArray(z, "codes", npy.Int8, []int8{1, 2}, 1, 2),
				writeArray(z, "offset", npy.Float32, make([]float32, offsets), offsets),
				writeArray(z, "scale", npy.Float32, make([]float32, 2), 2))
		}
	}
	for _, c := range []struct {
		name, want string
		write      func(z *npy.ArchiveWriter) error
	}{
		{"codes", "", codes([]float32{1, 2}, 1, 2)},
		{"codes of integers", "", quanta(2)},
		{"codes of another model", "codes of shape [1 3], want (n, 2) for this model", codes([]float32{1, 2, 3}, 1, 3)},
		{"one code alone", "codes of shape [2], want (n, 2) for this model", codes([]float32{1, 2}, 2)},
		{"offsets of another model", "offset of shape [3], want [2]", quanta(3)},
		{"a code that is no number", "the code of row", codes([]float32{1, 2, 3, float32(math.NaN())}, 2, 2)},
	} {
		file := Source{Path: filepath.Join(t.TempDir(), "codes.npz"), Dim: 2, Most: 10}
		err := export.File(file.Path, func(w io.Writer) error {
			z := npy.NewArchiveWriter(w)
			return errors.Join(c.write(z), z.Close())
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Count(t.Context()); c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

func FuzzCodes(f *testing.F) {
	for _, text := range []string{"z0,z1\n1,2\n", "z1,z0,z0\n1,2,3\n4,5\n", "z0,z1\n1e39,NaN\n", "\"z0\",z1\n\"1\n", "z0,z1,z2\n", "\n\n", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		codes, err := codesOf(text)
		if err != nil {
			return
		}
		if len(codes)%2 != 0 || len(codes) > len(text) {
			t.Errorf("%d values of %d bytes", len(codes), len(text))
		}
		for _, v := range codes {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				t.Errorf("value %v", v)
			}
		}
	})
}

// Codes come back from a table in any dialect, with the bits that they were written with.
func TestCodesInManyDialects(t *testing.T) {
	want := []float32{0.5, -1.25e-7, 16777217, 3.4028235e38, 1.17549435e-38, 0.1}
	cell := func(i int) string { return export.Number(want[i]) }
	comma := func(i int) string { return strings.Replace(cell(i), ".", ",", 1) }
	for name, text := range map[string]string{
		"commas":         fmt.Sprintf("z0,z1\n%s,%s\n%s,%s\n%s,%s\n", cell(0), cell(1), cell(2), cell(3), cell(4), cell(5)),
		"tabs":           fmt.Sprintf("index\tz1\tz0\n0\t%s\t%s\n1\t%s\t%s\n2\t%s\t%s\n", cell(1), cell(0), cell(3), cell(2), cell(5), cell(4)),
		"decimal commas": fmt.Sprintf("z0; z1\n%s; %s\n%s; %s\n%s; %s\n", comma(0), comma(1), comma(2), comma(3), comma(4), comma(5)),
		"numpy.savetxt":  fmt.Sprintf("# z0,z1\n%s,%s\n%s,%s\n%s,%s\n", cell(0), cell(1), cell(2), cell(3), cell(4), cell(5)),
	} {
		if got, err := codesOf(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, want)
		}
	}
	file := filepath.Join(t.TempDir(), "codes.tsv")
	if err := os.WriteFile(file, []byte("z0;z1\n1,234;2\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	var told string
	c := Source{Path: file, Dim: 2, Most: 10, Dialect: table.Dialect{Decimal: ','}, Describe: func(line string) { told = line }}
	err := c.Each(t.Context(), func(_ int, z *tensor.Tensor) error {
		if !slices.Equal(z.Data, []float32{1.234, 2}) {
			t.Errorf("got %v, want 1.234 and 2", z.Data)
		}
		return nil
	})
	if err != nil || told != "semicolons, decimal commas, header, 1 row" {
		t.Errorf("got %q, %v", told, err)
	}
}

func TestCodesWithoutAHeader(t *testing.T) {
	for text, want := range map[string]string{
		"0.5,2\n1,0.25\n": "",
		"0.5,2,3\n":       "3 columns without names, want 2 for this model",
	} {
		file := filepath.Join(t.TempDir(), "codes.csv")
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		var got []float32
		c := Source{Path: file, Dim: 2, Most: 10, Dialect: table.Dialect{Header: table.HeaderAbsent}}
		err := c.Each(t.Context(), func(_ int, z *tensor.Tensor) error {
			got = append(got, z.Data...)
			return nil
		})
		switch {
		case want == "" && (err != nil || !slices.Equal(got, []float32{0.5, 2, 1, 0.25})):
			t.Errorf("%q: got %v, %v", text, got, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}
