package checkpoints

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/internal/atomicfile"
	"latentspace/internal/faultfs"
	"latentspace/tensor"
)

// at is a checkpoint that tells which step it is.
func at(step int) *Checkpoint {
	return &Checkpoint{
		Meta:    map[string]string{"kind": "test"},
		Tensors: map[string]*tensor.Tensor{"w": {Shape: []int{2}, Data: []float32{float32(step), 1}}},
	}
}

// saved is a store with good checkpoints at some steps.
func saved(t *testing.T, steps ...int) Store {
	t.Helper()
	s := Store{Dir: t.TempDir(), Keep: 1000, FS: &faultfs.FS{}}
	for _, step := range steps {
		if path, err := s.Save(step, at(step)); err != nil || path != s.Path(step) {
			t.Fatalf("step %d: got %q and error %v, want %q", step, path, err, s.Path(step))
		}
	}
	return s
}

// damage flips a bit of the last value.
func damage(t *testing.T, path string) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file[len(file)-1] ^= 1
	if err := os.WriteFile(path, file, 0o666); err != nil {
		t.Fatal(err)
	}
}

func noWarning(t *testing.T) func(error) {
	return func(err error) { t.Helper(); t.Errorf("warning %v, want none", err) }
}

func TestLatestIsTheNewest(t *testing.T) {
	s := saved(t, 5, 100_000_000, 99_999_999) // nine digits sort before eight by name
	c, step, path, err := s.Latest(noWarning(t))
	if err != nil || step != 100_000_000 || path != filepath.Join(s.Dir, "step-100000000.safetensors") {
		t.Fatalf("got step %d, %q, error %v, want step 100000000", step, path, err)
	}
	checkSame(t, c, at(step))
}

func TestDamagedNewestIsNamedAndSkipped(t *testing.T) {
	s := saved(t, 100, 200, 300, 400)
	damage(t, s.Path(300))
	if err := os.Truncate(s.Path(400), 0); err != nil { // as after a power cut without a sync
		t.Fatal(err)
	}
	var warnings []string
	c, step, _, err := s.Latest(func(err error) { warnings = append(warnings, err.Error()) })
	if err != nil || step != 200 {
		t.Fatalf("got step %d, error %v, want step 200", step, err)
	}
	checkSame(t, c, at(200))
	want := []string{
		"checkpoints: " + s.Path(400) + " is damaged: header: file of 0 bytes, want at least 8; using step 200",
		"checkpoints: " + s.Path(300) + ` is damaged: tensor "w": checksum `,
	}
	if !slices.EqualFunc(warnings, want, strings.HasPrefix) {
		t.Errorf("warnings %q, want %q", warnings, want)
	}
	if steps, _ := s.List(); !slices.Equal(steps, []int{100, 200, 300, 400}) {
		t.Errorf("steps afterwards: %v, want all four", steps)
	}
}

func TestAllDamagedIsAnErrorThatNamesThem(t *testing.T) {
	s := saved(t, 100, 200)
	damage(t, s.Path(100))
	damage(t, s.Path(200))
	_, _, _, err := s.Latest(noWarning(t))
	if err == nil || errors.Is(err, ErrNone) {
		t.Fatalf("error %v, want one that is not ErrNone", err)
	}
	for _, step := range []int{100, 200} {
		if !strings.Contains(err.Error(), s.Path(step)+" is damaged: ") {
			t.Errorf("error %v, want one that names step %d", err, step)
		}
	}
}

func TestNoCheckpointIsErrNone(t *testing.T) {
	empty := t.TempDir()
	for _, dir := range []string{empty, filepath.Join(empty, "missing")} {
		_, _, _, err := Store{Dir: dir}.Latest(noWarning(t))
		if !errors.Is(err, ErrNone) || !strings.HasPrefix(err.Error(), "checkpoints: "+dir+": ") {
			t.Errorf("%s: error %v, want ErrNone with the folder", dir, err)
		}
	}
}

func TestListKnowsOneSpellingOfAStep(t *testing.T) {
	s := saved(t, 7, 0, 123_456_789)
	for _, name := range []string{
		"step-1.safetensors", "step-000000009.safetensors", "step-00000001.safetensors.bak", "step-+0000001.safetensors",
		"xstep-00000001.safetensors", ".step-00000001.safetensors.1-0.tmp", "step-99999999999999999999.safetensors", "run.json",
	} {
		if err := os.WriteFile(filepath.Join(s.Dir, name), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.List(); err != nil || !slices.Equal(got, []int{0, 7, 123_456_789}) {
		t.Errorf("got %v and error %v, want [0 7 123456789]", got, err)
	}
}

func TestSaveReplacesTheSameStep(t *testing.T) {
	s := saved(t, 100)
	damage(t, s.Path(100))
	if _, err := s.Save(100, at(100)); err != nil {
		t.Fatal(err)
	}
	if _, step, _, err := s.Latest(noWarning(t)); err != nil || step != 100 {
		t.Errorf("got step %d and error %v, want 100", step, err)
	}
}

func TestSaveRefusesAndKeepsWhatIsThere(t *testing.T) {
	bad := &Checkpoint{Tensors: map[string]*tensor.Tensor{"w": nil}}
	tests := map[string]struct {
		step int
		c    *Checkpoint
		want string
	}{
		"a negative step":                     {-1, at(1), "step -1, want 0 or more"},
		"a checkpoint that cannot be written": {100, bad, `step-00000100.safetensors: tensor "w": nil`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := saved(t, 100)
			path, err := s.Save(test.step, test.c)
			if path != "" || err == nil || !strings.HasPrefix(err.Error(), "checkpoints: "+s.Dir) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %q and error %v, want one with %q", path, err, test.want)
			}
			if names := namesIn(t, s.Dir); !slices.Equal(names, []string{"step-00000100.safetensors"}) {
				t.Errorf("files %q, want that of step 100", names)
			}
			if _, _, _, err := s.Latest(noWarning(t)); err != nil {
				t.Error(err)
			}
		})
	}
}

// ghost lists a checkpoint that is gone when it is read.
type ghost struct{ atomicfile.OS }

func (g ghost) ReadDir(dir string) ([]string, error) {
	names, err := g.OS.ReadDir(dir)
	return append(names, fileName(9)), err
}

func TestCheckpointThatIsGoneIsNoDamage(t *testing.T) {
	s := saved(t, 1)
	s.FS = ghost{}
	if _, step, _, err := s.Latest(noWarning(t)); err != nil || step != 1 {
		t.Errorf("got step %d and error %v, want 1", step, err)
	}
	s.Dir = t.TempDir()
	if _, _, _, err := s.Latest(noWarning(t)); !errors.Is(err, ErrNone) {
		t.Errorf("error %v, want %v", err, ErrNone)
	}
}

// A reader holds no lock. It must see a whole checkpoint at any time, also while
// files go away under it.
func TestReadersNeverSeeHalfAFile(t *testing.T) {
	s := saved(t, 1)
	s.Keep = 2
	done := make(chan error, 1)
	go func() {
		for step := 2; step <= 60; step++ {
			if _, err := s.Save(step, at(step)); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	reader, last := Store{Dir: s.Dir}, 0
	for running := true; running; {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			running = false
		default:
		}
		c, step, _, err := reader.Latest(noWarning(t))
		if err != nil || step < last {
			t.Fatalf("got step %d after %d, error %v", step, last, err)
		}
		checkSame(t, c, at(step))
		last = step
	}
	if last != 60 {
		t.Errorf("last step %d, want 60", last)
	}
}

// A checkpoint beyond a limit is whole: its run does not go on from an older one.
func TestCheckpointBeyondALimitIsNoDamage(t *testing.T) {
	s := saved(t, 1, 2)
	header := seal(`{"__metadata__":{"checksum":"SUM","k":"`+strings.Repeat("x", 32<<20)+`"}}`, nil)
	if err := os.WriteFile(s.Path(3), header, 0o666); err != nil {
		t.Fatal(err)
	}
	_, _, _, err := s.Latest(noWarning(t))
	if want := fmt.Sprintf("checkpoints: %s: header: %d bytes, want at most 16777216; LATENTSPACE_LIMITS=checkpoint-header=N allows", s.Path(3), len(header)-8); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A flipped bit that makes a header seem beyond its limit is damage: the run goes on from
// the checkpoint before.
func TestFlippedLengthBeyondTheLimitIsDamage(t *testing.T) {
	s := saved(t, 1)
	c := at(2)
	c.Tensors["large"] = tensor.New(5 << 20)
	if _, err := s.Save(2, c); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(s.Path(2))
	if err != nil {
		t.Fatal(err)
	}
	file[3] ^= 1 // 16 MiB more
	if err := os.WriteFile(s.Path(2), file, 0o666); err != nil {
		t.Fatal(err)
	}
	var warnings []string
	_, step, _, err := s.Latest(func(err error) { warnings = append(warnings, err.Error()) })
	if err != nil || step != 1 || len(warnings) != 1 || !strings.Contains(warnings[0], "is damaged: header: checksum ") {
		t.Errorf("got step %d, error %v and warnings %q, want step 1 and one of a checksum", step, err, warnings)
	}
}
