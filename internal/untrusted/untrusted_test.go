package untrusted

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
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
	if want := "11 columns, want at most 10; if you trust it, LATENTSPACE_LIMITS=columns=11 lets it in"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
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
		`{"m":{"x":1,"x":1}}`:              `key "x": twice`,
		`{"m":{"l":[{"x":1,"x":1}]}}`:      `key "x": twice`,
		`{"a":1,"b":2}`:                    `unknown field "b"`,
		`{"a":1} {}`:                       "something after the end",
		`{"a":1`:                           "unexpected E",
		``:                                 "unexpected EOF",
		`{"a":"x"}`:                        "cannot unmarshal",
		`{"m":{"l":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}}`: "nested deeper than 100",
	} {
		var into item
		err := DecodeJSON([]byte(src), &into, false)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: got %v, want %q", src, err, want)
		}
	}
	var into item
	if err := DecodeJSON([]byte(`{"a":1,"b":2}`), &into, true); err != nil || into.A != 1 {
		t.Errorf("with more keys: got %+v and error %v", into, err)
	}
}

func FuzzDecodeJSON(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `{"a":1,"a":2}`, `[[1,2],{"a":[]}]`, `{"a":`, `"\u0000"`, `{"m":{"x":1e400}}`, ``} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var into any
		if err := DecodeJSON(b, &into, false); err != nil {
			return
		}
		if err := uniqueKeys(b); err != nil {
			t.Fatalf("taken though %v", err)
		}
	})
}

func TestLinesOfCSVAreBounded(t *testing.T) {
	short := strings.Repeat(strings.Repeat(",", int(Columns.Most)-1)+"\n", 3)
	if b, err := io.ReadAll(CSV(strings.NewReader(short))); err != nil || string(b) != short {
		t.Errorf("got %d bytes and error %v, want %d", len(b), err, len(short))
	}
	_, err := io.ReadAll(CSV(iotest.OneByteReader(strings.NewReader("a\n" + strings.Repeat(",", int(Columns.Most)) + "\n"))))
	if want := "line 2: at least 100001 columns, want at most 100000; if you trust it, LATENTSPACE_LIMITS=columns=100001 lets it in"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
