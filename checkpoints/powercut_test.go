package checkpoints

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"latentspace/internal/atomicfile"
	"latentspace/internal/faultfs"
	"latentspace/tensor"
)

// long makes tests try more of what they try: 100,000 states after a power cut, every bit of
// 16 KiB.
var long = flag.Bool("long", false, "try more cases")

// operation is one that a save did to the file system.
type operation struct {
	kind     string // create, write, sync, rename, remove, syncdir or saved
	file     int    // of create, write and sync
	name, to string // of create, rename and remove
	data     []byte // of write
	step     int    // of saved: what was acknowledged
}

// recorder does to the machine's file system what it is told, but for syncing, and notes it.
type recorder struct {
	atomicfile.OS
	ops   []operation
	files int
}

func (r *recorder) note(o operation) { r.ops = append(r.ops, o) }

func (r *recorder) CreateExclusive(path string) (atomicfile.File, error) {
	f, err := r.OS.CreateExclusive(path)
	if err != nil {
		return nil, err
	}
	r.files++
	r.note(operation{kind: "create", file: r.files, name: filepath.Base(path)})
	return &recorded{f, r, r.files}, nil
}

func (r *recorder) Rename(from, to string) error {
	r.note(operation{kind: "rename", name: filepath.Base(from), to: filepath.Base(to)})
	return r.OS.Rename(from, to)
}

func (r *recorder) Remove(path string) error {
	r.note(operation{kind: "remove", name: filepath.Base(path)})
	return r.OS.Remove(path)
}

func (r *recorder) SyncDir(string) error {
	r.note(operation{kind: "syncdir"})
	return nil
}

type recorded struct {
	atomicfile.File
	r    *recorder
	file int
}

func (f *recorded) Write(b []byte) (int, error) {
	f.r.note(operation{kind: "write", file: f.file, data: slices.Clone(b)})
	return f.File.Write(b)
}

func (f *recorded) Sync() error {
	f.r.note(operation{kind: "sync", file: f.file})
	return nil
}

// large is a checkpoint that tells which step it is, of several writes and many sectors.
func large(step int) *Checkpoint {
	w := tensor.New(1300)
	for i := range w.Data {
		w.Data[i] = float32(step + i)
	}
	return &Checkpoint{Meta: map[string]string{"kind": "test"}, Tensors: map[string]*tensor.Tensor{"w": w}}
}

// largeHash is the hash of [large].
func largeHash(step int) string {
	if _, ok := largeHashes[step]; !ok {
		largeHashes[step] = Hash(large(step).Tensors)
	}
	return largeHashes[step]
}

var largeHashes = map[int]string{}

// recordSaves saves steps in a folder, one after the other, and notes what was acknowledged.
func recordSaves(dir string, steps ...int) ([]operation, error) {
	r := &recorder{}
	s := Store{Dir: dir, Keep: 2, Best: best, FS: r}
	for _, step := range steps {
		if path, err := s.Save(step, large(step)); err != nil || path == "" {
			return nil, fmt.Errorf("step %d: got %q and error %w", step, path, err)
		}
		r.note(operation{kind: "saved", step: step})
	}
	return r.ops, nil
}

// best is the step that is kept whatever its age.
const best = 3

const sector = 512

// disk is what is on the disk: files by name.
type disk map[string][]byte

// chosen are some of n things: all, none, all but one, one, or half of them.
func chosen(rng *rand.Rand, n int) []bool {
	keep := make([]bool, n)
	mode, one := rng.IntN(5), rng.IntN(n+1)
	for i := range keep {
		keep[i] = [...]bool{true, false, i != one, i == one, rng.IntN(2) == 0}[mode]
	}
	return keep
}

// cutAfter returns one of the states that a disk may be in when the power is cut after n
// operations, and the steps that were acknowledged before. What was synced is there. Of what
// was not, each change of a name and each sector of a file may be there or not, whatever came
// first, and a file may be shorter than it was.
func cutAfter(base disk, ops []operation, n int, rng *rand.Rand) (d disk, acknowledged []int) {
	whole, durable := map[int][]byte{}, map[int]int{}
	synced := map[string]int{} // names on the disk
	for name, data := range base {
		file := -1 - len(whole)
		whole[file], durable[file], synced[name] = data, len(data), file
	}
	names := maps.Clone(synced) // as the process sees them
	var loose []operation       // changes of names that are not on the disk
	for _, o := range ops[:n] {
		switch o.kind {
		case "create":
			names[o.name] = o.file
			loose = append(loose, o)
		case "write":
			whole[o.file] = append(whole[o.file], o.data...)
		case "sync":
			durable[o.file] = len(whole[o.file])
		case "rename":
			o.file = names[o.name]
			names[o.to] = o.file
			delete(names, o.name)
			loose = append(loose, o)
		case "remove":
			delete(names, o.name)
			loose = append(loose, o)
		case "syncdir":
			synced, loose = maps.Clone(names), nil
		case "saved":
			acknowledged = append(acknowledged, o.step)
		}
	}
	for i, kept := range chosen(rng, len(loose)) {
		switch o := loose[i]; {
		case !kept:
		case o.kind == "create":
			synced[o.name] = o.file
		case o.kind == "rename":
			delete(synced, o.name)
			synced[o.to] = o.file
		case o.kind == "remove":
			delete(synced, o.name)
		}
	}
	d = disk{}
	for _, name := range slices.Sorted(maps.Keys(synced)) {
		data, safe := slices.Clone(whole[synced[name]]), durable[synced[name]]
		for i, kept := range chosen(rng, (len(data)+sector-1)/sector) {
			if at := i * sector; !kept && at+sector > safe {
				clear(data[max(at, safe):min(at+sector, len(data))])
			}
		}
		if rng.IntN(3) == 0 {
			data = data[:safe+rng.IntN(len(data)-safe+1)]
		}
		d[name] = data
	}
	return d, acknowledged
}

// put makes a folder of a disk.
func (d disk) put(dir string) error {
	for name, data := range d {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// digest tells disks apart.
func (d disk) digest() [sha256.Size]byte {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(d)) {
		fmt.Fprintf(h, "%s %d\n", name, len(d[name]))
		h.Write(d[name])
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// checkDisk looks at a folder after a power cut: the newest checkpoint that verifies is no
// older than the newest acknowledged one, and is what was saved; two verify, if two were
// acknowledged, and the best; and no file with its own name is torn.
func checkDisk(dir string, acknowledged []int) error {
	s := Store{Dir: dir, FS: &faultfs.FS{}}
	steps, err := s.List()
	if err != nil {
		return err
	}
	for _, step := range steps {
		c, err := Read(s.Path(step))
		if err != nil {
			return fmt.Errorf("a file under its own name is not whole: %w", err)
		}
		if Hash(c.Tensors) != largeHash(step) {
			return fmt.Errorf("step %d is not what was saved", step)
		}
	}
	distinct := slices.Compact(slices.Clone(acknowledged))
	switch n := len(distinct); {
	case n == 0:
	case len(steps) < min(n, minKeep) || steps[len(steps)-1] < distinct[n-1]:
		return fmt.Errorf("steps %v are left, want two, and %d, which was saved, or a newer one", steps, distinct[n-1])
	case slices.Contains(distinct, best) && !slices.Contains(steps, best):
		return fmt.Errorf("steps %v are left, want the best, %d", steps, best)
	}
	return nil
}

// tryStates tries n different states after power cuts of saves, of which sync may leave
// operations out. In some the run goes on, and the power is cut once more. It returns the
// first state that is not survived.
func tryStates(t *testing.T, n int, without string) error {
	t.Helper()
	record := func(dir string, steps ...int) []operation {
		ops, err := recordSaves(dir, steps...)
		if err != nil {
			t.Fatal(err)
		}
		return slices.DeleteFunc(ops, func(o operation) bool { return o.kind == without })
	}
	root, err := os.MkdirTemp("/dev/shm", "powercut") // nothing is about this disk
	if err != nil {
		root = t.TempDir()
	}
	defer os.RemoveAll(root)
	folder := func(name string) string {
		dir := filepath.Join(root, name)
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	ops := record(folder("first"), 1, 2, 3, 4, 4, 5, 6, 7)
	seen := map[[sha256.Size]byte]bool{}
	again := 0
	for i := 0; len(seen) < n; i++ {
		if i == 100*n {
			return fmt.Errorf("%d states, want %d", len(seen), n)
		}
		rng := rand.New(rand.NewPCG(1, uint64(i)))
		at := rng.IntN(len(ops) + 1)
		d, acknowledged := cutAfter(disk{}, ops, at, rng)
		if seen[d.digest()] {
			continue
		}
		seen[d.digest()] = true
		dir := folder(fmt.Sprint(i))
		if err := d.put(dir); err != nil {
			t.Fatal(err)
		}
		if err := checkDisk(dir, acknowledged); err != nil {
			return fmt.Errorf("state %d, a power cut after operation %d: %w", i, at, err)
		}
		if len(seen)%8 == 0 { // the run goes on where it was
			more := record(dir, 8, 9)
			second := rng.IntN(len(more) + 1)
			e, later := cutAfter(d, more, second, rng)
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			dir = folder(fmt.Sprint(i, "again"))
			if err := e.put(dir); err != nil {
				t.Fatal(err)
			}
			if err := checkDisk(dir, append(acknowledged, later...)); err != nil {
				return fmt.Errorf("state %d, power cuts after operation %d and then %d: %w", i, at, second, err)
			}
			again++
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d different states, %d of them with a second power cut", len(seen), again)
	return nil
}

func TestPowerCutsLoseNothingThatWasSaved(t *testing.T) {
	states := 3_000
	switch {
	case *long:
		states = 100_000
	case os.Getenv("LATENTSPACE_LONG") != "":
		states = 10_000
	}
	if err := tryStates(t, states, ""); err != nil {
		t.Error(err)
	}
}

// Saves without a part of their order are found out.
func TestPowerCutsFindWhatIsNotSynced(t *testing.T) {
	for _, kind := range []string{"sync", "syncdir"} {
		if err := tryStates(t, 1000, kind); err == nil {
			t.Errorf("saves without %s lose nothing", kind)
		} else {
			t.Log(err)
		}
	}
}
