package pickle

import (
	"bytes"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// batch is a batch of CIFAR as Python 2 wrote it, in protocol 2, with 2 × 3 bytes of data:
//
//	cPickle.dumps({'data': numpy.arange(6, dtype='u1').reshape(2, 3), 'labels': [3, 300]}, 2)
const batch = "\x80\x02}q\x01(U\x04dataq\x02cnumpy.core.multiarray\n_reconstruct\nq\x03cnumpy\nndarray\nq\x04K\x00\x85q\x05U\x01b\x87q\x06Rq\x07" +
	"(K\x01K\x02K\x03\x86cnumpy\ndtype\nq\x08U\x02u1K\x00K\x01\x87Rq\x09(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89" +
	"U\x06\x00\x01\x02\x03\x04\x05tbU\x06labelsq\x0a]q\x0b(K\x03M\x2c\x01eu."

// later is the same by Python 3 and NumPy 2, in protocol 4:
//
//	pickle.dumps({'data': …, 'labels': [3, 300]}, 4)
const later = "\x80\x04\x95\xc3\x00\x00\x00\x00\x00\x00\x00}\x94(\x8c\x04data\x94\x8c\x16numpy._core.multiarray\x94\x8c\x0c_reconstruct\x94\x93\x94" +
	"\x8c\x05numpy\x94\x8c\x07ndarray\x94\x93\x94K\x00\x85\x94C\x01b\x94\x87\x94R\x94(K\x01K\x02K\x03\x86\x94\x8c\x05numpy\x8c\x05dtype\x94\x93\x94\x8c\x02u1\x94\x89\x88\x87\x94R\x94" +
	"(K\x03\x8c\x01|\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t\x94b\x89C\x06\x00\x01\x02\x03\x04\x05\x94t\x94b\x8c\x06labels\x94]\x94(K\x03M\x2c\x01eu."

func TestBatchesOfPythonAreReadInEachProtocol(t *testing.T) {
	want := Dict{
		"data":   &Array{Shape: []int{2, 3}, Data: []byte{0, 1, 2, 3, 4, 5}},
		"labels": &List{[]any{int64(3), int64(300)}},
	}
	// bytes in protocol 2 by Python 3 are text that is encoded.
	third := strings.Replace(batch, "U\x06\x00\x01\x02\x03\x04\x05tb", "c_codecs\nencode\nX\x06\x00\x00\x00\x00\x01\x02\x03\x04\x05X\x06\x00\x00\x00latin1\x86Rtb", 1)
	for name, b := range map[string]string{"Python 2": batch, "Python 3, protocol 4": later, "Python 3, protocol 2": third} {
		got, err := Read([]byte(b))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, want)
		}
	}
}

func TestSimpleValuesAreRead(t *testing.T) {
	for name, c := range map[string]struct {
		b    string
		want any
	}{
		"none":               {"N", nil},
		"true":               {"\x88", true},
		"a float":            {"G\x3f\xe0\x00\x00\x00\x00\x00\x00", 0.5},
		"minus one":          {"J\xff\xff\xff\xff", int64(-1)},
		"a long of no bytes": {"\x8a\x00", int64(0)},
		"a long below zero":  {"\x8a\x01\xff", int64(-1)},
		"a long above 255":   {"\x8a\x02\xff\x00", int64(255)},
		"text":               {"X\x02\x00\x00\x00\xc3\xa4", "ä"},
		"a tuple by a mark":  {"(K\x01K\x02t", Tuple{int64(1), int64(2)}},
		"a list of one":      {"]K\x01a", &List{[]any{int64(1)}}},
		"a value used again": {"K\x07q\x00h\x00\x86", Tuple{int64(7), int64(7)}},
	} {
		got, err := Read([]byte("\x80\x02" + c.b + "."))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, c.want)
		}
	}
}

func TestNoPickleIsRun(t *testing.T) {
	for name, c := range map[string]struct{ b, want string }{
		"a call of the system":     {"\x80\x02cos\nsystem\nU\x02ls\x85R.", "byte 2: it calls os.system, want only arrays of numpy: pickles are never run"},
		"the same in protocol 4":   {"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02ls\x85R.", "it calls os.system"},
		"an array's class alone":   {"\x80\x02cnumpy\nndarray\nK\x00\x85R.", "it calls numpy.ndarray, want only"},
		"a value that is no call":  {"\x80\x02K\x01K\x00\x85R.", "a call that is not one of a known function"},
		"an array of objects":      {strings.Replace(batch, "u1K", "O8K", 1), `an array of "O8", want bytes, u1`},
		"more bytes than declared": {strings.Replace(batch, "K\x02K\x03\x86", "K\x02K\x02\x86", 1), "an array of shape [2 2] of 6 bytes, want 4"},
		"a shape of text":          {strings.Replace(batch, "K\x02K\x03\x86", "U\x01aK\x02\x86", 1), "an array of shape [0 2] of 6 bytes, want 0"},
		"a persistent object":      {"\x80\x02Q.", "operation 0x51, want one of those of numbers, text, lists and arrays"},
		"protocol 0":               {"(dp0\n.", "want a pickle of protocol 2 to 5"},
		"a file that is cut":       {batch[:40], "a name without an end"},
		"text that is cut":         {"\x80\x02X\xff\xff\xff\x7fabc.", "text of 2147483647 bytes in a file of"},
		"text beyond any size":     {"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\xff.", "text of 18446744073709551615 bytes in a file of 12"},
		"no end":                   {"\x80\x02N", "the file ends after 0 of 1 bytes: unexpected EOF"},
		"two values at the end":    {"\x80\x02NN.", "an end with 2 values and 0 bytes left"},
		"something after the end":  {"\x80\x02N.N", "an end with 1 values and 1 bytes left"},
		"a mark for a value":       {"\x80\x02(a.", errEmpty.Error()},
		"a value that is missing":  {"\x80\x02h\x07.", "value 7 is used before it is stored"},
		"a list for a key":         {"\x80\x02}]Ns.", "a key *pickle.List, want text"},
		"a list for a dictionary":  {"\x80\x02](K\x01K\x02u.", "2 keys and values are added to *pickle.List"},
	} {
		got, err := Read([]byte(c.b))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %T, error %v, want %q", name, got, err, c.want)
		}
	}
}

func TestStepsAreBounded(t *testing.T) {
	b := append([]byte("\x80\x02"), bytes.Repeat([]byte("]"), 2<<20)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Read(b)
	runtime.ReadMemStats(&after)
	if err == nil || !strings.Contains(err.Error(), "1048577 operations, want at most 1048576") {
		t.Errorf("got error %v, want one of the number of operations", err)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 256<<20 {
		t.Errorf("it took %d bytes, want at most a quarter of a gigabyte", n)
	}
}

// A text of 100 bytes and its encoding are stored once: each call takes 6 bytes more and makes 100.
func TestTextIsNotEncodedAgainAndAgain(t *testing.T) {
	call := func(n int) []byte {
		b := "\x80\x02c_codecs\nencode\nq\x00U\x06latin1q\x01X\x64\x00\x00\x00" + strings.Repeat("x", 100) + "q\x02]"
		b += strings.Repeat("h\x00h\x02h\x01\x86Ra", n) + "\x87."
		return []byte(b)
	}
	if _, err := Read(call(1)); err != nil && strings.Contains(err.Error(), "are encoded") {
		t.Errorf("once: %v", err)
	}
	if _, err := Read(call(50)); err == nil || !strings.Contains(err.Error(), "bytes of text are encoded in a file of") {
		t.Errorf("50 times: got %v, want an error", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(batch))
	f.Add([]byte(later))
	f.Add([]byte("\x80\x02]q\x00h\x00a."))
	f.Add([]byte("\x80\x02\x8a\x03abcG12345678\x86."))
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := Read(b)
		if a, ok := v.(*Array); ok && err == nil {
			n := 1
			for _, d := range a.Shape {
				n *= d
			}
			if len(a.Shape) > 0 && n != len(a.Data) {
				t.Fatalf("an array of shape %v has %d bytes", a.Shape, len(a.Data))
			}
		}
	})
}
