package main

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"latentspace/data/npy"
)

// encodedJSON is what sample encode -json prints.
type encodedJSON struct {
	drawn
	Dim         int    `json:"dim"`
	FileBytes   int64  `json:"file_bytes"`
	BytesIn     int64  `json:"bytes_in"`
	Precision   string `json:"precision"`
	Compression []struct {
		Precision    string  `json:"precision"`
		Bytes        int64   `json:"bytes"`
		Ratio        float64 `json:"ratio"`
		SquaredError float64 `json:"squared_error"`
	} `json:"compression"`
}

func encodeJSON(t *testing.T, dir string, args ...string) encodedJSON {
	t.Helper()
	var e encodedJSON
	if out := sample(t, dir, append(append([]string{"encode"}, args...), "-json")...); json.Unmarshal(out, &e) != nil {
		t.Fatalf("-json printed %s", out)
	}
	return e
}

// numbers reads a CSV file of numbers below a header.
func numbers(t *testing.T, file string) [][]float64 {
	t.Helper()
	var all [][]float64
	for _, row := range rows(t, file)[1:] {
		var values []float64
		for _, cell := range row {
			v, err := strconv.ParseFloat(cell, 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%s: %q, want a finite number", file, cell)
			}
			values = append(values, v)
		}
		all = append(all, values)
	}
	return all
}

// archive reads every array of a .npz file.
func archive(t *testing.T, file string) (arrays map[string][]float64, shapes map[string][]int) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	a, err := npy.OpenArchive(f, info.Size(), npy.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	arrays, shapes = make(map[string][]float64), make(map[string][]int)
	for _, name := range a.Names() {
		array, err := a.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		values := make([]float64, array.Left())
		if err := npy.Read(array, values); err != nil {
			t.Fatal(err)
		}
		arrays[name], shapes[name] = values, array.Shape
	}
	return arrays, shapes
}

// Codes in any precision and any kind of file decode to examples as far from the
// originals as the report says.
func TestCodesThereAndBack(t *testing.T) {
	for name, example := range map[string]struct{ n, values, bytes, dim int }{
		"vae": {30, 784, 784, 3}, "conv": {30, 784, 784, 3}, "ae": {30, 784, 784, 3}, "table": {50, 2, 8, 1},
	} {
		t.Run(name, func(t *testing.T) {
			dir := trainedRun(t, name)
			sample(t, dir, "reconstruct", "-n", strconv.Itoa(example.n), "-o", "originals.csv")
			originals := numbers(t, filepath.Join(dir, "originals.csv"))[:example.n]
			for k, precision := range []string{"float32", "float16", "int8"} {
				for _, codes := range []string{"codes.npz", "codes.csv"} {
					if (codes == "codes.csv") != (precision == "float16") && name != "vae" {
						continue // one kind of file is enough
					}
					e := encodeJSON(t, dir, "-precision", precision, "-o", codes)
					size := []int{4, 2, 1}[k] * example.n * example.dim
					if precision == "int8" {
						size += 8 * example.dim
					}
					c := e.Compression[k]
					if e.N != example.n || e.Dim != example.dim || e.BytesIn != int64(example.n*example.bytes) || e.FileBytes < int64(size) ||
						c.Precision != precision || c.Bytes != int64(size) || c.Ratio != float64(e.BytesIn)/float64(size) {
						t.Errorf("%s: -json printed %+v", precision, e)
					}
					sample(t, dir, "decode", "-i", codes, "-o", "decoded.csv")
					sum := 0.0
					for i, row := range numbers(t, filepath.Join(dir, "decoded.csv")) {
						for j, v := range row {
							sum += (v - originals[i][j]) * (v - originals[i][j])
						}
					}
					if got := sum / float64(example.n); math.Abs(got/c.SquaredError-1) > 1e-6 {
						t.Errorf("%s of %s: decoded at a squared error of %v, told %v", codes, precision, got, c.SquaredError)
					}
				}
			}
		})
	}
}

func TestArraysOfCodes(t *testing.T) {
	dir := trainedRun(t, "vae")
	e := encodeJSON(t, dir, "-split", "train", "-n", "70")
	if e.File != filepath.Join("runs", "vae", "codes.npz") || e.N != 70 {
		t.Errorf("-json printed %+v", e)
	}
	arrays, shapes := archive(t, filepath.Join(dir, e.File))
	if !slices.Equal(shapes["codes"], []int{70, 3}) || !slices.Equal(shapes["labels"], []int{70}) || !slices.Equal(shapes["index"], []int{70}) {
		t.Errorf("arrays of shapes %v", shapes)
	}
	sample(t, dir, "encode", "-split", "train", "-n", "70", "-o", "codes.csv")
	table := rows(t, filepath.Join(dir, "codes.csv"))
	if len(table) != 71 || strings.Join(table[0], ",") != "index,label,z0,z1,z2,logvar0,logvar1,logvar2" {
		t.Errorf("codes.csv has %d rows, the first %v", len(table), table[0])
	}
	for i, row := range table[1:] {
		// A class of glyphs is named by its number. The examples are some of 100, in their order.
		index, label := strconv.Itoa(int(arrays["index"][i])), strconv.Itoa(int(arrays["labels"][i]))
		if row[0] != index || i > 0 && arrays["index"][i] <= arrays["index"][i-1] || row[1] != label {
			t.Fatalf("row %d: %v in .csv, index %v and label %s in .npz", i, row[:2], arrays["index"][i], label)
		}
		for j, want := range slices.Concat(arrays["codes"][3*i:3*i+3], arrays["logvar"][3*i:3*i+3]) {
			if v, err := strconv.ParseFloat(row[2+j], 32); err != nil || v != want {
				t.Fatalf("row %d: %s is %s in .csv and %v in .npz", i, table[0][2+j], row[2+j], want)
			}
		}
	}

	sample(t, dir, "decode", "-i", e.File, "-n", "9", "-o", "nine.png")
	picture(t, filepath.Join(dir, "nine.png"), 176, 176)
	sample(t, dir, "decode", "-i", e.File, "-o", "all.npz")
	arrays, shapes = archive(t, filepath.Join(dir, "all.npz"))
	if !slices.Equal(shapes["examples"], []int{70, 28, 28, 1}) {
		t.Errorf("examples of shape %v", shapes["examples"])
	}
	for _, v := range arrays["examples"] {
		if !(v >= 0 && v <= 1) {
			t.Fatalf("a pixel is %v", v)
		}
	}
}

func TestMistakesWithCodes(t *testing.T) {
	dir := trainedRun(t, "vae")
	gan := filepath.Join(trainedRun(t, "gan"), "runs", "gan")
	for file, text := range map[string]string{
		"short.csv":   "z0,z1\n1,2\n",
		"wide.csv":    "z0,z1,z2,z3\n1,2,3,4\n",
		"missing.csv": "index,z0,z1,z2\n0,1,2,3\n1,1,,3\n",
		"ragged.csv":  "index,z0,z1,z2\n0,1,2,3\n1,1,2\n",
		"nan.csv":     "z0,z1,z2\n1,2,3\n1,2,NaN\n",
		"word.csv":    "z0,z1,z2\n1,two,3\n",
		"header.csv":  "z0,z1,z2\n",
		"empty.csv":   "",
		"no.npz":      "PK no archive",
		"quote.csv":   "z0,z1,z2\n\"1,2,3\n",
		"unclear.csv": "z0;z1;z2\n1,234;2;3\n",
		"mixed.csv":   "z0,z1,z2\n0.5,2,3\n\"0,5\",2,3\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	sample(t, dir, "-n", "3", "-o", "codes.csv") // examples, not codes
	sample(t, dir, "encode", "-o", "good.npz")
	sample(t, dir, "decode", "-i", "good.npz", "-o", "examples.npz")
	tests := map[string]struct {
		args   []string
		status int
		want   string
	}{
		"an unknown precision":         {[]string{"encode", "-precision", "int4"}, 2, `-precision "int4", want float32, float16 or int8`},
		"codes as a picture":           {[]string{"encode", "-o", "new.png"}, 2, `ending ".png", want .npz, .npy or .csv`},
		"encoding without encoder":     {[]string{"encode", "-run", gan}, 1, "a model of kind gan has no encoder"},
		"no file of codes":             {[]string{"decode"}, 2, "-i names no file"},
		"codes of another ending":      {[]string{"decode", "-i", "codes.txt"}, 2, `-i codes.txt: ending ".txt", want .npz, .csv or .tsv`},
		"codes that are not there":     {[]string{"decode", "-i", "none.csv"}, 1, "none.csv"},
		"a column too few":             {[]string{"decode", "-i", "short.csv"}, 1, "short.csv: no column z2, want z0 to z2 for this model"},
		"a column too many":            {[]string{"decode", "-i", "wide.csv"}, 1, "wide.csv: a column z3, want z0 to z2 for this model"},
		"a missing cell":               {[]string{"decode", "-i", "missing.csv"}, 1, `missing.csv: line 3: z1 is "", want a number`},
		"a short row":                  {[]string{"decode", "-i", "ragged.csv"}, 1, "ragged.csv: line 3: 3 cells, want 4 as in the header"},
		"a NaN":                        {[]string{"decode", "-i", "nan.csv"}, 1, `nan.csv: line 3: z2 is "NaN", want a number`},
		"a word":                       {[]string{"decode", "-i", "word.csv"}, 1, `word.csv: line 2: z1 is "two", want a number`},
		"a number of two readings":     {[]string{"decode", "-i", "unclear.csv"}, 1, `unclear.csv: column z0: "1,234" in line 2 is 1234 if decimals follow a point and 1.234 if they follow a comma`},
		"two marks of decimals":        {[]string{"decode", "-i", "mixed.csv"}, 1, "mixed.csv: column z0: line 2 has a number with a decimal point and line 3 one with a decimal comma"},
		"a dialect of arrays":          {[]string{"decode", "-i", "good.npz", "-dialect", "comma"}, 2, "-dialect has no effect with -i good.npz"},
		"an unknown dialect":           {[]string{"decode", "-i", "short.csv", "-dialect", "csv"}, 2, `"csv", want comma, semicolon, tab or bar`},
		"an open quote":                {[]string{"decode", "-i", "quote.csv"}, 1, "quote.csv"},
		"a header alone":               {[]string{"decode", "-i", "header.csv"}, 1, "header.csv: no codes, want at least one"},
		"an empty file":                {[]string{"decode", "-i", "empty.csv"}, 1, "empty.csv: empty, want a header"},
		"examples in place of codes":   {[]string{"decode", "-i", "codes.csv"}, 1, "no column z0"},
		"an archive that is none":      {[]string{"decode", "-i", "no.npz"}, 1, "no.npz"},
		"an archive of something else": {[]string{"decode", "-i", "examples.npz"}, 1, `no array "codes"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before, err := os.ReadDir(filepath.Join(dir, "runs", "vae"))
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(sampler, test.args...)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			if err == nil || cmd.ProcessState.ExitCode() != test.status || !strings.Contains(string(out), test.want) || strings.Contains(string(out), "panic") {
				t.Errorf("got  %v: %s\nwant status %d: %s", err, out, test.status, test.want)
			}
			if after, err := os.ReadDir(filepath.Join(dir, "runs", "vae")); err != nil || len(after) != len(before) {
				t.Errorf("something was written: %v", after)
			}
		})
	}
}
