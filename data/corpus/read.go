package corpus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"latentspace/data/files"
	"latentspace/internal/untrusted"
)

// file is a file of text.
type file struct {
	name string // within the folder or the archive
	text string
}

// readFile reads one file.
func readFile(path string, encodings []string) (file, error) {
	b, err := untrusted.ReadFile(path, untrusted.Text)
	if errors.Is(err, fs.ErrNotExist) {
		return file{}, fmt.Errorf("%s: there is no such file, want one of text", path)
	}
	if err != nil {
		return file{}, err
	}
	text, err := decoded(b, encodings)
	if err != nil {
		return file{}, fmt.Errorf("%s: %w", path, err)
	}
	return file{filepath.Base(path), text}, nil
}

// decoded is the text of a file in the first encoding that it is text in.
func decoded(b []byte, encodings []string) (text string, err error) {
	for _, e := range encodings {
		text, wrong := Decode(b, e)
		if wrong == nil {
			return text, nil
		}
		err = cmp.Or(err, wrong)
	}
	return "", err
}

// endings are those of files of text in a folder.
var endings = []string{".txt", ".text", ".md"}

// readFolder reads the files of text in a folder or an archive, in the order of their names. The
// notes say what else it has.
func readFolder(ctx context.Context, dir string, encodings []string) (all []file, notes []string, err error) {
	tree, err := files.Open(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	defer tree.Close()
	isText := func(i int) bool {
		return slices.Contains(endings, strings.ToLower(path.Ext(tree.Entries[i].Name)))
	}
	total, others := int64(0), 0
	for i, e := range tree.Entries {
		if !isText(i) {
			others++
			continue
		}
		if total += e.Size; total < 0 {
			total = untrusted.Text.Value() + 1
		}
		if err := untrusted.Text.Check(total); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", dir, err)
		}
	}
	if err := unpacked(tree, total); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", dir, err)
	}
	err = tree.Each(ctx, isText, func(i int, content []byte, err error) error {
		text := ""
		if err == nil {
			text, err = decoded(content, encodings)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", tree.Entries[i].Name, err)
		}
		all = append(all, file{tree.Entries[i].Name, text})
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", dir, err)
	}
	if len(all) == 0 {
		return nil, nil, fmt.Errorf("%s: %s without files of text, want some whose names end in %s", dir, tree.What, strings.Join(endings, ", "))
	}
	slices.SortFunc(all, func(a, b file) int { return strings.Compare(a.name, b.name) })
	notes = append(notes, fmt.Sprintf("%s: %s with %s of text", filepath.Base(dir), tree.What, counted(len(all), "file")))
	if others > 0 {
		tree.Skipped["of other endings than "+strings.Join(endings, ", ")] = others
	}
	for _, why := range slices.Sorted(maps.Keys(tree.Skipped)) {
		notes = append(notes, fmt.Sprintf("%s passed over: %s", counted(tree.Skipped[why], "file"), why))
	}
	return all, notes, nil
}

// unpacked returns an error if an archive has much more text in it than text can be packed to.
func unpacked(tree *files.Tree, total int64) error {
	const slack = 1 << 20
	info, err := os.Stat(tree.Path)
	if err != nil || info.IsDir() || total <= slack {
		return err
	}
	if err := untrusted.Gzip.Check(total / max(1, info.Size())); err != nil {
		return fmt.Errorf("%d bytes of text in an archive of %d: %w", total, info.Size(), err)
	}
	return nil
}

// mostFiles is how many files are classes at most, of files that are not in folders.
const mostFiles = 20

// classes returns the class of each file: the first folder that it is in, of files in several; else
// the file itself, of a few. A folder that has all of them does not count. There are none of a single
// file. The notes say what the classes are.
func classes(all []file) (names []string, of []int, notes []string) {
	paths := make([]string, len(all))
	for i, f := range all {
		paths[i] = f.name
	}
	for {
		first, _, ok := strings.Cut(paths[0], "/")
		if !ok || slices.ContainsFunc(paths, func(p string) bool { return !strings.HasPrefix(p, first+"/") }) {
			break
		}
		for i := range paths {
			paths[i] = paths[i][len(first)+1:]
		}
	}
	folders := slices.ContainsFunc(paths, func(p string) bool { return strings.Contains(p, "/") })
	if len(all) < 2 || !folders && len(all) > mostFiles {
		return nil, nil, nil
	}
	what := "files"
	for i, p := range paths {
		folder, _, inside := strings.Cut(p, "/")
		switch {
		case inside:
			paths[i], what = folder, "folders"
		case folders:
			paths[i] = "."
		default:
			paths[i] = strings.TrimSuffix(p, path.Ext(p))
		}
	}
	names = slices.Compact(slices.Sorted(slices.Values(paths)))
	if untrusted.Classes.Check(int64(len(names))) != nil {
		return nil, nil, []string{fmt.Sprintf("the files are in %d folders, too many for classes: there are none", len(names))}
	}
	for _, p := range paths {
		at, _ := slices.BinarySearch(names, p)
		of = append(of, at)
	}
	return names, of, []string{fmt.Sprintf("the class of a text is its %s: there are %d", strings.TrimSuffix(what, "s"), len(names))}
}

// counted says how many of something there are.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
