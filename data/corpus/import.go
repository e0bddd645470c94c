package corpus

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"latentspace/data/tokens"
	"latentspace/example"
	"latentspace/internal/untrusted"
)

// New is texts that a model has not learned from, in its tokens.
type New struct {
	Set   *tokens.Set
	Names []string // of each row: its line, sentence or window, and its file if there are several
	Notes []string // what was cut, or is not in the vocabulary
}

// Import reads texts for a model whose examples are a field of text: a file, or those of a folder or
// an archive, in UTF-8 or else in an encoding. What is no file, and does not look like the path of
// one, is the text itself. Texts are divided as those were that the model has learned from. Characters
// that are not in its vocabulary are an error, and words become the unknown one.
func Import(ctx context.Context, path string, f example.Field, encoding string) (*New, error) {
	all, single, err := given(ctx, path, encoding)
	if err != nil {
		return nil, err
	}
	n := &New{}
	e, err := tokens.NewEncoder(f)
	if err != nil {
		return nil, err
	}
	names, classOf, notes := classes(all)
	about := example.Schema{}
	if names != nil {
		about = example.Of(example.Class(names))
		n.Notes = notes
	}
	n.Set = tokens.NewSet(f, about)
	strange, words, count, cut := map[string]int{}, 0, 0, 0
	var row []int32
	for i, file := range all {
		for number, text := range passages(file.text, f.Text.Of, f.Text.Unit, n.Set.Length()) {
			if number%1024 == 0 && ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			row = e.Append(row[:0], text, func(piece string) { strange[piece]++ })
			if len(row) == 0 {
				continue
			}
			var known []int
			if names != nil {
				known = []int{classOf[i]}
			}
			rows := n.Set.Add(row, known...)
			name := nameOf(f.Text.Of, number)
			if len(all) > 1 {
				name = file.name + ", " + name
			}
			if single {
				name = shortened(text)
			}
			for k := range rows {
				if rows > 1 {
					n.Names = append(n.Names, fmt.Sprintf("%s, piece %d", name, k+1))
				} else {
					n.Names = append(n.Names, name)
				}
			}
			words += len(row)
			count++
			if rows > 1 {
				cut++
			}
		}
	}
	if len(strange) > 0 {
		said := strangers(strange)
		if f.Text.Unknown == 0 {
			if single {
				path = fmt.Sprintf("%q", shortened(path))
			}
			return nil, fmt.Errorf("%s: not in the vocabulary of the model, which has no token for what is unknown: %s", path, said)
		}
		total := 0
		for _, k := range strange {
			total += k
		}
		n.Notes = append(n.Notes, fmt.Sprintf("%d of %d words are not in the vocabulary of the model and become %s: %s", total, words, example.UnknownWord, said))
	}
	if cut > 0 {
		n.Notes = append(n.Notes, fmt.Sprintf("%d of %d %s have more than %s and are cut into pieces", cut, count, f.Text.Of, counted(n.Set.Length(), "token")))
	}
	return n, nil
}

// nameOf is what a passage is called by its number.
func nameOf(of example.Passage, number int) string {
	return fmt.Sprintf("%s %d", strings.TrimSuffix(string(of), "s"), number)
}

// given are the files that a path names, or the text that it is itself.
func given(ctx context.Context, path, encoding string) (all []file, single bool, err error) {
	encodings := slices.Compact([]string{UTF8, encoding})
	switch info, err := os.Stat(path); {
	case err == nil:
		folder := info.IsDir()
		if !folder {
			if folder, err = isArchive(path); err != nil {
				return nil, false, err
			}
		}
		all, _, err := read(ctx, path, folder, encodings)
		return all, false, err
	case isPath(path):
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("%s: there is no such file, want one of text", path)
		}
		return nil, false, err
	}
	text, err := Decode([]byte(path), UTF8)
	if err != nil {
		return nil, false, fmt.Errorf("%q: %w", shortened(path), err)
	}
	return []file{{text: text}}, true, nil
}

// isPath reports whether a string looks like the path of a file, not like a text.
func isPath(s string) bool {
	ending := strings.ToLower(filepath.Ext(s))
	return slices.Contains(endings, ending) || slices.Contains([]string{".zip", ".tar", ".gz", ".tgz"}, ending) ||
		s == "" || strings.ContainsAny(s, `/\`) && !strings.Contains(s, " ")
}

// isArchive reports whether a file is one by its first bytes.
func isArchive(path string) (bool, error) {
	f, _, err := untrusted.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := untrusted.Head(f)
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("\x1f\x8b")) || len(head) > 262 && string(head[257:262]) == "ustar", nil
}

// strangers lists what is not in a vocabulary, the most frequent first.
func strangers(count map[string]int) string {
	const most = 10
	all := slices.SortedFunc(maps.Keys(count), func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	var said []string
	for _, s := range all[:min(most, len(all))] {
		times := "once"
		if count[s] > 1 {
			times = fmt.Sprintf("%d times", count[s])
		}
		said = append(said, fmt.Sprintf("%q %s", shortened(s), times))
	}
	if n := len(all) - most; n > 0 {
		said = append(said, fmt.Sprintf("and %d others", n))
	}
	return strings.Join(said, ", ")
}

// shortened ends a long text in an ellipsis.
func shortened(text string) string {
	const most = 60
	if runes := []rune(text[:min(len(text), 4*most)]); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
