package amat

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const three = "0 1 0 1\n1 1 1 1\n0 0 0 0\n"

func zip(b []byte) []byte {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(b)
	w.Close()
	return z.Bytes()
}

func TestRowsAreRead(t *testing.T) {
	for name, file := range map[string][]byte{
		"plain":                          []byte(three),
		"in gzip":                        zip([]byte(three)),
		"without the end of a last line": []byte(strings.TrimSuffix(three, "\n")),
	} {
		var got [][]byte
		err := Read(bytes.NewReader(file), 3, 4, "", func(i int, values []byte) {
			if i != len(got) {
				t.Errorf("%s: row %d after %d", name, i, len(got))
			}
			got = append(got, slices.Clone(values))
		})
		if want := [][]byte{{0, 1, 0, 1}, {1, 1, 1, 1}, {0, 0, 0, 0}}; err != nil || !slices.EqualFunc(got, want, bytes.Equal) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, want)
		}
	}
}

func TestErrorsNameTheFileAndTheLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.amat")
	for name, c := range map[string]struct{ file, want string }{
		"another digit":           {"0 1 0 1\n1 2 1 1\n0 0 0 0\n", `:2: value 2 is "2", want 0 or 1`},
		"a number of two digits":  {"0 1 0 1\n1 1 10 1\n0 0 0 0\n", `:2: value 3 is "10", want 0 or 1`},
		"a tab between values":    {"0\t1 0 1\n1 1 1 1\n0 0 0 0\n", `:1: value 1 is "0\t1", want 0 or 1`},
		"two spaces":              {"0 1  0 1\n", `:1: value 3 is "", want 0 or 1`},
		"a row that is too short": {"0 1 0 1\n1 1 1\n0 0 0 0\n", ":2: 3 values, want 4"},
		"a row that is too long":  {"0 1 0 1\n1 1 1 1 1\n0 0 0 0\n", `:2: " 1" after value 4, want the end of the line`},
		"a space at the end":      {"0 1 0 1 \n1 1 1 1\n0 0 0 0\n", `:1: " " after value 4, want the end of the line`},
		"an end of line of DOS":   {"0 1 0 1\r\n1 1 1 1\n0 0 0 0\n", `:1: "\r" after value 4, want the end of the line`},
		"an empty line":           {"0 1 0 1\n\n0 0 0 0\n", ":2: 0 values, want 4"},
		"a line without an end":   {strings.Repeat("0 ", 5000), `:1: " 0 0 0 0 0 0" after value 4, want the end of the line`},
		"a file that ends early":  {"0 1 0 1\n1 1 1 1\n", ": the file ends after 2 rows, want 3: unexpected EOF"},
		"a row that ends early":   {"0 1 0 1\n1 1", ":2: 2 values, want 4"},
		"a file that goes on":     {three + "0 0 0 0\n", ":4: the file goes on after 3 rows, want its end"},
		"an empty file":           {"", ": an empty file, want rows of 4 values 0 or 1; get the file again"},
		"a page of HTML":          {"<!DOCTYPE html>", ": an HTML page, as servers send in place of a file that they refuse, want rows of 4 values 0 or 1; get the file itself"},
		"gzip that is cut off":    {string(zip([]byte(three))[:20]), "unexpected EOF"},
		"other contents":          {three, ": SHA-256 of the contents "},
	} {
		if err := os.WriteFile(path, []byte(c.file), 0o666); err != nil {
			t.Fatal(err)
		}
		wanted := ""
		if name == "other contents" {
			wanted = "00ff"
		}
		err := Open(path, 3, 4, wanted, func(int, []byte) {})
		if err == nil || !strings.HasPrefix(err.Error(), path+":") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %q", name, err, c.want)
		}
	}
}

// A line is all that is held of a file, however long the file or a line in it is.
func TestMemoryIsBounded(t *testing.T) {
	const rows, width = 20_000, 100
	line := []byte(strings.TrimSuffix(strings.Repeat("0 ", width), " ") + "\n")
	for name, file := range map[string]io.Reader{
		"many rows":  bytes.NewReader(bytes.Repeat(line, rows)),
		"a long row": io.LimitReader(zeros{}, 1<<24),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := Read(file, rows, width, "", func(int, []byte) {})
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<18 || (err == nil) != (name == "many rows") {
			t.Errorf("%s: %d bytes, %v, want less than %d", name, used, err, 1<<18)
		}
	}
}

// zeros is an endless row.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = "0 "[i%2]
	}
	return len(b) / 2 * 2, nil
}

// What is read is what a writer of the format would write.
func FuzzRead(f *testing.F) {
	f.Add([]byte(three), 3, 4)
	f.Add(zip([]byte(three)), 3, 4)
	f.Add([]byte("0 1\n1"), 2, 2)
	f.Add([]byte("1\n1\n"), 2, 1)
	f.Fuzz(func(t *testing.T, file []byte, rows, width int) {
		if rows < 1 || rows > 100 || width < 1 || width > 100 {
			return
		}
		var text bytes.Buffer
		err := Read(bytes.NewReader(file), rows, width, "", func(_ int, values []byte) {
			for k, v := range values {
				if v > 1 {
					t.Fatalf("value %d", v)
				}
				fmt.Fprintf(&text, "%d%c", v, " \n"[min(1, (k+1)/width)])
			}
		})
		if err != nil || bytes.HasPrefix(file, []byte{0x1f, 0x8b}) {
			return
		}
		if got := text.Bytes(); !bytes.Equal(got, file) && !bytes.Equal(got, append(slices.Clone(file), '\n')) {
			t.Fatalf("%q was read as %q", file, got)
		}
	})
}
