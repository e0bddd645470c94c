package data

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// The roles of the files of a set.
const (
	trainImages = iota
	trainLabels
	testImages
	testLabels
	roles
)

// folder is a user's folder of IDX files: for each role the path of a file, empty for
// none. Besides the names of MNIST it knows those with a dot or an underscore where MNIST
// has a hyphen (train-images.idx3-ubyte), in any case, with test for t10k, and with words
// before them (emnist-balanced-train-images-idx3-ubyte), all with or without .gz.
type folder struct {
	dir   string
	paths [roles]string
	words string // before the names
}

// fileName is how files of IDX sets are called: words, which part, what, and the rank and
// the type of the elements.
var fileName = regexp.MustCompile(`(?i)^(?:(.*[^-_.])[-_.])?(train|t10k|test)[-_.](images|labels)[-_.]idx[0-9][-_.](?:ubyte|int)(?:\.gz)?$`)

// role returns the role of a file by its name, and the words before it.
func (s *idxSet) role(name string) (role int, words string, ok bool) {
	for k, f := range s.files {
		if name == f.name || name == f.name+".gz" {
			return k, "", true
		}
	}
	m := fileName.FindStringSubmatch(name)
	if m == nil {
		return 0, "", false
	}
	if role = trainImages; !strings.EqualFold(m[2], "train") {
		role = testImages
	}
	if strings.EqualFold(m[3], "labels") {
		role++
	}
	return role, m[1], true
}

// folder finds the files in dir. If a folder has several sets, dir ends with the words before the
// names of one, as in gzip/emnist-balanced.
func (s *idxSet) folder(dir string) (folder, error) {
	dir, err := home(dir)
	if err != nil {
		return folder{}, err
	}
	asked := ""
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		asked, dir = filepath.Base(dir), filepath.Dir(dir)
	case err != nil:
		return folder{}, err
	case !info.IsDir():
		return folder{}, fmt.Errorf("%s is a file, want the folder that it is in", dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil && asked == "" {
		return folder{}, err
	}
	sets := map[string]*folder{}
	for _, e := range entries {
		role, words, ok := s.role(e.Name())
		if !ok || asked != "" && !strings.EqualFold(words, asked) {
			continue
		}
		f := sets[words]
		if f == nil {
			f = &folder{dir: dir, words: words}
			sets[words] = f
		}
		if path := filepath.Join(dir, e.Name()); f.paths[role] == "" || s.better(path, f.paths[role]) {
			f.paths[role] = path
		}
	}
	if asked != "" && len(sets) == 0 {
		return folder{}, fmt.Errorf("%s: there is no such folder", filepath.Join(dir, asked))
	}
	return s.choose(dir, sets)
}

// better reports whether path is preferred to another file of the same role: files to folders, the
// set's own names to others, and plain files to packed ones.
func (s *idxSet) better(path, other string) bool {
	order := func(path string) (n int) {
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			n += 4
		}
		name := filepath.Base(path)
		if !slices.ContainsFunc(s.files[:], func(f pinned) bool { return f.name == strings.TrimSuffix(name, ".gz") }) {
			n += 2
		}
		if strings.HasSuffix(strings.ToLower(name), ".gz") {
			n++
		}
		return n
	}
	return order(path) < order(other)
}

// choose returns the set whose names have no words in front, or the only set.
func (s *idxSet) choose(dir string, sets map[string]*folder) (folder, error) {
	var words []string
	for w, f := range sets {
		if f.paths[trainImages] != "" {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	switch {
	case len(words) == 0:
		return folder{}, fmt.Errorf("%s has no pictures to train on, want %s, with or without .gz: it has %s", dir, s.files[trainImages].name, contents(dir))
	case len(words) > 1 && words[0] != "":
		return folder{}, fmt.Errorf("%s has the files of several sets, want one of them: dir: %s", dir, strings.Join(joinedTo(dir, words), " or "))
	}
	f := *sets[words[0]]
	return f, f.complete(s)
}

// complete returns an error if a file lacks its counterpart: pictures their labels, or
// labels their pictures.
func (f folder) complete(s *idxSet) error {
	for role, path := range f.paths {
		beside := role ^ 1 // the labels of pictures, and the pictures of labels
		lacks := path == "" && f.paths[beside] != ""
		if role == trainLabels || role == testLabels {
			// Without any labels it is a set without classes.
			lacks = lacks && f.paths[trainLabels]+f.paths[testLabels] != ""
		}
		if lacks {
			return fmt.Errorf("%s has %s and not what belongs to it, %s, with or without .gz: it has %s",
				f.dir, filepath.Base(f.paths[beside]), f.wanted(s, role), contents(f.dir))
		}
	}
	return nil
}

// wanted returns the name that a missing file should have, by the names of the others.
func (f folder) wanted(s *idxSet, role int) string {
	if f.words != "" {
		return f.words + "-" + s.files[role].name
	}
	return s.files[role].name
}

// emnist reports whether the files are of EMNIST, whose pictures are stored transposed.
func (f folder) emnist() bool { return strings.Contains(strings.ToLower(f.words), "emnist") }

func joinedTo(dir string, names []string) []string {
	paths := make([]string, len(names))
	for i, n := range names {
		paths[i] = filepath.Join(dir, n)
	}
	return paths
}

// contents describes what is in a folder and its subfolders, as a hint at what the user
// may have meant.
func contents(dir string) string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err.Error()
	}
	const most = 12
	var names []string
	for _, e := range entries {
		if name := e.Name(); e.IsDir() {
			within, _ := os.ReadDir(filepath.Join(dir, name)) // if it cannot be read, only its name is listed
			if len(within) > 0 {
				name = filepath.Join(name, within[0].Name())
			}
			names = append(names, name+" …")
		} else {
			names = append(names, name)
		}
	}
	switch {
	case len(names) == 0:
		return "nothing"
	case len(names) > most:
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// home replaces a ~ at the start of a path by the user's home folder, as a shell does.
func home(path string) (string, error) {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok || rest != "" && rest[0] != '/' && !os.IsPathSeparator(rest[0]) {
		return path, nil
	}
	dir, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return filepath.Join(dir, rest), nil
}
