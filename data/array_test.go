package data

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"latentspace/data/division"
	"latentspace/data/npy"
	"latentspace/example"
)

// arrayFile writes an archive of n pictures of 2 × 2 bytes, i in all pixels of example i, whose
// classes are i modulo 3.
func arrayFile(t *testing.T, dir, name string, n int, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := npy.NewArchiveWriter(&b)
	for _, part := range parts {
		x, y := make([]uint8, 4*n), make([]uint8, n)
		for i := range y {
			y[i] = byte(i % 3)
			for k := range 4 {
				x[4*i+k] = byte(i + 100)
			}
		}
		for _, a := range []struct {
			name   string
			values []uint8
			shape  []int
		}{{"x" + part, x, []int{n, 2, 2}}, {"y" + part, y, []int{n}}} {
			w, err := z.Create(a.name, npy.Uint8, a.shape...)
			if err != nil {
				t.Fatal(err)
			}
			if err := npy.Write(w, a.values); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func autoSplit(file string) Array {
	a := Sources["array"]().(Array)
	a.File = file
	return a
}

func TestAnArrayIsDividedByTheSeed(t *testing.T) {
	path := arrayFile(t, t.TempDir(), "a.npz", 16, "")
	s := open(t, autoSplit(path))
	if s.Train.Len() != 12 || s.Valid.Len() != 2 || s.Test.Len() != 2 {
		t.Fatalf("%d, %d and %d examples, want 12, 2 and 2", s.Train.Len(), s.Valid.Len(), s.Test.Len())
	}
	var seen []float32
	for _, ds := range []Dataset{s.Train, s.Valid, s.Test} {
		for i := range ds.Len() {
			x, about := make([]float32, 4), make([]float32, 1)
			if err := ds.Read(i, x); err != nil {
				t.Fatal(err)
			}
			if err := ds.(Described).ReadAbout(i, about); err != nil {
				t.Fatal(err)
			}
			if n := int(x[0]*255+0.5) - 100; x[0] != x[3] || int(about[0]) != n%3 {
				t.Errorf("example %v has class %v", x, about)
			}
			seen = append(seen, x[0])
		}
	}
	slices.Sort(seen)
	if len(slices.Compact(seen)) != 16 {
		t.Errorf("examples %v, want each once", seen)
	}
	other := autoSplit(path)
	other.Shuffled.Seed = 2
	if open(t, other).SHA256 == s.SHA256 || open(t, autoSplit(path)).SHA256 != s.SHA256 {
		t.Error("the digest is not that of the division")
	}
}

func TestPartsOfAnArchiveAreTaken(t *testing.T) {
	path := arrayFile(t, t.TempDir(), "a.npz", 16, "_train", "_test")
	s := open(t, autoSplit(path))
	if s.Train.Len() != 14 || s.Valid.Len() != 2 || s.Test.Len() != 16 {
		t.Errorf("%d, %d and %d examples, want 14, 2 and 16", s.Train.Len(), s.Valid.Len(), s.Test.Len())
	}
	a := autoSplit(path)
	a.Shuffled.Test = 3
	if _, err := a.Open(t.Context()); err == nil || !strings.Contains(err.Error(), "data: array: test: 3, and the file has 16 examples for that: want auto") {
		t.Errorf("a number to test on: got error %v", err)
	}
}

func TestClassesOfAnArrayAreSetApart(t *testing.T) {
	a := autoSplit(arrayFile(t, t.TempDir(), "a.npz", 16, ""))
	a.Outliers.Outliers = []string{"2"}
	s := open(t, a)
	if n := s.Train.Len() + s.Valid.Len() + s.Test.Len(); n != 11 || s.Outliers.Len() != 5 {
		t.Errorf("%d examples and %d outliers, want 11 and the 5 of class 2", n, s.Outliers.Len())
	}
}

func TestOptionsOfArraysThatDoNotFitAreErrors(t *testing.T) {
	path := arrayFile(t, t.TempDir(), "a.npz", 6, "")
	for want, change := range map[string]func(a *Array){
		"data: array: file: it is missing":                    func(a *Array) { a.File = "" },
		"data: array: " + path + "x:":                         func(a *Array) { a.File += "x" },
		"data: array: train: 9, with 1 to choose by and 1 to": func(a *Array) { a.Shuffled.Train = 9 },
		"data: array: labels: 9, want how many of the 4":      func(a *Array) { a.Labels.Labels = 9 },
		"data: array: valid: -1":                              func(a *Array) { a.Shuffled.Valid = division.Count(-1) },
		"shape: [3] makes 3 values":                           func(a *Array) { a.Shape = []int{3} },
	} {
		a := autoSplit(path)
		change(&a)
		if _, err := a.Open(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want %q", err, want)
		}
	}
}

func TestNewArraysAreReadAsTheModelWasTrained(t *testing.T) {
	write := func(typ npy.Type, values []float64, shape ...int) string {
		var b bytes.Buffer
		w, err := npy.Create(&b, "x", typ, shape...)
		if err == nil && typ == npy.Uint8 {
			whole := make([]int64, len(values))
			for k, v := range values {
				whole[k] = int64(v)
			}
			err = npy.Write(w, whole)
		} else if err == nil {
			err = npy.Write(w, values)
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "new.npy")
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	binary := example.Pictures(1, 2, 1)
	binary.Fields[0].Kind = example.Binary
	for name, c := range map[string]struct {
		path   string
		schema example.Schema
		want   []float32 // of all examples
	}{
		"two pictures":                 {write(npy.Uint8, []float64{0, 255, 51, 0}, 2, 1, 2), example.Pictures(1, 2, 1), []float32{0, 1, 0.2, 0}},
		"one picture":                  {write(npy.Uint8, []float64{51, 255}, 1, 2), example.Pictures(1, 2, 1), []float32{0.2, 1}},
		"a dark one":                   {write(npy.Uint8, []float64{0, 0}, 1, 1, 2), example.Pictures(1, 2, 1), []float32{0, 0}},
		"floats of 0 and 1":            {write(npy.Float32, []float64{0, 1}, 1, 1, 2), example.Pictures(1, 2, 1), []float32{0, 1}},
		"bytes for a binary model":     {write(npy.Uint8, []float64{127, 128}, 1, 1, 2), binary, []float32{0, 1}},
		"floats for a binary model":    {write(npy.Float32, []float64{0.4, 0.6}, 1, 1, 2), binary, []float32{0, 1}},
		"floats for real numbers":      {write(npy.Float64, []float64{-3, 500}, 1, 2), example.Points(2), []float32{-3, 500}},
		"bytes for real numbers":       {write(npy.Uint8, []float64{3, 200}, 1, 2), example.Points(2), []float32{3, 200}},
		"one vector":                   {write(npy.Float32, []float64{0.5, 1}, 2), example.Points(2), []float32{0.5, 1}},
		"vectors for a picture's room": {write(npy.Uint8, []float64{0, 255}, 1, 2), example.Pictures(1, 2, 1), []float32{0, 1}},
	} {
		ds, _, err := ImportArray(t.Context(), c.path, c.schema)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := make([]float32, len(c.want))
		if err := ReadBatch(ds, 0, len(c.want)/2, got, nil); err != nil || !slices.Equal(got, c.want) || !ds.Schema().Equal(c.schema) {
			t.Errorf("%s: got %v of %v, %v, want %v", name, got, ds.Schema(), err, c.want)
		}
	}
	for want, c := range map[string]struct {
		path   string
		schema example.Schema
	}{
		"examples of shape [3], want [1 2 1] as the model was trained on": {write(npy.Uint8, []float64{1, 2, 3, 4, 5, 6}, 2, 3), example.Pictures(1, 2, 1)},
		"real numbers, want values in [0, 1] as the model was trained on": {write(npy.Float32, []float64{-1, 2}, 1, 2, 1), example.Pictures(1, 2, 1)},
		`an array of numbers, want examples with the fields ["class"]`:    {write(npy.Float32, []float64{-1, 2}, 1, 2), example.Of(example.Class([]string{"a"}))},
	} {
		if _, _, err := ImportArray(t.Context(), c.path, c.schema); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want %q", err, want)
		}
	}
}

// bigArray writes a .npy file of n rows of d float32, of which one value in a hundred is not zero.
func bigArray(t *testing.T, n, d int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "big.npy")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := npy.Create(f, "big", npy.Float32, n, d)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]float32, d)
	for i := range n {
		clear(row)
		for k := i % 100; k < d; k += 100 {
			row[k] = float32(i) + float32(k)/128
		}
		if err := npy.Write(w, row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// An array that stays in its file takes little memory: opening one of 64 million bytes and reading an
// epoch of it allocates less than a quarter of that in all. Its digest and its batches, in the order of
// two epochs, are those of the array in memory.
func TestAnArrayLargerThanMemory(t *testing.T) {
	const n, d, batch = 16_000, 1000, 100
	a := autoSplit(bigArray(t, n, d))
	whole := open(t, a)
	a.Memory = 1
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	kept := open(t, a)
	epoch := func(s *Splits, batches int) []uint64 {
		stream, err := NewStream(s.Train, StreamOptions{Batch: batch, Seed: 3, Start: s.Train.Len()/batch - 5})
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		var sums []uint64
		for range batches {
			b, err := stream.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			sum := uint64(b.Epoch)
			for _, v := range b.X.Data {
				sum = sum*31 + uint64(math.Float32bits(v))
			}
			sums = append(sums, sum)
		}
		return sums
	}
	got := epoch(kept, n/batch)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 4*n*d/4 {
		t.Errorf("%d bytes were allocated, want less than a quarter of the array's %d", used, 4*n*d)
	}
	if kept.SHA256 != whole.SHA256 {
		t.Errorf("the digest is %s, want %s as in memory", kept.SHA256, whole.SHA256)
	}
	if want := epoch(whole, n/batch); !slices.Equal(got, want) {
		t.Error("batches differ from those of the array in memory")
	}
	if !strings.Contains(strings.Join(kept.Notes, "\n"), "they stay in the file") {
		t.Errorf("notes %q, want that examples stay in the file", kept.Notes)
	}
}
