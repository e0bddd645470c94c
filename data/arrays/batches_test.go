package arrays

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rowsOf is pictures of CIFAR as bytes: each of one value in all its pixels, but for the channels
// of the first, after its labels.
func rowsOf(values []byte, labels ...[]byte) []byte {
	var b []byte
	for i, v := range values {
		for _, l := range labels {
			b = append(b, l[i])
		}
		for c := range byte(3) {
			b = append(b, bytes.Repeat([]byte{v + c}, cifarPixels/3)...)
		}
	}
	return b
}

// pickled is the same as a batch of Python 2.
func pickled(values []byte, keys []string, labels ...[]byte) []byte {
	pixels := rowsOf(values)
	n := len(values)
	b := fmt.Appendf(nil, "\x80\x02}(U\x04datacnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01K%cM\x00\x0c\x86", n)
	b = append(b, "cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T"...)
	b = append(b, byte(len(pixels)), byte(len(pixels)>>8), byte(len(pixels)>>16), 0)
	b = append(append(b, pixels...), "tb"...)
	for k, key := range keys {
		b = fmt.Appendf(b, "U%c%s](", len(key), key)
		for _, l := range labels[k] {
			b = append(b, 'K', l)
		}
		b = append(b, 'e')
	}
	return append(b, "u."...)
}

// tarOf is a tar archive of one file.
func tarOf(t testing.TB, name string, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(b))}); err != nil {
		t.Fatal(err)
	}
	w.Write(b)
	w.Close()
	return out.Bytes()
}

func TestCIFARIsReadInEachForm(t *testing.T) {
	meta := []byte("\x80\x02}U\x0blabel_names](U\x04zeroU\x03onee" + "s.")
	for name, files := range map[string]map[string][]byte{
		"bytes": {
			"data_batch_10.bin": rowsOf([]byte{30}, []byte{1}), "data_batch_2.bin": rowsOf([]byte{10, 20}, []byte{0, 1}),
			"test_batch.bin": rowsOf([]byte{40}, []byte{0}), "batches.meta.txt": []byte("zero\none\n\n"), "readme.html": []byte("<html>"),
		},
		"Python": {
			"data_batch_10": pickled([]byte{30}, []string{"labels"}, []byte{1}), "data_batch_2": pickled([]byte{10, 20}, []string{"labels"}, []byte{0, 1}),
			"test_batch": pickled([]byte{40}, []string{"labels"}, []byte{0}), "batches.meta": meta,
		},
		"a hundred classes": {
			"train.bin": rowsOf([]byte{10, 20, 30}, []byte{5, 6, 5}, []byte{0, 1, 1}), "test.bin": rowsOf([]byte{40}, []byte{5}, []byte{0}),
			"fine_label_names.txt": []byte("zero\none"),
		},
		"a hundred classes of Python": {
			"train": pickled([]byte{10, 20, 30}, []string{"fine_labels", "coarse_labels"}, []byte{0, 1, 1}, []byte{5, 6, 5}),
			"test":  pickled([]byte{40}, []string{"fine_labels", "coarse_labels"}, []byte{0}, []byte{5}),
			"meta":  []byte("\x80\x02}U\x10fine_label_names](U\x04zeroU\x03onees."),
		},
	} {
		dir := t.TempDir()
		for file, b := range files {
			if err := os.WriteFile(filepath.Join(dir, file), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		s, err := Open(t.Context(), dir, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		pixels := s.Train.Bytes.Bytes()
		if s.Train.N != 3 || s.Test.N != 1 || !slices.Equal(pixels[cifarPixels:cifarPixels+6], []byte{20, 21, 22, 20, 21, 22}) || s.Test.Bytes.Bytes()[0] != 40 {
			t.Errorf("%s: %d and %d pictures that begin with %v, want 3 and 1, in the order of the batches, turned", name, s.Train.N, s.Test.N, pixels[cifarPixels:cifarPixels+6])
		}
		if k := s.Train.Known[0]; k.Field.Name != "class" || !slices.Equal(k.Field.Words, []string{"zero", "one"}) || !slices.Equal(k.Values, []float32{0, 1, 1}) {
			t.Errorf("%s: got classes %+v", name, k)
		}
		if hundred := strings.Contains(name, "hundred"); hundred != (len(s.Train.Known) == 2) || hundred && s.Train.Known[1].Field.Name != "superclass" {
			t.Errorf("%s: got %d fields", name, len(s.Train.Known))
		}
	}
}

func TestCIFARIsReadFromATarArchive(t *testing.T) {
	s, err := Open(t.Context(), write(t, "cifar.tar", tarOf(t, "../x/data_batch_1.bin", rowsOf([]byte{10, 20}, []byte{9, 0}))), Options{})
	if err != nil || s.Train.N != 2 || !slices.Equal(s.Train.Known[0].Field.Words, []string{"airplane", "truck"}) {
		t.Errorf("got %+v, %v, want two pictures of known classes", s, err)
	}
}

func TestBatchesThatMeanNothingAreErrors(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		b    []byte
		want string
	}{
		"a batch that is cut":   {"data_batch_1.bin", make([]byte, 3000), "3000 bytes, want rows of 3073 (CIFAR-10) or 3074 (CIFAR-100)"},
		"an empty one":          {"a.bin", nil, "an empty file, want pictures"},
		"a list":                {"data_batch_1", []byte("\x80\x02]."), "a pickle of *pickle.List, want a dictionary with data and labels"},
		"no data":               {"data_batch_1", []byte("\x80\x02}."), "no data of shape (n, 3072) in C's order"},
		"too few labels":        {"data_batch_1", pickled([]byte{1, 2}, []string{"labels"}, []byte{0}), "no list labels of 2 labels, want one for each picture"},
		"a call of the system":  {"data_batch_1", []byte("\x80\x02cos\nsystem\nU\x02ls\x85R."), "it calls os.system, want only arrays of numpy"},
		"a tar without batches": {"a.tar", tarOf(t, "x.txt", []byte("x")), "no batches of CIFAR"},
		"no tar":                {"a.tar.gz", []byte("text"), "unexpected EOF"},
	} {
		_, err := Open(t.Context(), write(t, c.file, c.b), Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %q", name, err, c.want)
		}
	}
}
