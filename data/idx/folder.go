package idx

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"latentspace/data/locate"
)

// The roles of the files of a set, and their number.
const (
	TrainImages = iota
	TrainLabels
	TestImages
	TestLabels
	Roles
)

// Set is the names of the files of a published set, by their roles.
type Set [Roles]locate.File

// Folder is a user's folder of IDX files: for each role the path of a file, empty for
// none. Besides the names of MNIST it knows those with a dot or an underscore where MNIST
// has a hyphen (train-images.idx3-ubyte), in any case, with test for t10k, and with words
// before them (emnist-balanced-train-images-idx3-ubyte), all with or without .gz.
type Folder struct {
	dir   string
	Paths [Roles]string
	words string // before the names
}

// fileName is how files of IDX sets are called: words, which part, what, and the rank and
// the type of the elements.
var fileName = regexp.MustCompile(`(?i)^(?:(.*[^-_.])[-_.])?(train|t10k|test)[-_.](images|labels)[-_.]idx[0-9][-_.](?:ubyte|int)(?:\.gz)?$`)

// role returns the role of a file by its name, and the words before it.
func (s *Set) role(name string) (role int, words string, ok bool) {
	for k, f := range s {
		if name == f.Name || name == f.Name+".gz" {
			return k, "", true
		}
	}
	m := fileName.FindStringSubmatch(name)
	if m == nil {
		return 0, "", false
	}
	if role = TrainImages; !strings.EqualFold(m[2], "train") {
		role = TestImages
	}
	if strings.EqualFold(m[3], "labels") {
		role++
	}
	return role, m[1], true
}

// Folder finds the files in dir. If a folder has several sets, dir ends with the words before the
// names of one, as in gzip/emnist-balanced.
func (s *Set) Folder(dir string) (Folder, error) {
	dir, err := locate.Home(dir)
	if err != nil {
		return Folder{}, err
	}
	asked := ""
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		asked, dir = filepath.Base(dir), filepath.Dir(dir)
	case err != nil:
		return Folder{}, err
	case !info.IsDir():
		return Folder{}, fmt.Errorf("%s is a file, want the folder that it is in", dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil && asked == "" {
		return Folder{}, err
	}
	sets := map[string]*Folder{}
	for _, e := range entries {
		role, words, ok := s.role(e.Name())
		if !ok || asked != "" && !strings.EqualFold(words, asked) {
			continue
		}
		f := sets[words]
		if f == nil {
			f = &Folder{dir: dir, words: words}
			sets[words] = f
		}
		if path := filepath.Join(dir, e.Name()); f.Paths[role] == "" || s.better(path, f.Paths[role]) {
			f.Paths[role] = path
		}
	}
	if asked != "" && len(sets) == 0 {
		return Folder{}, fmt.Errorf("%s: there is no such folder", filepath.Join(dir, asked))
	}
	return s.choose(dir, sets)
}

// better reports whether path is preferred to another file of the same role: files to folders, the
// set's own names to others, and plain files to packed ones.
func (s *Set) better(path, other string) bool {
	order := func(path string) (n int) {
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			n += 4
		}
		name := filepath.Base(path)
		if !slices.ContainsFunc(s[:], func(f locate.File) bool { return f.Name == strings.TrimSuffix(name, ".gz") }) {
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
func (s *Set) choose(dir string, sets map[string]*Folder) (Folder, error) {
	var words []string
	for w, f := range sets {
		if f.Paths[TrainImages] != "" {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	switch {
	case len(words) == 0:
		return Folder{}, fmt.Errorf("%s has no pictures to train on, want %s, with or without .gz: it has %s", dir, s[TrainImages].Name, locate.Contents(dir))
	case len(words) > 1 && words[0] != "":
		return Folder{}, fmt.Errorf("%s has the files of several sets, want one of them: dir: %s", dir, strings.Join(joinedTo(dir, words), " or "))
	}
	f := *sets[words[0]]
	return f, f.complete(s)
}

// complete returns an error if a file lacks its counterpart: pictures their labels, or
// labels their pictures.
func (f Folder) complete(s *Set) error {
	for role, path := range f.Paths {
		beside := role ^ 1 // the labels of pictures, and the pictures of labels
		lacks := path == "" && f.Paths[beside] != ""
		if role == TrainLabels || role == TestLabels {
			// Without any labels it is a set without classes.
			lacks = lacks && f.Paths[TrainLabels]+f.Paths[TestLabels] != ""
		}
		if lacks {
			return fmt.Errorf("%s has %s and not what belongs to it, %s, with or without .gz: it has %s",
				f.dir, filepath.Base(f.Paths[beside]), f.wanted(s, role), locate.Contents(f.dir))
		}
	}
	return nil
}

// wanted returns the name that a missing file should have, by the names of the others.
func (f Folder) wanted(s *Set, role int) string {
	if f.words != "" {
		return f.words + "-" + s[role].Name
	}
	return s[role].Name
}

// EMNIST reports whether the files are of EMNIST, whose pictures are stored transposed.
func (f Folder) EMNIST() bool { return strings.Contains(strings.ToLower(f.words), "emnist") }

func joinedTo(dir string, names []string) []string {
	paths := make([]string, len(names))
	for i, n := range names {
		paths[i] = filepath.Join(dir, n)
	}
	return paths
}
