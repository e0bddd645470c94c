package untrusted

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
)

func zipOf(t *testing.T, name string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: name})
	if err == nil {
		_, err = w.Write([]byte("contents"))
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFilesAreRecognised(t *testing.T) {
	for _, c := range []struct{ name, head, want, remedy string }{
		{"nothing", "", "an empty file", "again"},
		{"a page", "\r\n <!DOCTYPE HTML><html><head><title>403</title>", "an HTML page", "get the file itself"},
		{"a page with a byte order mark", "\ufeff<html>", "an HTML page", "get the file itself"},
		{"a denial of object storage", "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>", "an XML document", "get the file itself"},
		{"a pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n", "a Git LFS pointer", "git lfs pull"},
		{"torch.save", zipOf(t, "archive/data.pkl"), "a PyTorch file", "other programs"},
		{"torch.save of long ago", "\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.", "a PyTorch file", "other programs"},
		{"pickle.dump", "\x80\x04\x95\x10\x00\x00\x00", "a pickle", "other programs"},
		{"Keras", zipOf(t, "metadata.json"), "a Keras file", "other programs"},
		{"numpy.savez", zipOf(t, "codes.npy"), "a NumPy archive", ""},
		{"numpy.save", "\x93NUMPY\x01\x00", "an array of NumPy", ""},
		{"a download of several files", zipOf(t, "gzip/emnist-balanced-train-images-idx3-ubyte.gz"), "a zip archive", "unpack"},
		{"h5py", "\x89HDF\r\n\x1a\n\x00", "an HDF5 file", "h5py"},
		{"tar", strings.Repeat("\x00", 257) + "ustar\x0000", "a tar archive", "unpack"},
		{"labels", "\x00\x00\x08\x01\x00\x00\x00\x01\x07", "an IDX array of bytes with rank 1", ""},
		{"safetensors", "\x10\x00\x00\x00\x00\x00\x00\x00{\"a\":", "a safetensors file", ""},
		{"words", "index,age\n0,7 years\xc3", "a text that begins with \"index,age", ""},
		{"bytes of no kind", "\x01\x02\x03\xff\xfe", "", ""},
	} {
		what, remedy := Recognise([]byte(c.head))
		if !strings.HasPrefix(what, c.want) || c.want == "" && what != "" || !strings.Contains(remedy, c.remedy) {
			t.Errorf("%s: got %q, %q, want %q, %q", c.name, what, remedy, c.want, c.remedy)
		}
	}
	if got := NotA("an IDX array", []byte("\x01\x02\x03\xff\xfe")).Error(); got != `a file that begins with "\x01\x02\x03\xff\xfe", want an IDX array` {
		t.Errorf("an unknown file: %s", got)
	}
}

func FuzzRecognise(f *testing.F) {
	for _, s := range []string{"", "PK\x03\x04", "PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00abc", "<html", "\xef\xbb\xbf", "\x08\x00\x00\x00\x00\x00\x00\x00{"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, head []byte) {
		if what, remedy := Recognise(head); what == "" && remedy != "" {
			t.Errorf("a remedy for what is not known: %q", remedy)
		}
	})
}
