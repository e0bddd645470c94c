package rundir

import (
	"bufio"
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"latentspace/experiments"
	"latentspace/export/tensorboard"
)

// logged is what a file of events has: the steps of its records, and the number of histograms,
// pictures and experiments.
type logged struct {
	steps                             []int64
	histograms, pictures, experiments int
}

func readEvents(t *testing.T, dir string) (got logged) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, eventsFile))
	if err != nil {
		t.Fatal(err)
	}
	for r := bufio.NewReader(bytes.NewReader(b)); ; {
		e, _, err := tensorboard.Read(r)
		if err != nil {
			return got
		}
		for _, v := range e.Values {
			switch v.Tag {
			case "epoch":
				got.steps = append(got.steps, e.Step)
			case "weights":
				got.histograms++
			case "pictures/samples":
				got.pictures++
			case "experiment":
				got.experiments++
			}
		}
	}
}

// The file is that of the records, whatever it was: empty, longer, shorter, of other numbers,
// damaged at any place, or no file of events.
func TestEventsAgreeWithRecords(t *testing.T) {
	records := []Record{
		{Step: 5, Figures: Figures{"nll": {Value: 3, Error: 0.5}}},
		{Step: 10, Epoch: 1, Train: Metrics{{"loss", 2}, {"kl", math.Inf(1)}}, Diversity: &Estimate{1, 0.1}},
		{Step: 20, Epoch: 2, Train: Metrics{{"loss", 1}, {"kl", math.NaN()}}},
	}
	c := experiments.Defaults()
	c.Name = "run"
	dir := t.TempDir()
	e := &Events{Dir: dir, Config: c, Now: func() time.Time { return time.Unix(1, 0) }}
	check := func(what string, want logged) {
		t.Helper()
		if got := readEvents(t, dir); !slices.Equal(got.steps, want.steps) || got.histograms != want.histograms ||
			got.pictures != want.pictures || got.experiments != want.experiments {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(e.Agree(nil))
	check("at the beginning", logged{experiments: 1})
	for _, r := range records {
		must(e.Add(r, map[string][]float32{"weights": {1, 2}}))
		must(os.WriteFile(PictureFile(dir, "samples", r.Epoch, ".txt"), []byte("a\n"), 0o666))
		must(e.AddPictures(r))
		must(e.AddPictures(r)) // as a run does that goes on there
	}
	all := logged{[]int64{5, 10, 20}, 3, 2, 1}
	check("all records", all)
	whole, err := os.ReadFile(e.path())
	must(err)

	for i := 0; i < len(whole); i += 41 {
		must(os.WriteFile(e.path(), whole[:i], 0o666))
		must(e.Agree(records))
		got := readEvents(t, dir)
		if !slices.Equal(got.steps, all.steps) || got.experiments != 1 || got.pictures > 2 {
			t.Fatalf("cut at %d: %+v", i, got)
		}
		must(e.AddPictures(records[2]))
		if got := readEvents(t, dir); got.pictures != 2 {
			t.Fatalf("cut at %d: %+v, want the pictures of both epochs", i, got)
		}
	}
	restore := func() { must(os.WriteFile(e.path(), whole, 0o666)) }
	restore()
	must(e.Agree(records))
	if again, err := os.ReadFile(e.path()); err != nil || !bytes.Equal(again, whole) {
		t.Errorf("a file that agrees was changed: %v", err)
	}
	must(e.Agree(records[:2]))
	check("an earlier checkpoint", logged{[]int64{5, 10}, 2, 1, 1})
	restore()
	other := slices.Clone(records)
	other[1].Train = Metrics{{"loss", 2.5}}
	must(e.Agree(other))
	check("another course", logged{[]int64{5, 10, 20}, 1, 2, 1})
	must(os.WriteFile(e.path(), []byte("no events"), 0o666))
	must(e.Agree(records))
	check("another file", logged{[]int64{5, 10, 20}, 0, 2, 1})

	restore()
	e.Config.Train.Samples++
	must(e.Agree(records))
	must(e.Agree(records))
	check("another experiment", logged{[]int64{5, 10, 20}, 3, 2, 2})
}
