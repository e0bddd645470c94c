// Package files has the files of a folder, or of an archive, whichever a user has. Nothing outside
// is read, and nothing is written.
package files

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"latentspace/internal/untrusted"
)

// Tree is the regular files of a folder or an archive, in the order of their names.
type Tree struct {
	Path    string // of the folder or the archive
	What    string // a folder, a zip archive, a tar archive, a tar.gz archive or [Single]
	Entries []Entry

	// Skipped counts the files that are not among the entries, by the reason.
	Skipped map[string]int

	source source
}

// Entry is a file of a tree.
type Entry struct {
	Name string // with slashes, within the tree
	Size int64
	// Stamp changes when the file does: the time of its modification or its checksum.
	Stamp int64

	at int64 // where an archive has it
}

// source reads files of a tree.
type source interface {
	// each calls f with the content of each file of which wanted is true, or with an error of
	// this file alone, until f returns an error. It returns errors that no other file survives.
	each(ctx context.Context, entries []Entry, wanted func(i int) bool, f func(i int, content []byte, err error) error) error
	close() error
}

// wanted is what may be opened, in words.
const wanted = "a folder, or a zip, tar or tar.gz archive"

// Open lists a folder of any depth or an archive. Names of archives that are absolute or lead out of
// it are errors, and so is an archive that is much larger inside than outside.
func Open(ctx context.Context, path string) (*Tree, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: there is no such file, want %s", path, wanted)
	}
	if err != nil {
		return nil, err
	}
	t := &Tree{Path: path, Skipped: map[string]int{}}
	if info.IsDir() {
		t.What = "a folder"
		err = t.folder(ctx)
	} else {
		err = t.archive(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	slices.SortFunc(t.Entries, func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
	for i := range t.Entries[min(1, len(t.Entries)):] {
		if name := t.Entries[i].Name; name == t.Entries[i+1].Name {
			t.Close()
			return nil, fmt.Errorf("%s: %.100q is there twice", path, name)
		}
	}
	return t, nil
}

// archive lists an archive of a kind that its first bytes tell.
func (t *Tree) archive(ctx context.Context) error {
	f, size, err := untrusted.Open(t.Path)
	if err != nil {
		return cmp.Or(errors.Unwrap(err), err)
	}
	switch head := untrusted.Head(f); {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		t.What = "a zip archive"
		err = t.zip(ctx, f, size)
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		t.What = "a tar.gz archive"
		err = t.tar(ctx, f, size, true)
	case len(head) > 262 && string(head[257:262]) == "ustar":
		t.What = "a tar archive"
		err = t.tar(ctx, f, size, false)
	default:
		err = untrusted.NotA(wanted, head)
	}
	if err != nil {
		f.Close()
	}
	return err
}

// Each calls f with the content of each file of which wanted is true, one after another, in whatever
// order is quick. The content is valid until f returns. An error that concerns this file alone is
// given to f; an error of f ends it and is returned.
func (t *Tree) Each(ctx context.Context, wanted func(i int) bool, f func(i int, content []byte, err error) error) error {
	err := t.source.each(ctx, t.Entries, wanted, func(i int, content []byte, err error) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return f(i, content, err)
	})
	return err
}

// Close closes the folder or the archive.
func (t *Tree) Close() error { return t.source.close() }

// add adds an entry of a name that was found, or counts why it is left out.
func (t *Tree) add(e Entry) error {
	if err := untrusted.ArchiveEntries.Check(int64(len(t.Entries)) + 1); err != nil {
		return err
	}
	if hidden(e.Name) {
		t.Skipped["hidden"]++
		return nil
	}
	t.Entries = append(t.Entries, e)
	return nil
}

// hidden reports whether a file or a folder that it is in begins with a dot, or is of those that
// systems put beside one's own.
func hidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if part[0] == '.' || part == "__MACOSX" || part == "@eaDir" || part == "Thumbs.db" || part == "desktop.ini" {
			return true
		}
	}
	return false
}

// inside returns the clean name of an entry of an archive. It is an error if it leads out of it.
func inside(name string) (string, error) {
	clean := path.Clean(strings.TrimSuffix(name, "/"))
	if name == "" || !fs.ValidPath(clean) || strings.Contains("/"+name+"/", "/../") || strings.ContainsAny(name, "\\\x00") || len(clean) > 1 && clean[1] == ':' {
		return "", fmt.Errorf("an entry is called %.100q, want a name within the archive", name)
	}
	return clean, nil
}

// exceeds returns an error if an archive of so many bytes has so many inside.
func exceeds(inside, outside int64) error {
	if inside <= untrusted.Slack {
		return nil
	}
	if err := untrusted.ArchiveRatio.Check(inside / max(1, outside)); err != nil {
		return fmt.Errorf("%d bytes in an archive of %d: %w", inside, outside, err)
	}
	return nil
}
