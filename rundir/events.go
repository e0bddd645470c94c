package rundir

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"latentspace/experiments"
	"latentspace/export/tensorboard"
	"latentspace/settings"
)

// eventsFile is the name of the file in a run's folder that TensorBoard reads.
const eventsFile = "events.out.tfevents.0.latentspace"

// The tags of events that are told from the others when a file is read again.
const (
	epochTag  = "epoch" // of each record
	configTag = "experiment"
)

// Events is the file of a run that TensorBoard reads: an event for each record, which may be
// followed by one with the pictures of the epoch. At the beginning, and after the last record
// before a change of keys, it has the experiment.
//
// The file is appended to, so that TensorBoard can follow it. A run that goes on, or goes back, first
// cuts off what its records do not have.
type Events struct {
	Dir    string
	Config experiments.Config
	Now    func() time.Time

	pictured bool // the last record has its pictures
}

// Agree makes the file that of the given records: it keeps the events of the first of them as far as
// they are there, cuts off the rest and adds what is missing.
func (e *Events) Agree(records []Record) (err error) {
	f, err := os.OpenFile(e.path(), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return fmt.Errorf("rundir: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	old := e.kept(f, records)
	e.pictured = old.pictured
	if err := f.Truncate(old.size); err != nil {
		return fmt.Errorf("rundir: %w", err)
	}
	var b []byte
	if old.size == 0 {
		b = tensorboard.Append(b, tensorboard.Event{Wall: e.wall(), Version: tensorboard.Version})
	}
	now, err := e.experiment()
	if err != nil {
		return err
	}
	if !now[0].Equal(old.config) {
		step := 0
		if old.records > 0 {
			step = records[old.records-1].Step
		}
		b = e.append(b, step, now...)
	}
	for i, r := range records {
		if i >= old.records {
			b = e.append(b, r.Step, r.values()...)
			e.pictured = false
		}
		// The pictures of the last record, if it was kept, are drawn once more.
		if i >= old.records || i == old.records-1 && old.records < len(records) {
			if b, err = e.pictures(b, r); err != nil {
				return err
			}
		}
	}
	return e.write(f, old.size, b)
}

// known is what of a file is kept.
type known struct {
	size     int64 // bytes
	records  int
	config   tensorboard.Value // the last
	pictured bool              // the last record has its pictures
}

// kept reads a file up to the first event that is not of the records, or not whole.
func (e *Events) kept(f io.Reader, records []Record) known {
	var k known
	for r := bufio.NewReader(f); ; {
		event, n, err := tensorboard.Read(r)
		if err != nil || k.size == 0 && event.Version != tensorboard.Version {
			return k
		}
		for _, v := range event.Values {
			switch {
			case v.Tag == configTag:
				k.config = v
			case v.Tag == epochTag:
				if k.records == len(records) || !records[k.records].is(event) {
					return k
				}
				k.records++
				k.pictured = false
			case strings.HasPrefix(v.Tag, picturesPrefix):
				k.pictured = true
			}
		}
		k.size += n
	}
}

// is reports whether an event has the step and the numbers of the record. Histograms may follow.
func (r Record) is(event tensorboard.Event) bool {
	want := r.values()
	return int64(r.Step) == event.Step && len(event.Values) >= len(want) &&
		slices.EqualFunc(want, event.Values[:len(want)], tensorboard.Value.Equal)
}

// Add adds the event of a new record, with histograms of tensors by their names.
func (e *Events) Add(r Record, histograms map[string][]float32) error {
	values := r.values()
	for _, name := range slices.Sorted(maps.Keys(histograms)) {
		values = append(values, tensorboard.Histogram(name, histograms[name]))
	}
	e.pictured = false
	return e.extend(e.append(nil, r.Step, values...))
}

// AddPictures adds the pictures that the folder has of the epoch that the last record ends, unless
// they are there already.
func (e *Events) AddPictures(last Record) error {
	b, err := e.pictures(nil, last)
	if err != nil || b == nil {
		return err
	}
	return e.extend(b)
}

// extend adds bytes at the end of the file.
func (e *Events) extend(b []byte) (err error) {
	f, err := os.OpenFile(e.path(), os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("rundir: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("rundir: %w", err)
	}
	return e.write(f, end, b)
}

// write puts bytes at the end of the file and onto the disk: all of them, or none and an error.
func (e *Events) write(f *os.File, end int64, b []byte) error {
	_, err := f.WriteAt(b, end)
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return fmt.Errorf("rundir: %w", errors.Join(err, f.Truncate(end)))
	}
	return nil
}

func (e *Events) path() string { return filepath.Join(e.Dir, eventsFile) }

func (e *Events) wall() float64 { return float64(e.Now().UnixMicro()) / 1e6 }

func (e *Events) append(b []byte, step int, values ...tensorboard.Value) []byte {
	return tensorboard.Append(b, tensorboard.Event{Wall: e.wall(), Step: int64(step), Values: values})
}

// experiment is the experiment as text, and as what runs are compared by.
func (e *Events) experiment() ([]tensorboard.Value, error) {
	src, err := e.Config.YAML()
	if err != nil {
		return nil, err
	}
	text := "    " + strings.ReplaceAll(strings.TrimSuffix(string(src), "\n"), "\n", "\n    ") // code in Markdown
	return []tensorboard.Value{
		tensorboard.Text(configTag, text),
		tensorboard.Hyperparameters(e.Config.Name, settings.Leaves(e.Config, experiments.Registry)),
	}, nil
}

// values are the numbers of a record.
func (r Record) values() []tensorboard.Value {
	var all []tensorboard.Value
	r.each(func(tag string, x float64) {
		if math.IsInf(x, 0) || math.IsNaN(x) {
			x = math.NaN() // as a record that was read from a file has it
		}
		all = append(all, tensorboard.Scalar(tag, x))
	})
	return all
}

// picturesPrefix begins the tags of pictures.
const picturesPrefix = "pictures/"

// PictureFile is the file of the samples, or of the reconstructions, of an epoch.
func PictureFile(dir, name string, epoch int, extension string) string {
	return filepath.Join(dir, fmt.Sprintf("%s-%04d%s", name, epoch, extension))
}

// pictures adds an event with the pictures of an epoch that the folder has, of texts their lines.
// Without any, or if the file has them, it adds nothing.
func (e *Events) pictures(b []byte, of Record) ([]byte, error) {
	if !of.EndsEpoch() || e.pictured {
		return b, nil
	}
	var values []tensorboard.Value
	for _, name := range []string{"samples", "reconstructions"} {
		for _, extension := range []string{".png", ".txt"} {
			file, err := os.ReadFile(PictureFile(e.Dir, name, of.Epoch, extension))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return b, fmt.Errorf("rundir: %w", err)
			}
			v := tensorboard.Text(picturesPrefix+name, "    "+strings.ReplaceAll(string(file), "\n", "\n    "))
			if extension == ".png" {
				if v, err = tensorboard.Picture(picturesPrefix+name, file); err != nil {
					return b, err
				}
			}
			values = append(values, v)
		}
	}
	if values == nil {
		return b, nil
	}
	e.pictured = true
	return e.append(b, of.Step, values...), nil
}
