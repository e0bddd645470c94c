package arrays

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"latentspace/data/npy"
	"latentspace/example"
)

// numbers is an array for a file.
type numbers struct {
	name   string
	typ    npy.Type
	values []float64
	shape  []int
}

func (a numbers) write(t testing.TB, w *npy.Writer) {
	t.Helper()
	var err error
	if a.typ[1] == 'f' {
		err = npy.Write(w, a.values)
	} else {
		whole := make([]int64, len(a.values))
		for k, v := range a.values {
			whole[k] = int64(v)
		}
		err = npy.Write(w, whole)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// array is a .npy file.
func array(t testing.TB, a numbers) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := npy.Create(&b, "x", a.typ, a.shape...)
	if err != nil {
		t.Fatal(err)
	}
	a.write(t, w)
	return b.Bytes()
}

// archive is a .npz file.
func archive(t testing.TB, all ...numbers) []byte {
	t.Helper()
	var b bytes.Buffer
	z := npy.NewArchiveWriter(&b)
	for _, a := range all {
		w, err := z.Create(a.name, a.typ, a.shape...)
		if err != nil {
			t.Fatal(err)
		}
		a.write(t, w)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// upTo is n numbers from 0 with a step.
func upTo(n int, step float64) []float64 {
	v := make([]float64, n)
	for k := range v {
		v[k] = float64(k) * step
	}
	return v
}

// write puts a file into a new folder and returns its path.
func write(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestArraysAreReadAsWhatTheyAre(t *testing.T) {
	for name, c := range map[string]struct {
		a     numbers
		shape []int // asked for
		want  example.Field
		first []float32 // values of the first example, as in the part
		note  string
	}{
		"grey pictures":     {numbers{"", npy.Uint8, upTo(12, 20), []int{3, 2, 2}}, nil, picture(example.Unit, 2, 2, 1), []float32{0, 20, 40, 60}, ""},
		"channels last":     {numbers{"", npy.Uint8, upTo(24, 10), []int{2, 2, 2, 3}}, nil, picture(example.Unit, 2, 2, 3), []float32{0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110}, ""},
		"channels first":    {numbers{"", npy.Uint8, upTo(24, 10), []int{2, 3, 2, 2}}, nil, picture(example.Unit, 2, 2, 3), []float32{0, 40, 80, 10, 50, 90, 20, 60, 100, 30, 70, 110}, "the channels of the pictures come first, (3, 2, 2): they are turned to (2, 2, 3)"},
		"floats in [0, 1]":  {numbers{"", npy.Float64, upTo(8, 0.125), []int{2, 2, 2}}, nil, picture(example.Unit, 2, 2, 1), []float32{0, 0.125, 0.25, 0.375}, ""},
		"zeros and ones":    {numbers{"", npy.Int64, []float64{0, 1, 1, 0}, []int{1, 2, 2}}, nil, picture(example.Binary, 2, 2, 1), []float32{0, 1, 1, 0}, ""},
		"truth values":      {numbers{"", npy.Bool, []float64{0, 1, 1, 0}, []int{2, 2}}, nil, vector(example.Binary, 2), []float32{0, 1}, ""},
		"bytes as integers": {numbers{"", npy.Int32, upTo(8, 30), []int{2, 2, 2}}, nil, picture(example.Unit, 2, 2, 1), []float32{0, 30, 60, 90}, "whole numbers from 0 to 210: they are divided by 255"},
		"sixteen bits":      {numbers{"", npy.Uint16, upTo(4, 13107), []int{1, 2, 2}}, nil, picture(example.Unit, 2, 2, 1), []float32{0, 0.2, 0.4, 0.6}, "of 65535, by which they are divided"},
		"far from one":      {numbers{"", npy.Float32, upTo(4, 100), []int{2, 2}}, nil, vector(example.Real, 2), []float32{0, 100}, "from 0 to 300 and are taken as they are"},
		"pictures below 0":  {numbers{"", npy.Float32, []float64{-1, 0, 0.5, 1}, []int{1, 2, 2}}, nil, picture(example.Real, 2, 2, 1), []float32{-1, 0, 0.5, 1}, "taken for real numbers"},
		"single numbers":    {numbers{"", npy.Float32, []float64{3, -0.5}, []int{2}}, nil, vector(example.Real, 1), []float32{3}, ""},
		"vectors of bytes":  {numbers{"", npy.Uint8, upTo(128, 2), []int{2, 64}}, nil, vector(example.Unit, 64), nil, "if they are pictures of 8 × 8, say shape: [8, 8, 1]"},
		"with a shape":      {numbers{"", npy.Uint8, upTo(128, 2), []int{2, 64}}, []int{8, 8}, picture(example.Unit, 8, 8, 1), nil, ""},
		"as vectors":        {numbers{"", npy.Uint8, upTo(128, 2), []int{2, 4, 2, 8}}, []int{64}, vector(example.Unit, 64), nil, ""},
	} {
		s, err := Open(t.Context(), write(t, "a.npy", array(t, c.a)), Options{Shape: c.shape})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := s.Train.Floats
		if s.Train.Bytes != nil {
			got = floatsOf(s.Train.Bytes, 1)
		}
		if !reflect.DeepEqual(s.Field, c.want) || c.first != nil && !slices.Equal(got[:len(c.first)], c.first) {
			t.Errorf("%s: got %+v with %v, want %+v with %v", name, s.Field, got, c.want, c.first)
		}
		if notes := strings.Join(s.Notes, "\n"); c.note == "" && notes != "" || !strings.Contains(notes, c.note) {
			t.Errorf("%s: got notes %q, want %q", name, s.Notes, c.note)
		}
	}
}

func picture(kind example.Kind, shape ...int) example.Field {
	return example.Field{Name: "image", Kind: kind, Shape: shape, View: example.Picture}
}

func vector(kind example.Kind, n int) example.Field {
	return example.Field{Name: "point", Kind: kind, Shape: []int{n}, View: example.Point}
}

func TestArraysOfAnArchiveAreFoundByTheirNames(t *testing.T) {
	x := func(name string, n int) numbers {
		return numbers{name, npy.Uint8, upTo(4*n, 255/float64(4*n)), []int{n, 2, 2}}
	}
	y := func(name string, values ...float64) numbers {
		return numbers{name, npy.Int64, values, []int{len(values)}}
	}
	for name, c := range map[string]struct {
		all   []numbers
		o     Options
		sizes [3]int
		about string // fields and words
	}{
		"of Keras":           {[]numbers{x("x_train", 3), y("y_train", 7, 9, 7), x("x_test", 2), y("y_test", 9, 8)}, Options{}, [3]int{3, 0, 2}, "class [7 8 9]"},
		"of MedMNIST":        {[]numbers{x("train_images", 2), y("train_labels", 0, 1), x("val_images", 1), y("val_labels", 1), x("test_images", 1), y("test_labels", 0)}, Options{}, [3]int{2, 1, 1}, "class [0 1]"},
		"in capital letters": {[]numbers{x("X", 3), y("Y", 1, 2, 1)}, Options{}, [3]int{3, 0, 0}, "class [1 2]"},
		"without names":      {[]numbers{x("arr_0", 3)}, Options{}, [3]int{3, 0, 0}, ""},
		"one of two":         {[]numbers{x("left", 3), x("right", 2), y("kind", 1, 2)}, Options{Array: "right", Classes: "kind"}, [3]int{2, 0, 0}, "class [1 2]"},
		"the only one":       {[]numbers{x("left", 3), y("weight", 1, 2, 1)}, Options{}, [3]int{3, 0, 0}, ""},
		"numbers":            {[]numbers{x("x", 2), {"y", npy.Float32, []float64{0.5, 2}, []int{2}}}, Options{}, [3]int{2, 0, 0}, "y []"},
		"a one in each row":  {[]numbers{x("x", 2), {"y", npy.Float32, []float64{0, 1, 1, 0}, []int{2, 2}}}, Options{}, [3]int{2, 0, 0}, "class [0 1]"},
		"several columns":    {[]numbers{x("x", 2), {"y", npy.Int8, []float64{0, 5, 1, 6}, []int{2, 2}}}, Options{}, [3]int{2, 0, 0}, "y 1 [0 1], y 2 [5 6]"},
		"of dSprites":        {[]numbers{x("imgs", 2), {"latents_classes", npy.Int64, []float64{0, 1, 2, 3, 4, 5, 0, 2, 2, 4, 5, 6}, []int{2, 6}}}, Options{}, [3]int{2, 0, 0}, "shape [1 2], rotation [3 4], x [4 5], y [5 6]"},
	} {
		s, err := Open(t.Context(), write(t, "a.npz", archive(t, c.all...)), c.o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var sizes [3]int
		for k, p := range []*Part{s.Train, s.Valid, s.Test} {
			if p != nil {
				sizes[k] = p.N
			}
		}
		var about []string
		for _, k := range s.Train.Known {
			about = append(about, fmt.Sprint(k.Field.Name, " ", k.Field.Words))
		}
		if got := strings.Join(about, ", "); sizes != c.sizes || got != c.about {
			t.Errorf("%s: got sizes %v, known %q, want %v, %q", name, sizes, got, c.sizes, c.about)
		}
	}
}

func TestLabelsBesideAFileAreTaken(t *testing.T) {
	path := write(t, "k-train-imgs.npz", archive(t, numbers{"arr_0", npy.Uint8, upTo(8, 30), []int{2, 2, 2}}))
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "k-train-labels.npz"), archive(t, numbers{"arr_0", npy.Uint8, []float64{4, 2}, []int{2}}), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), path, Options{})
	if err != nil || len(s.Train.Known) != 1 || !slices.Equal(s.Train.Known[0].Values, []float32{1, 0}) {
		t.Errorf("got %+v, %v, want the classes 4 and 2", s, err)
	}
}

func TestIDXFilesAreRead(t *testing.T) {
	plain := []byte{0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 200}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(plain)
	z.Close()
	for name, b := range map[string][]byte{"x-idx3-ubyte": plain, "x-idx3-ubyte.gz": packed.Bytes()} {
		s, err := Open(t.Context(), write(t, name, b), Options{})
		if err != nil || !slices.Equal(s.Train.Bytes.Bytes(), []byte{7, 200}) || !slices.Equal(s.Field.Shape, []int{1, 2, 1}) {
			t.Errorf("%s: got %+v, %v, want a picture of 7 and 200", name, s, err)
		}
	}
}

func TestArraysThatMeanNothingAreErrors(t *testing.T) {
	objects := "\x93NUMPY\x01\x00\x3a\x00{'descr': '|O', 'fortran_order': False, 'shape': (2,), }\n   "
	for name, c := range map[string]struct {
		b    []byte
		o    Options
		want string
	}{
		"no number":           {array(t, numbers{"", npy.Float32, append(upTo(3, 1), nan()), []int{2, 2}}), Options{}, "example 1 has the value NaN, want finite numbers"},
		"no examples":         {array(t, numbers{"", npy.Float32, nil, []int{0, 2}}), Options{}, "shape [0 2], want at least one example of one value"},
		"one number":          {array(t, numbers{"", npy.Float32, upTo(1, 1), nil}), Options{}, "shape [], want at least one example"},
		"four channels":       {array(t, numbers{"", npy.Uint8, upTo(16, 1), []int{1, 2, 2, 4}}), Options{}, "examples of shape [2 2 4], want pictures"},
		"a shape of another":  {array(t, numbers{"", npy.Uint8, upTo(16, 1), []int{1, 16}}), Options{Shape: []int{5, 3}}, "shape: [5 3] makes 15 values, want the 16 of an example of shape [16]"},
		"two channels asked":  {array(t, numbers{"", npy.Uint8, upTo(16, 1), []int{1, 16}}), Options{Shape: []int{4, 2, 2}}, "shape: [4 2 2], want [values], [height, width] or [height, width, 1 or 3]"},
		"a name without npz":  {array(t, numbers{"", npy.Uint8, upTo(16, 1), []int{1, 16}}), Options{Array: "x"}, "which name arrays of a .npz file alone"},
		"objects":             {[]byte(objects), Options{}, "pickled objects, which could run code, are not read"},
		"more than the file":  {[]byte(strings.Replace(strings.Replace(objects, "|O", "|u1", 1), "(2,)", "(999999999,)", 1)), Options{}, ""},
		"two without a name":  {archive(t, numbers{"a", npy.Uint8, upTo(4, 1), []int{2, 2}}, numbers{"b", npy.Uint8, upTo(4, 1), []int{2, 2}}), Options{}, `none of the arrays ["a" "b"] has a name of examples, want array: NAME`},
		"another name":        {archive(t, numbers{"a", npy.Uint8, upTo(4, 1), []int{2, 2}}), Options{Array: "c"}, `array: no array "c", want one of ["a"]`},
		"too few labels":      {archive(t, numbers{"x", npy.Uint8, upTo(4, 1), []int{2, 2}}, numbers{"y", npy.Uint8, upTo(3, 1), []int{3}}), Options{}, "y: shape [3], want a label for each of the 2 examples"},
		"other test pictures": {archive(t, numbers{"x_train", npy.Uint8, upTo(4, 1), []int{2, 2}}, numbers{"x_test", npy.Uint8, upTo(3, 1), []int{1, 3}}), Options{}, "x_test: examples of shape [3] to test, want [2] as those to train on"},
		"a picture":           {[]byte("\x89PNG\r\n\x1a\n1234"), Options{}, "a PNG picture, want an array: .npy, .npz, IDX, or a batch of CIFAR"},
		"an empty file":       {nil, Options{}, "an empty file, want an array"},
	} {
		_, err := Open(t.Context(), write(t, "a", c.b), c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %q", name, err, c.want)
		}
	}
}

func nan() float64 { z := 0.0; return z / z }

func FuzzParse(f *testing.F) {
	f.Add("a.npy", array(f, numbers{"", npy.Float32, upTo(8, 1), []int{2, 4}}))
	f.Add("a.npz", archive(f, numbers{"x", npy.Uint8, upTo(12, 1), []int{2, 6}}, numbers{"y", npy.Uint8, upTo(2, 1), []int{2}}))
	f.Add("a-idx3-ubyte", []byte{0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 200})
	f.Add("data_batch_1.bin", make([]byte, cifarPixels+1))
	f.Add("test_batch", []byte("\x80\x02}U\x04dataNs."))
	f.Add("a.tar.gz", tarOf(f, "cifar/data_batch_1.bin", make([]byte, cifarPixels+1)))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		r, err := parse(t.Context(), name, bytes.NewReader(b), int64(len(b)), Options{})
		if err != nil {
			return
		}
		s, err := r.set(nil, "")
		if err != nil {
			return
		}
		for _, p := range []*Part{s.Train, s.Valid, s.Test} {
			if p == nil {
				continue
			}
			got := len(p.Floats)
			if p.Bytes != nil {
				got = p.Bytes.Len() * p.Bytes.Size()
			}
			if got != p.N*s.Field.Size() {
				t.Fatalf("%d values of %d examples of shape %v", got, p.N, s.Field.Shape)
			}
			for _, k := range p.Known {
				if len(k.Values) != p.N {
					t.Fatalf("%d values of %s of %d examples", len(k.Values), k.Field.Name, p.N)
				}
			}
		}
		if err := example.Of(s.Field).Check(); err != nil {
			t.Fatal(err)
		}
	})
}
