package checkpoints

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"latentspace/internal/atomicfile"
	"latentspace/internal/faultfs"
)

func TestPruningKeepsWhatIsNeeded(t *testing.T) {
	tests := map[string]struct {
		there   []int
		damaged []int
		keep    int
		best    int
		good    int
		step    int // that is saved
		want    []int
	}{
		"the newest are kept":                         {there: []int{1, 2, 3, 4}, keep: 3, step: 5, want: []int{3, 4, 5}},
		"few are kept whole":                          {there: []int{1, 2}, keep: 3, step: 3, want: []int{1, 2, 3}},
		"the zero Keep is two":                        {there: []int{1, 2, 3}, step: 4, want: []int{3, 4}},
		"one is never kept alone":                     {there: []int{1, 2, 3}, keep: 1, step: 4, want: []int{3, 4}},
		"the best is kept besides":                    {there: []int{1, 2, 3, 4}, keep: 2, best: 2, step: 5, want: []int{2, 4, 5}},
		"a best among the newest is no more":          {there: []int{1, 2, 3, 4}, keep: 2, best: 4, step: 5, want: []int{4, 5}},
		"the good one is kept besides":                {there: []int{1, 2, 3, 4}, keep: 2, best: 2, good: 1, step: 5, want: []int{1, 2, 4, 5}},
		"no best does not mean step zero":             {there: []int{0, 1, 2}, keep: 2, step: 3, want: []int{2, 3}},
		"one newer that verifies is not enough":       {there: []int{1, 2, 3, 4}, damaged: []int{4}, keep: 2, step: 5, want: []int{3, 4, 5}},
		"none newer that verifies deletes nothing":    {there: []int{1, 2, 3, 4}, damaged: []int{2, 3, 4}, keep: 2, step: 5, want: []int{1, 2, 3, 4, 5}},
		"two newer are enough for more":               {there: []int{1, 2, 3, 4}, damaged: []int{3}, keep: 3, step: 5, want: []int{3, 4, 5}},
		"old damaged ones go too":                     {there: []int{1, 2, 3, 4}, damaged: []int{1, 2}, keep: 2, step: 5, want: []int{4, 5}},
		"the saved one stays below damaged newer":     {there: []int{1, 2, 8, 9}, damaged: []int{8, 9}, keep: 2, step: 3, want: []int{2, 3, 8, 9}},
		"the saved one stays below newer that verify": {there: []int{1, 8, 9}, keep: 2, step: 3, want: []int{3, 8, 9}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := saved(t, test.there...)
			for _, step := range test.damaged {
				damage(t, s.Path(step))
			}
			s.Keep, s.Best, s.Good = test.keep, test.best, test.good
			if _, err := s.Save(test.step, at(test.step)); err != nil {
				t.Fatal(err)
			}
			if got, err := s.List(); err != nil || !slices.Equal(got, test.want) {
				t.Errorf("kept %v and error %v, want %v", got, err, test.want)
			}
		})
	}
}

func TestLaterCheckpointsAreDeleted(t *testing.T) {
	s := saved(t, 1, 2, 3, 4)
	for _, want := range [][]int{{1, 2}, {1, 2}} {
		if err := s.DeleteAfter(2); err != nil {
			t.Fatal(err)
		}
		if got, err := s.List(); err != nil || !slices.Equal(got, want) {
			t.Errorf("left %v and error %v, want %v", got, err, want)
		}
	}
	s = saved(t, 1, 2, 3, 4)
	s.FS = &faultfs.FS{At: 3, Err: syscall.EIO}
	if err := s.DeleteAfter(1); err == nil || !strings.Contains(err.Error(), "checkpoints: ") {
		t.Errorf("got %v, want the fault", err)
	}
	s.FS = nil
	if got, err := s.List(); err != nil || !slices.Equal(got, []int{1, 2, 3}) {
		t.Errorf("left %v and error %v, want all but the newest", got, err)
	}
}

func TestPruningComesAfterTheFolderIsSynced(t *testing.T) {
	s := saved(t, 1, 2, 3)
	s.Keep = 2
	fsys := &faultfs.FS{}
	s.FS = fsys
	if _, err := s.Save(4, at(4)); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(slices.Compact(fsys.Ops), " ")
	if want := "readdir create write sync close rename syncdir readdir remove"; got != want {
		t.Errorf("operations: got %s, want %s", got, want)
	}
}

func TestLeftoversOfSavesAreRemovedAndNothingElse(t *testing.T) {
	s := saved(t, 1)
	ours := []string{".step-00000002.safetensors.4242-0.tmp", ".step-123456789.safetensors.1-99.tmp"}
	others := []string{".run.json.4242-0.tmp", ".step-2.safetensors.1-0.tmp", "a.tmp", "x.step-00000002.safetensors.1-0.tmp", "step-00000002.safetensors.1-0.tmp", ".step-00000002.safetensors.x-0.tmp"}
	for _, name := range slices.Concat(ours, others) {
		if err := os.WriteFile(filepath.Join(s.Dir, name), []byte("x"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Save(2, at(2)); err != nil {
		t.Fatal(err)
	}
	want := slices.Sorted(slices.Values(append(others, fileName(1), fileName(2))))
	if got := namesIn(t, s.Dir); !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
}

// bitRot is a disk that writes something else and reports nothing.
type bitRot struct{ faultfs.FS }

type bitRotFile struct{ atomicfile.File }

func (f *bitRot) CreateExclusive(path string) (atomicfile.File, error) {
	file, err := f.FS.CreateExclusive(path)
	return bitRotFile{file}, err
}

func (f bitRotFile) Write(b []byte) (int, error) {
	b = slices.Clone(b)
	b[len(b)-1] ^= 1
	return f.File.Write(b)
}

func TestSavedFileThatReadsBackDamagedDeletesNothing(t *testing.T) {
	s := saved(t, 1, 2, 3)
	s.Keep, s.FS = 2, &bitRot{}
	path, err := s.Save(4, at(4))
	if path == "" || err == nil || !strings.HasPrefix(err.Error(), "checkpoints: "+path+" was written and reads back damaged: ") {
		t.Errorf("got %q and error %v, want both", path, err)
	}
	if steps, _ := s.List(); !slices.Equal(steps, []int{1, 2, 3, 4}) {
		t.Errorf("steps %v, want all four", steps)
	}
}

func TestErrorsOfCleaningComeWithThePath(t *testing.T) {
	s := saved(t, 1, 2, 3)
	s.Keep = 2
	leftover := filepath.Join(s.Dir, ".step-00000009.safetensors.1-0.tmp")
	if err := os.WriteFile(leftover, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	fsys := &faultfs.FS{At: 2, Err: syscall.EACCES} // the removal of the leftover
	s.FS = fsys
	path, err := s.Save(4, at(4))
	if path != s.Path(4) || err == nil || fsys.Ops[1] != "remove" {
		t.Errorf("leftover: got %q, error %v, operations %v, want a path and an error", path, err, fsys.Ops)
	}
	if err := verify(path); err != nil {
		t.Error(err)
	}
}
