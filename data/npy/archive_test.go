package npy

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// pack makes a zip file with entries as they are given.
func pack(t testing.TB, method uint16, entries ...[]byte) []byte {
	t.Helper()
	names := []string{"a.npy", "b.npy", "c.npy"}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for k, e := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: names[k], Method: method})
		if err != nil {
			t.Fatal(err)
		}
		w.Write(e)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readAll reads every array of a file as float64.
func readAll(b []byte, o Limits) (map[string][]float64, error) {
	a, err := OpenArchive(bytes.NewReader(b), int64(len(b)), o)
	if err != nil {
		return nil, err
	}
	all := map[string][]float64{}
	for _, name := range a.Names() {
		x, err := a.Open(name)
		if err != nil {
			return nil, err
		}
		all[name] = make([]float64, x.Left())
		if err := Read(x, all[name]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func TestArchivesAreReadBack(t *testing.T) {
	write := func() []byte {
		var b bytes.Buffer
		w := NewArchiveWriter(&b)
		codes, err := w.Create("codes", Float16, 3, 2)
		if err != nil {
			t.Fatal(err)
		}
		for k := range 3 { // row by row
			if err := Write(codes, []float32{float32(k), 0.5}); err != nil {
				t.Fatal(err)
			}
		}
		labels, err := w.Create("labels", Int64, 3)
		if err != nil {
			t.Fatal(err)
		}
		if err := Write(labels, []int64{3, 1, 2}); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	b := write()
	got, err := readAll(b, Limits{})
	if err != nil || !slices.Equal(got["codes"], []float64{0, 0.5, 1, 0.5, 2, 0.5}) || !slices.Equal(got["labels"], []float64{3, 1, 2}) {
		t.Errorf("got %v, %v", got, err)
	}
	if !bytes.Equal(b, write()) {
		t.Error("written twice, the bytes differ")
	}
}

func TestAnArchiveIsNotWrittenInPart(t *testing.T) {
	w := NewArchiveWriter(&bytes.Buffer{})
	if _, err := w.Create("x", Int8, 2); err != nil {
		t.Fatal(err)
	}
	want := "npy: x: 2 elements are missing of shape [2]"
	if _, err := w.Create("y", Int8, 1); err == nil || err.Error() != want {
		t.Errorf("the next array: got error %v, want %s", err, want)
	}
	if err := w.Close(); err == nil || err.Error() != want {
		t.Errorf("the end: got error %v, want %s", err, want)
	}
	w = NewArchiveWriter(&bytes.Buffer{})
	for _, c := range []struct{ name, typ, want string }{
		{"x", "<i4", ""},
		{"x", "<i4", `npy: "x": want a plain name that no other array has`},
		{"../y", "<i4", `npy: "../y": want a plain name that no other array has`},
		{"z", "float", `npy: z: type "float", want one of`},
	} {
		_, err := w.Create(c.name, Type(c.typ), 0)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.HasPrefix(err.Error(), c.want)) {
			t.Errorf("%s %s: got error %v, want %q", c.name, c.typ, err, c.want)
		}
	}
}

func TestHostileArchives(t *testing.T) {
	good := file(t, Uint8, 1, 2, 3)
	stored := pack(t, zip.Store, good)
	// patch returns the file with some bytes of its directory's only entry replaced.
	patch := func(b []byte, at int, value ...byte) []byte {
		b = slices.Clone(b)
		entry := bytes.LastIndex(b, []byte("PK\x01\x02"))
		copy(b[entry+at:], value)
		return b
	}
	claims := version1("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }")
	zeros := file(t, Uint8, make([]float64, 1<<20)...)
	same := pack(t, zip.Store, good, good)
	same = bytes.ReplaceAll(same, []byte("b.npy"), []byte("a.npy"))
	for _, c := range []struct {
		name string
		file []byte
		o    Limits
		want string
	}{
		{"no zip file", good, Limits{}, "npy: an array of NumPy, want a NumPy archive (.npz)"},
		{"an entry twice", same, Limits{}, `npy: "a.npy": a second entry of this name`},
		{"a name that climbs", bytes.ReplaceAll(stored, []byte("a.npy"), []byte("../ab")), Limits{}, `npy: "../ab": not a plain name`},
		{"an absolute name", bytes.ReplaceAll(stored, []byte("a.npy"), []byte("/a.py")), Limits{}, `npy: "/a.py": not a plain name`},
		{"encryption", patch(stored, 8, 1), Limits{}, `npy: "a.npy": encrypted`},
		{"another method", patch(stored, 10, 12), Limits{}, `npy: "a.npy": compressed by method 12, want 0 or 8: numpy's savez or savez_compressed`},
		{"a stored size that differs", patch(stored, 24, 9), Limits{}, `npy: "a.npy": 9 bytes stored in 131, want as many`},
		{"a size beyond the file", patch(stored, 20, 0xff, 0xff, 0xff, 0, 0xff, 0xff, 0xff, 0), Limits{}, `npy: "a.npy": 16777215 bytes from byte `},
		{"a thousand to one", pack(t, zip.Deflate, zeros), Limits{}, `npy: "a.npy": 1048704 bytes compressed to `},
		{"too many entries", pack(t, zip.Store, good, good), Limits{Entries: 1}, "npy: 2 entries, want at most 1"},
		{"a shape beyond the entry", pack(t, zip.Store, claims), Limits{}, "npy: a: " + sized("1000000000000", "shape [1000000000000] of <f8 and its header make 8000000000079 bytes, want the 79 of the entry")},
		{"fewer elements than declared", pack(t, zip.Store, good[:len(good)-1]), Limits{}, "npy: a: shape [3] of |u1 and its header make 131 bytes, want the 130 of the entry"},
		{"more elements than declared", pack(t, zip.Deflate, append(slices.Clone(good), 4)), Limits{}, "npy: a: shape [3] of |u1 and its header make 131 bytes, want the 132 of the entry"},
		{"a wrong checksum", patch(stored, 16, 1, 2, 3, 4), Limits{}, "npy: a: zip: checksum error"},
		{"a broken stream", patch(pack(t, zip.Deflate, good), 24, 132), Limits{}, "npy: a: shape [3] of |u1 and its header make 131 bytes, want the 132 of the entry"},
	} {
		got, err := readAll(c.file, c.o)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v and error %v, want %s", c.name, got, err, c.want)
		}
	}
	if _, err := readAll(pack(t, zip.Deflate, zeros), Limits{Ratio: 1032}); err != nil {
		t.Errorf("a thousand to one where that is allowed: %v", err)
	}
}

func TestOverlappingEntriesAreRefused(t *testing.T) {
	// A directory whose two entries are the same part of the file.
	b := pack(t, zip.Store, file(t, Uint8, make([]float64, 1000)...))
	at := bytes.Index(b, []byte("PK\x01\x02"))
	end := bytes.Index(b, []byte("PK\x05\x06"))
	second := bytes.Replace(b[at:end], []byte("a.npy"), []byte("b.npy"), 1)
	b = slices.Insert(b, end, second...)
	end += len(second)
	binary.LittleEndian.PutUint16(b[end+8:], 2)
	binary.LittleEndian.PutUint16(b[end+10:], 2)
	binary.LittleEndian.PutUint32(b[end+12:], uint32(2*len(second)))
	for _, room := range []int{0, 4096} { // before the entries, enough for both elsewhere
		_, err := readAll(append(make([]byte, room), b...), Limits{})
		if err == nil || !strings.Contains(err.Error(), `within "a.npy"`) {
			t.Errorf("room %d: got error %v, want one of the part that is used twice", room, err)
		}
	}
}

func TestAMissingArrayIsNamed(t *testing.T) {
	b := pack(t, zip.Store, file(t, Uint8, 1), file(t, Uint8, 1))
	a, err := OpenArchive(bytes.NewReader(b), int64(len(b)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Open("codes"); err == nil || err.Error() != `npy: no array "codes", want one of ["a" "b"]` {
		t.Errorf("got error %v", err)
	}
}

func TestADeclaredSizeIsNotAllocated(t *testing.T) {
	claims := version1("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a, err := Open(bytes.NewReader(claims), "x")
	if err == nil {
		err = Read(a, make([]float64, 1))
	}
	runtime.ReadMemStats(&after)
	if want := "npy: x: " + sized("1000000000000", "1000000000000 elements before the end: unexpected EOF"); err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("a file of 79 bytes took %d bytes, want less than a megabyte", n)
	}
}

func FuzzOpenArchive(f *testing.F) {
	good := file(f, Float32, 1, 2, 3)
	f.Add(pack(f, zip.Store, good, file(f, Int64, 5)))
	f.Add(pack(f, zip.Deflate, good, file(f, Bool, 1, 0)))
	f.Add(pack(f, zip.Store, good[:50]))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := readAll(b, Limits{})
		if err != nil {
			return
		}
		n := 0
		for _, values := range all {
			n += len(values)
		}
		if n > max(100*len(b), len(all)*slack) {
			t.Fatalf("%d elements in %d bytes", n, len(b))
		}
	})
}

func FuzzOpen(f *testing.F) {
	for _, t := range types {
		f.Add(file(f, t, 1, 0, 1))
	}
	f.Add(version1("{'descr': '>i2', 'fortran_order': True, 'shape': (1, 2, 3), }\n", 0, 0, 0, 3, 0, 1, 0, 4, 0, 2, 0, 5))
	f.Add(version1(`{"shape":(2L, 3), "fortran_order":False,"descr":"|u1"}`, 1, 2, 3, 4, 5, 6))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := Open(bytes.NewReader(b), "x")
		if err != nil || a.Left() > int64(len(b)) {
			return
		}
		values := make([]float64, a.Left())
		if Read(a, values) != nil {
			return
		}
		var out bytes.Buffer
		w, err := Create(&out, "x", a.Type, a.Shape...)
		if err != nil {
			t.Fatalf("what was read is not written: %v", err)
		}
		if a.Type.isFloat() {
			if err := Write(w, values); err != nil {
				t.Fatalf("what was read is not written: %v", err)
			}
		}
	})
}
