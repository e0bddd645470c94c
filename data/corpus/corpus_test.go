package corpus

import (
	"archive/zip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"latentspace/data/division"
	"latentspace/data/tokens"
	"latentspace/example"
)

// defaults are options as an experiment has them.
func defaults() Options {
	return Options{
		Unit: example.Char, Of: example.Lines, Length: division.Auto, Vocabulary: division.Auto, Encoding: UTF8,
		Shuffled: division.Shuffled{Valid: division.Auto, Test: division.Auto, Seed: 1},
	}
}

// written is a file with a text.
func written(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// lines are n lines that differ.
func lines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}

// spelled are the texts of a set.
func spelled(s *tokens.Set) (all []string) {
	f := s.Schema().Fields[0]
	row := make([]float32, f.Size())
	for i := range s.Len() {
		s.Read(i, row)
		all = append(all, f.Spell(row))
	}
	return all
}

func opened(t testing.TB, path string, folder bool, o Options) *Corpus {
	t.Helper()
	c, err := Open(context.Background(), path, folder, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*tokens.Set{c.Train, c.Valid, c.Test} {
		if err := s.Schema().Check(); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestLinesOfAFile(t *testing.T) {
	path := written(t, "some.txt", lines(40)+"\n\nline 7\r\n"+strings.Repeat("a long line ", 20)+"\n")
	c := opened(t, path, false, defaults())
	var all []string
	for _, s := range []*tokens.Set{c.Train, c.Valid, c.Test} {
		all = append(all, spelled(s)...)
	}
	long := strings.Repeat("a long line ", 20)
	want := append(strings.Split(strings.TrimSpace(lines(40)), "\n"), "line 7", long[:128], long[128:])
	slices.Sort(all)
	slices.Sort(want)
	if !slices.Equal(all, want) {
		t.Errorf("got %q, want %q", all, want)
	}
	notes := []string{
		"some.txt: 560 bytes of text",
		"42 lines; 2 blank lines passed over",
		"copies of others, word for word: 1 of the lines; all copies are in one split",
		"a token is a character: a vocabulary of 19, with the end of a text; the longest of the lines has 240 tokens",
		"1 of 42 lines (2.4 %) have more than 128 tokens and are cut into pieces: data.length says another number",
	}
	if !slices.Equal(c.Notes[:5], notes) || !strings.HasPrefix(c.Notes[5], fmt.Sprintf("%d are to train on, ", c.Train.Len())) || len(c.Notes) != 6 {
		t.Errorf("notes %q, want %q", c.Notes, notes)
	}
	if f := c.Train.Schema().Fields[0]; f.Size() != 129 || f.Words[1] != " " {
		t.Errorf("a field of %d steps of %q, want 129, and a blank first", f.Size(), f.Words)
	}
	// A piece that another follows has no end.
	row := make([]float32, 129)
	for _, s := range []*tokens.Set{c.Train, c.Valid, c.Test} {
		for i := range s.Len() {
			if s.Read(i, row); row[127] >= 0 && (row[128] != -1 || slices.Contains(row, 0)) {
				t.Errorf("the first piece of a line is %v, want 128 tokens and no end", row)
			}
		}
	}
}

func TestCopiesAreInOneSplit(t *testing.T) {
	path := written(t, "copies.txt", strings.Repeat(lines(80), 3))
	o := defaults()
	o.Valid, o.Test = 10, 20
	c := opened(t, path, false, o)
	seen := map[string]int{}
	for k, s := range []*tokens.Set{c.Train, c.Valid, c.Test} {
		if want := []int{150, 30, 60}[k]; s.Len() != want {
			t.Errorf("split %d has %d lines, want %d", k, s.Len(), want)
		}
		for _, text := range spelled(s) {
			if in, ok := seen[text]; ok && in != k {
				t.Errorf("%q is in splits %d and %d", text, in, k)
			}
			seen[text] = k
		}
	}
	o.Train = 40
	if c = opened(t, path, false, o); c.Train.Len() != 120 {
		t.Errorf("%d lines to train on, want 40 with their copies", c.Train.Len())
	}
	o.Seed = 2
	if again := opened(t, path, false, o); slices.Equal(spelled(again.Test), spelled(c.Test)) {
		t.Error("two seeds draw the same lines")
	}
}

func TestVocabulariesAreOfTheTextsToTrainOn(t *testing.T) {
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, "the word%c%c, again\n", 'a'+i%26, 'a'+i/26)
	}
	path := written(t, "words.txt", b.String())
	o := defaults()
	o.Unit = example.Word
	c := opened(t, path, false, o)
	f := c.Train.Schema().Fields[0]
	if n := c.Train.Len(); len(f.Words) != n+5 || f.Text.Unknown != n+4 { // the end, the, ", ", again and <unk>
		t.Errorf("%d words, want one of each of %d lines and 5 more", len(f.Words), n)
	}
	for _, text := range spelled(c.Test) {
		if text != "the <unk> again" && text != "the <unk>, again" {
			t.Errorf("got %q, want a word that was never met", text)
		}
	}
	if note := c.Notes[len(c.Notes)-2]; note != "0 % of the words to train on are too rare for the vocabulary and become <unk>, and 25 % of those to choose by: data.vocabulary says another size" {
		t.Errorf("got %q", note)
	}
	o.Vocabulary = 4
	if c = opened(t, path, false, o); len(c.Train.Schema().Fields[0].Words) != 4 {
		t.Errorf("got %q, want 4 words", c.Train.Schema().Fields[0].Words)
	}
	o.Unit, o.Vocabulary = example.BPE, 270
	f = opened(t, path, false, o).Train.Schema().Fields[0]
	if len(f.Words) != 270 || !slices.Contains(f.Words, "the") {
		t.Errorf("got %q, want 13 pairs", f.Words[257:])
	}
}

func TestTheClassOfATextIsItsFolderOrItsFile(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"folders":             {map[string]string{"books/a/1.txt": lines(10), "books/a/x/2.md": lines(9), "books/b/3.TXT": lines(8), "books/c.txt": lines(7)}, []string{".", "a", "b"}},
		"files":               {map[string]string{"austen.txt": lines(10), "dickens.txt": lines(9)}, []string{"austen", "dickens"}},
		"files in one folder": {map[string]string{"all/austen.txt": lines(10), "all/dickens.txt": lines(9)}, []string{"austen", "dickens"}},
		"one file":            {map[string]string{"austen.txt": lines(10)}, nil},
	} {
		dir := t.TempDir()
		for file, text := range c.files {
			path := filepath.Join(dir, filepath.FromSlash(file))
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(file[:1]+text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		about := opened(t, dir, true, defaults()).Train.About()
		switch {
		case c.want == nil && len(about.Fields) > 0:
			t.Errorf("%s: classes %q, want none", name, about.Fields[0].Words)
		case c.want != nil && !slices.Equal(about.Fields[0].Words, c.want):
			t.Errorf("%s: classes %q, want %q", name, about.Fields[0].Words, c.want)
		}
	}
	dir := t.TempDir()
	for i := range mostFiles + 1 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.txt", i)), []byte(fmt.Sprint(i, lines(3))), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	o := defaults()
	o.Of, o.Length = example.Windows, 2
	if about := opened(t, dir, true, o).Train.About(); len(about.Fields) > 0 {
		t.Error("many files are classes, want none")
	}
}

func TestClassesGoWithTheirTexts(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"x", "y"} {
		text := strings.ReplaceAll(lines(40), "line", strings.Repeat(name, 30))
		if err := os.WriteFile(filepath.Join(dir, name+".txt"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	o := defaults()
	o.Length = 20 // so that a line has two rows
	c := opened(t, dir, true, o)
	for _, s := range []*tokens.Set{c.Train, c.Valid, c.Test} {
		known := make([]float32, 1)
		count := [2]int{}
		row := make([]float32, 21)
		for i, text := range spelled(s) {
			s.ReadAbout(i, known)
			s.Read(i, row)
			count[int(known[0])]++
			if strings.Contains(text, "xy"[1-int(known[0]):2-int(known[0])]) {
				t.Errorf("%q is of the class %v", text, known)
			}
		}
		if count[0] != count[1] {
			t.Errorf("%v rows of the classes, want as many of each", count)
		}
	}
	if !slices.Contains(c.Notes, "the class of a text is its file: there are 2") {
		t.Errorf("notes %q", c.Notes)
	}
}

func TestWindowsAndSentences(t *testing.T) {
	path := written(t, "some.txt", lines(40))
	o := defaults()
	o.Of, o.Length, o.Valid, o.Test = example.Windows, 10, 0, 0
	c := opened(t, path, false, o)
	if got := strings.Join(spelled(c.Train), ""); got != lines(40) {
		t.Errorf("windows join to %q, want the file", got)
	}
	if f := c.Train.Schema().Fields[0]; f.Size() != 10 || f.Words[0] != "\n" {
		t.Errorf("windows of %d steps and words %q, want 10, without an end", f.Size(), f.Words)
	}
	o.Unit = example.BPE
	if got := strings.Join(spelled(opened(t, path, false, o).Train), ""); got != lines(40) {
		t.Errorf("windows of pairs join to %q, want the file", got)
	}
	o.Unit, o.Of, o.Length = example.Word, example.Sentences, division.Auto
	c = opened(t, written(t, "s.txt", strings.ReplaceAll(lines(40), "line", "Yes.\nNo: it")), false, o)
	if got := spelled(c.Train); got[0] != "Yes." || got[1] != "No: it 0 Yes." {
		t.Errorf("got %q", got[:2])
	}
}

func TestArchives(t *testing.T) {
	dir := t.TempDir()
	archive := filepath.Join(dir, "some.zip")
	f, err := os.Create(archive)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	for _, name := range []string{"b.txt", "a.txt", "picture.png"} {
		e, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(e, name, "\n", lines(20))
	}
	w.Close()
	f.Close()
	c := opened(t, archive, true, defaults())
	if !slices.Equal(c.Notes[:2], []string{"some.zip: a zip archive with 2 files of text", "1 file passed over: of other endings than .txt, .text, .md"}) {
		t.Errorf("notes %q", c.Notes)
	}
	if got := c.Train.About().Fields[0].Words; !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("classes %q, want a and b", got)
	}
}

// bomb is an archive with much more in it than text packs to, but not more than an archive may have.
func bomb(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "bomb.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := zip.NewWriter(f)
	defer w.Close()
	e, err := w.Create("a.txt")
	if err != nil {
		t.Fatal(err)
	}
	e.Write([]byte(strings.Repeat("a\n", 2_000_000)))
	return path
}

func TestFilesThatAreRefused(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "bad.txt"), []byte("caf\xe9"), 0o666); err != nil {
		t.Fatal(err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "a.pdf"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	windows := func(o *Options) { o.Of = example.Windows }
	for name, c := range map[string]struct {
		path   string
		folder bool
		change func(*Options)
		want   string
	}{
		"an empty file":         {written(t, "a.txt", ""), false, nil, "PATH: it is empty, want text"},
		"blanks alone":          {written(t, "a.txt", "\n \n\n"), false, nil, "PATH: 0 different lines, want at least 10 to learn from"},
		"few lines":             {written(t, "a.txt", lines(9)+lines(9)), false, nil, "PATH: 9 different lines, want at least 10 to learn from"},
		"one character":         {written(t, "a.txt", strings.Repeat("a", 10_000)), false, windows, "PATH: 2 different windows, want at least 10 to learn from"},
		"another encoding":      {written(t, "a.txt", lines(3)+"caf\xe9"), false, nil, "PATH: line 4: byte 25 is 0xe9, which is not UTF-8, want UTF-8, or encoding: latin1"},
		"another in a folder":   {folder, true, nil, "PATH: bad.txt: line 1: byte 4 is 0xe9, which is not UTF-8, want UTF-8, or encoding: latin1"},
		"a folder without text": {other, true, nil, "PATH: a folder without files of text, want some whose names end in .txt, .text, .md"},
		"a folder for a file":   {other, false, nil, "open PATH: a folder, want a regular file"},
		"a file for a folder":   {written(t, "a.txt", "To be"), true, nil, `PATH: a text that begins with "To be", want a folder, or a zip, tar or tar.gz archive`},
		"gzip":                  {written(t, "a.gz", "\x1f\x8b\x08"), false, nil, "PATH: a gzip file, want text; unpack it, and name what was in it"},
		"a bomb":                {bomb(t), true, nil, "PATH: 4000000 bytes of text in an archive of 4023: 994 bytes to one, want at most 25; LATENTSPACE_LIMITS=gzip=N allows N, for a file that you trust"},
		"no file":               {filepath.Join(other, "b.txt"), false, nil, "PATH: there is no such file, want one of text"},
		"more than there is":    {written(t, "a.txt", lines(20)), false, func(o *Options) { o.Test = 20 }, "PATH: train: 0, with 2 to choose by and 20 to test on, want at most the 20 examples of the set in all"},
	} {
		o := defaults()
		if c.change != nil {
			c.change(&o)
		}
		_, err := Open(t.Context(), c.path, c.folder, o)
		if want := strings.ReplaceAll(c.want, "PATH", c.path); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

func TestWrongOptions(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"a unit":                   {func(o *Options) { o.Unit = "rune" }, `unit: "rune", want char, byte, bpe or word`},
		"a passage":                {func(o *Options) { o.Of = "verses" }, `of: "verses", want lines, sentences or windows`},
		"an encoding":              {func(o *Options) { o.Encoding = "ascii" }, `encoding: "ascii", want utf-8, latin1, windows-1252 or utf-16`},
		"a length":                 {func(o *Options) { o.Length = 0 }, "length: 0, want a number from 1 to 10000, or auto"},
		"a vocabulary of letters":  {func(o *Options) { o.Vocabulary = 9 }, "vocabulary: 9, of unit char, which has one of its own, want auto"},
		"a large vocabulary":       {func(o *Options) { o.Unit, o.Vocabulary = example.Word, 50_001 }, "vocabulary: 50001, want a number from 3 to 50000, or auto"},
		"fewer pairs than bytes":   {func(o *Options) { o.Unit, o.Vocabulary = example.BPE, 257 }, "vocabulary: 257, want a number from 258 to 50000, or auto"},
		"a number below 0 to test": {func(o *Options) { o.Test = -1 }, "test: -1, want a number from 0 to 10000000"},
	} {
		o := defaults()
		c.change(&o)
		var got []string
		o.Check(func(key, format string, args ...any) { got = append(got, key+": "+fmt.Sprintf(format, args...)) })
		if len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// A line of ten megabytes becomes rows as any long line does, within memory in proportion.
func TestALineOfTenMegabytes(t *testing.T) {
	long := strings.Repeat("abcdefghij", 1<<20)
	path := written(t, "long.txt", lines(10)+long)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	o := defaults()
	o.Valid, o.Test = 0, 0
	c := opened(t, path, false, o)
	runtime.ReadMemStats(&after)
	got := spelled(c.Train)
	if joined := strings.Join(got[10:], ""); joined != long || c.Train.Len() != 10+(len(long)+127)/128 {
		t.Errorf("%d rows that are another text, want 10 and one for each 128 characters", c.Train.Len())
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 20*uint64(len(long)) {
		t.Errorf("%d bytes allocated for %d of text", grown, len(long))
	}
	for _, unit := range []example.TextUnit{example.Byte, example.BPE, example.Word} {
		o.Unit = unit
		if c := opened(t, path, false, o); c.Train.Len() < 10 {
			t.Errorf("%s: %d rows", unit, c.Train.Len())
		}
	}
}

func TestOpenStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, written(t, "a.txt", lines(30)), false, defaults()); err == nil || !strings.HasSuffix(err.Error(), "context canceled") {
		t.Errorf("got %v, want that it was cancelled", err)
	}
}
