package checkpoints

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"latentspace/nn/tensor"
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
	OS
	ops   []operation
	files int
}

func (r *recorder) note(o operation) { r.ops = append(r.ops, o) }

func (r *recorder) CreateExclusive(path string) (File, error) {
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
	File
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
	w := tensor.New(2500)
	for i := range w.Data {
		w.Data[i] = float32(step + i)
	}
	return &Checkpoint{Meta: map[string]string{"kind": "test"}, Tensors: map[string]*tensor.Tensor{"w": w}}
}

// recordSaves saves steps one after the other, and some of them twice.
func recordSaves(t *testing.T) []operation {
	r := &recorder{}
	s := Store{Dir: t.TempDir(), Keep: 2, FS: r}
	for _, step := range []int{1, 2, 3, 4, 4, 5, 6, 7} {
		s.Best = min(step, 3)
		if path, err := s.Save(step, large(step)); err != nil || path == "" {
			t.Fatalf("step %d: got %q and error %v", step, path, err)
		}
		r.note(operation{kind: "saved", step: step})
	}
	return r.ops
}

const sector = 512

// disk is what may be on the disk when the power is gone.
type disk struct {
	names map[string]int // file by name
	data  map[int][]byte
}

// cutAfter returns one of the states that a disk may be in when the power is cut after n
// operations, and the newest step that was acknowledged before. What was synced is there.
// Of what was not, each change of a name and each sector of a file may be there or not,
// whatever came first; a file may have its length and zeros in place of its data.
func cutAfter(ops []operation, n int, rng *rand.Rand) (d disk, acknowledged int) {
	synced := map[string]int{} // names on the disk
	var loose []operation      // changes of names that are not
	whole, durable := map[int][]byte{}, map[int]int{}
	id := map[string]int{} // names as the process sees them
	for _, o := range ops[:n] {
		switch o.kind {
		case "create":
			id[o.name] = o.file
			loose = append(loose, o)
		case "write":
			whole[o.file] = append(whole[o.file], o.data...)
		case "sync":
			durable[o.file] = len(whole[o.file])
		case "rename":
			o.file = id[o.name]
			id[o.to] = o.file
			delete(id, o.name)
			loose = append(loose, o)
		case "remove":
			delete(id, o.name)
			loose = append(loose, o)
		case "syncdir":
			synced, loose = maps.Clone(id), nil
		case "saved":
			acknowledged = o.step
		}
	}
	d = disk{names: synced, data: map[int][]byte{}}
	kept := rng.IntN(3) // none, some or all of what was not synced
	keep := func() bool { return kept == 2 || kept == 1 && rng.IntN(2) == 0 }
	for _, o := range loose {
		if !keep() {
			continue
		}
		switch o.kind {
		case "create":
			d.names[o.name] = o.file
		case "rename":
			delete(d.names, o.name)
			d.names[o.to] = o.file
		case "remove":
			delete(d.names, o.name)
		}
	}
	for _, file := range d.names {
		data := slices.Clone(whole[file])
		for at := durable[file] / sector * sector; at < len(data); at += sector {
			if !keep() {
				clear(data[max(at, durable[file]):min(at+sector, len(data))])
			}
		}
		if !keep() { // the length is not there
			data = data[:durable[file]+rng.IntN(len(data)-durable[file]+1)]
		}
		d.data[file] = data
	}
	return d, acknowledged
}

// put makes a folder of a disk.
func (d disk) put(dir string) error {
	for name, file := range d.names {
		if err := os.WriteFile(filepath.Join(dir, name), d.data[file], 0o666); err != nil {
			return err
		}
	}
	return nil
}

// checkDisk looks at a folder after a power cut: the newest checkpoint that verifies is no
// older than the acknowledged one, and is what was saved. With goOn the next save works too.
func checkDisk(dir string, acknowledged int, goOn bool) error {
	s := Store{Dir: dir, Keep: 2, FS: &faulty{}}
	var warned []error
	c, step, _, err := s.Latest(func(err error) { warned = append(warned, err) })
	switch {
	case acknowledged == 0 && errors.Is(err, ErrNone):
	case err != nil:
		return err
	case step < acknowledged:
		return fmt.Errorf("the newest step is %d, want %d, which was saved", step, acknowledged)
	case Hash(c.Tensors) != Hash(large(step).Tensors):
		return fmt.Errorf("step %d is not what was saved", step)
	case len(warned) > 0:
		return fmt.Errorf("a file under its own name is not whole: %w", warned[0])
	}
	if !goOn {
		return nil
	}
	if path, err := s.Save(9, large(9)); err != nil || path == "" {
		return fmt.Errorf("the next save: %w", err)
	}
	if _, step, _, err := s.Latest(func(error) {}); err != nil || step != 9 {
		return fmt.Errorf("after the next save: step %d and error %w", step, err)
	}
	return nil
}

// tryStates tries states after power cuts and returns the first that is not survived.
func tryStates(t *testing.T, ops []operation, n int) error {
	t.Helper()
	root := t.TempDir()
	for i := range n {
		rng := rand.New(rand.NewPCG(1, uint64(i)))
		at := i % (len(ops) + 1)
		d, acknowledged := cutAfter(ops, at, rng)
		dir := filepath.Join(root, fmt.Sprint(i))
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := d.put(dir); err != nil {
			t.Fatal(err)
		}
		if err := checkDisk(dir, acknowledged, i%4 == 0); err != nil {
			return fmt.Errorf("state %d, a power cut after operation %d: %w", i, at, err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	return nil
}

func TestPowerCutsLoseNothingThatWasSaved(t *testing.T) {
	states := 10_000
	if *long {
		states = 100_000
	}
	if err := tryStates(t, recordSaves(t), states); err != nil {
		t.Error(err)
	}
}

// Saves without a part of their order are found out.
func TestPowerCutsFindWhatIsNotSynced(t *testing.T) {
	ops := recordSaves(t)
	for _, kind := range []string{"sync", "syncdir"} {
		without := slices.DeleteFunc(slices.Clone(ops), func(o operation) bool { return o.kind == kind })
		if err := tryStates(t, without, 2000); err == nil {
			t.Errorf("saves without %s lose nothing", kind)
		}
	}
}
