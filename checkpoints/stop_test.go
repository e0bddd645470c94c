package checkpoints

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/internal/faultfs"
)

// scenarios are saves from all the states that a folder can be in.
var scenarios = map[string]struct {
	there []int
	step  int
	left  []string // of a process that was killed while it saved
}{
	"the first save":          {nil, 1, nil},
	"a later save":            {[]int{1}, 2, nil},
	"a save that prunes":      {[]int{1, 2, 3, 4}, 5, nil},
	"a save of the same step": {[]int{1, 2, 3}, 3, nil},
	"a save of a resumed run": {[]int{1, 2, 3}, 4, []string{".step-00000004.safetensors.7-0.tmp", ".step-00000004.safetensors.8-0.tmp"}},
}

// scene makes the folder of a scenario.
func scene(t *testing.T, there []int, left []string) Store {
	t.Helper()
	s := saved(t, there...)
	for _, name := range left {
		if err := os.WriteFile(filepath.Join(s.Dir, name), before, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

var errStopped = errors.New("stopped")

// A process that stops after k operations is one whose later ones all fail,
// those that clean up included.
func TestProcessStoppedAfterEveryOperation(t *testing.T) {
	for name, sc := range scenarios {
		for k := 0; ; k++ {
			s := scene(t, sc.there, sc.left)
			fsys := &faultfs.FS{At: k + 1, Sticky: true, Err: errStopped}
			s.Keep, s.FS = 2, fsys
			path, err := s.Save(sc.step, at(sc.step))
			t.Run(fmt.Sprintf("%s, after operation %d", name, k), func(t *testing.T) {
				checkSurvived(t, s, sc.there, sc.step, path)
			})
			if err == nil {
				break
			}
			if !errors.Is(err, errStopped) {
				t.Fatalf("%s, after operation %d: error %v, want %v", name, k, err, errStopped)
			}
		}
	}
}

// A fault is reported, whatever operation it hits, once or from then on.
func TestEveryFaultOfASaveIsReported(t *testing.T) {
	for name, sc := range scenarios {
		for _, fault := range faultfs.Errors {
			if fault == faultfs.ErrShort { // may be made up for: see the tests of atomicfile
				continue
			}
			for _, sticky := range []bool{false, true} {
				for k := 0; ; k++ {
					s := scene(t, sc.there, sc.left)
					fsys := &faultfs.FS{At: k + 1, Sticky: sticky, Err: fault}
					s.Keep, s.FS = 2, fsys
					path, err := s.Save(sc.step, at(sc.step))
					if len(fsys.Ops) <= k {
						break
					}
					t.Run(fmt.Sprintf("%s, %s, operation %d, %v, sticky %v", name, fsys.Ops[k], k+1, fault, sticky), func(t *testing.T) {
						if !errors.Is(err, fault) || !strings.HasPrefix(err.Error(), "checkpoints: ") {
							t.Errorf("error %v, want %v", err, fault)
						}
						checkSurvived(t, s, sc.there, sc.step, path)
					})
				}
			}
		}
	}
}

// checkSurvived looks at a folder after an interrupted save of step, which was
// acknowledged if path is not empty: the newest acknowledged checkpoint is there,
// all that is there is whole, and the next save works and leaves no debris.
func checkSurvived(t *testing.T, s Store, there []int, step int, path string) {
	t.Helper()
	s.FS = &faultfs.FS{}
	acknowledged := 0
	if len(there) > 0 {
		acknowledged = slices.Max(there)
	}
	if path != "" {
		acknowledged = max(acknowledged, step)
	}
	c, got, _, err := s.Latest(noWarning(t))
	switch {
	case acknowledged == 0 && errors.Is(err, ErrNone):
	case err != nil:
		t.Fatal(err)
	case got < acknowledged:
		t.Errorf("latest step %d, want %d or later", got, acknowledged)
	default:
		checkSame(t, c, at(got))
	}
	if steps, _ := s.List(); len(steps) < min(len(there), minKeep) {
		t.Errorf("steps %v of %v, want at least two", steps, there)
	}
	next := step + 1
	if _, err := s.Save(next, at(next)); err != nil {
		t.Fatal(err)
	}
	if _, got, _, err := s.Latest(noWarning(t)); err != nil || got != next {
		t.Errorf("after the next save: step %d and error %v, want %d", got, err, next)
	}
	for _, name := range namesIn(t, s.Dir) {
		if _, ok := parseName(name); !ok {
			t.Errorf("%s is left", name)
		}
	}
}
