package untrusted

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
)

func TestALimitSaysHowToBeRaised(t *testing.T) {
	l := Limit{"columns", "columns", 10}
	if err := l.Check(10); err != nil {
		t.Error(err)
	}
	err := l.Check(11)
	if want := "11 columns, want at most 10; LATENTSPACE_LIMITS=columns=N allows N, for a file that you trust"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// What a limit allows can be counted by an int, of 32 bits too.
func TestALimitIsWithinAnInt(t *testing.T) {
	for _, l := range all {
		if most := l.Value(); int64(int(most)) != most || most != min(l.Most, math.MaxInt) {
			t.Errorf("%s: %d, want %d and no more than %d", l.Name, most, l.Most, math.MaxInt)
		}
	}
	e := &LimitError{Limit{"values", "bytes", 8 << 30}, math.MaxInt64, math.MaxInt}
	want := fmt.Sprintf("%d bytes, want at most %d, as this program is built for processors of %d bits", int64(math.MaxInt64), math.MaxInt, strconv.IntSize)
	if got := e.Error(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLimitsOfTheEnvironment(t *testing.T) {
	got, err := parse(" columns=200000, idx=4294967296,")
	if err != nil || len(got) != 2 || got["columns"] != 200_000 || got["idx"] != 1<<32 {
		t.Errorf("got %v and error %v", got, err)
	}
	for list, want := range map[string]string{
		"columns":     "want a name and a number such as columns=200000",
		"columns=-1":  "want a name and a number",
		"columns=0":   "want a name and a number",
		"columns=1e9": "want a name and a number",
		"colums=5":    `no limit "colums", want one of checkpoint-header, `,
	} {
		if _, err := parse(list); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", list, err, want)
		}
	}
}

func TestEveryLimitHasANameOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range all {
		if l.Name == "" || l.Unit == "" || l.Most < 1 || seen[l.Name] {
			t.Errorf("limit %+v", l)
		}
		seen[l.Name] = true
	}
}

func TestOnlyRegularFilesAreOpened(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := Open(dir); err == nil || !strings.HasSuffix(err.Error(), dir+": a folder, want a regular file") {
		t.Errorf("a folder: got %v", err)
	}
	if _, _, err := Open("/dev/null"); err == nil || !strings.HasSuffix(err.Error(), "want a regular file") {
		t.Errorf("a device: got %v", err)
	}
	missing := filepath.Join(dir, "missing")
	if _, _, err := Open(missing); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "open "+missing) {
		t.Errorf("a missing file: got %v", err)
	}
}

func TestAFileIsReadWithinItsLimit(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, []byte("12345"), 0o666); err != nil {
		t.Fatal(err)
	}
	if b, err := ReadFile(file, Limit{"report", "bytes", 5}); err != nil || string(b) != "12345" {
		t.Errorf("got %q and error %v", b, err)
	}
	if _, err := ReadFile(file, Limit{"report", "bytes", 4}); err == nil || !strings.Contains(err.Error(), file+": 5 bytes, want at most 4") {
		t.Errorf("got error %v", err)
	}
}

func TestStrictJSON(t *testing.T) {
	type item struct {
		A int            `json:"a"`
		M map[string]any `json:"m"`
	}
	for src, want := range map[string]string{
		`{"a":1,"m":{"x":[1,{"y":null}]}}`: "",
		`{"a":1} `:                         "",
		`{"a":1,"a":2}`:                    `key "a": twice`,
		`{"a":1,"A":2}`:                    `key "A": twice`,
		`{"s":1,"ſ":2}`:                    `twice`,
		`{"k":1,"K":2}`:                    `twice`,
		`{"m":{"l":[` + strings.Repeat("{},", 50_000) + `{}]}}`: "50001 elements, want at most 50000",
		`{"m":{"x":1,"x":1}}`:         `key "x": twice`,
		`{"m":{"l":[{"x":1,"x":1}]}}`: `key "x": twice`,
		`{"a":1,"b":2}`:               `unknown field "b"`,
		`{"a":1} {}`:                  "something after the end",
		`{"a":1`:                      "unexpected E",
		``:                            "unexpected EOF",
		`{"a":"x"}`:                   "cannot unmarshal",
		`{"m":{"l":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}}`: "nested deeper than 100",
	} {
		var into item
		err := DecodeJSON([]byte(src), &into)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: got %v, want %q", src, err, want)
		}
	}
}

func FuzzDecodeJSON(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `{"a":1,"a":2}`, `[[1,2],{"a":[]}]`, `{"a":`, `"\u0000"`, `{"m":{"x":1e400}}`, ``} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var into any
		if err := DecodeJSON(b, &into); err != nil {
			return
		}
		if err := CheckJSON(b); err != nil {
			t.Fatalf("taken though %v", err)
		}
	})
}

func TestRecordsOfTablesAreBounded(t *testing.T) {
	short := strings.Repeat(strings.Repeat(",", int(Columns.Most)-1)+"\n", 3)
	if b, err := io.ReadAll(Table(strings.NewReader(short), ',')); err != nil || string(b) != short {
		t.Errorf("got %d bytes and error %v, want %d", len(b), err, len(short))
	}
	quoted := strings.Repeat("\""+strings.Repeat(",", int(Cell.Most)-3)+"\"\n", 2)
	if b, err := io.ReadAll(Table(strings.NewReader(quoted), ',')); err != nil || string(b) != quoted {
		t.Errorf("commas in quotes: got %d bytes and error %v, want %d", len(b), err, len(quoted))
	}
	within := strings.Repeat("\"\n\",", int(Columns.Most))
	if _, err := io.ReadAll(Table(strings.NewReader(within), ',')); err == nil {
		t.Error("a record whose cells have ends of lines: got no error")
	}
	_, err := io.ReadAll(Table(iotest.OneByteReader(strings.NewReader("a\n"+strings.Repeat(";", int(Columns.Most))+"\n")), ';'))
	if want := "line 2: 100001 columns, want at most 100000; LATENTSPACE_LIMITS=columns=N allows N, for a file that you trust"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	for text, want := range map[string]string{
		"a,b\n1," + strings.Repeat("9", 70_000) + "\n":   "line 2: column 2: a cell of 65537 bytes, want at most 65536; ",
		"a,b\n\"" + strings.Repeat("9\n", 40_000) + "\n": "line 32769: column 1: a cell in quotes of 65537 bytes, want at most 65536; ",
	} {
		if _, err := io.ReadAll(Table(strings.NewReader(text), ',')); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// The limits that docs/TRUST.md lists are those of the program.
func TestTheDocumentHasEveryLimit(t *testing.T) {
	b, err := os.ReadFile("../../docs/TRUST.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		digits := fmt.Sprint(l.Most)
		for i := len(digits) - 3; i > 0; i -= 3 {
			digits = digits[:i] + "," + digits[i:]
		}
		if row := fmt.Sprintf("| `%s` | %s %s |", l.Name, digits, l.Unit); !strings.Contains(string(b), row) {
			t.Errorf("no row %s", row)
		}
	}
	_, table, _ := strings.Cut(string(b), "\n| limit |")
	table, _, _ = strings.Cut(table, "\n\n")
	if rows := strings.Count(table, "\n| `"); rows != len(all) {
		t.Errorf("%d rows of limits, want %d", rows, len(all))
	}
}
