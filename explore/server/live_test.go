package server

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"latentspace/explore"
	"latentspace/explore/atlas"
	"latentspace/explore/show"
	"latentspace/rundir"
	"latentspace/training"
)

// begun is a run in which nothing has happened yet: the folder of a manifest, and the whole run that it
// will become.
func begun(t *testing.T) (dir, whole string) {
	t.Helper()
	whole, err := learned()
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "begun")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	m, err := rundir.ReadManifest(whole)
	if err != nil {
		t.Fatal(err)
	}
	m.Step, m.Epoch, m.Checkpoint, m.Data.Dir, m.Error = 0, 0, "", "/secret/place", "no folder "+dir
	if err := m.Write(dir); err != nil {
		t.Fatal(err)
	}
	return dir, whole
}

// into copies a file of one folder into another, as training does: at once.
func into(t *testing.T, dir, from, pattern string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(from, pattern))
	if err != nil || len(files) != 1 {
		t.Fatalf("%s: %v, %v", pattern, files, err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	part := filepath.Join(t.TempDir(), "part")
	if err := os.WriteFile(part, b, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(part, filepath.Join(dir, filepath.Base(files[0]))); err != nil {
		t.Fatal(err)
	}
}

// The page of a run that has no checkpoint yet says so, and follows as records, pictures and the model
// come.
func TestAPageFollowsTraining(t *testing.T) {
	dir, whole := begun(t)
	b := serving(t, dir, usual)
	b.get("", <-b.address, nil)
	var space atlas.Space
	if err := json.Unmarshal([]byte(text(b.get("/api/space", "", nil))), &space); err != nil || space.N != 0 || space.Dim != 0 || space.Name != "test" || !strings.Contains(space.Lacks["codes"], "has no checkpoint") {
		t.Fatalf("without a checkpoint: %+v, %v", space, err)
	}
	for path, status := range map[string]int{"/api/codes": 409, "/api/thumbnails": 409, "/api/places?map=pca": 400, "/api/values?attribute=class": 400, "/api/example": 400, "/api/picture?kind=samples": 404} {
		wants(t, path, b.get(path, "", nil), status)
	}
	for path, body := range map[string]string{"/api/decode": `{"codes":[[]]}`, "/api/sound": `{"code":[]}`} {
		wants(t, path, b.post(path, body, nil), 409)
	}
	wants(t, "draw", b.post("/api/draw", `{"prior":"model","n":1}`, nil), 400)
	wants(t, "prepare", b.post("/api/prepare", `{"what":"map:tsne"}`, nil), 404)

	events := b.listening("/api/events")
	next := func(kind string) string {
		t.Helper()
		for e := range events {
			if data, ok := strings.CutPrefix(e, kind+" "); ok {
				return data
			}
		}
		t.Fatalf("the events end before %s", kind)
		return ""
	}
	var p progress
	if err := json.Unmarshal([]byte(next("run")), &p); err != nil || p.Records == nil || len(p.Records) != 0 || p.Pictures.Samples != nil {
		t.Errorf("at first %+v, %v", p, err)
	}
	all, err := rundir.ReadMetrics(whole)
	if err != nil || len(all) == 0 {
		t.Fatalf("%d records, %v", len(all), err)
	}
	last := all[len(all)-1]
	last.Step++
	for _, records := range [][]rundir.Record{all, append(all, last)} {
		if err := rundir.WriteMetrics(dir, records); err != nil {
			t.Fatal(err)
		}
		want := 1
		if len(records) == len(all) {
			want = len(all)
		}
		p = progress{}
		if err := json.Unmarshal([]byte(next("run")), &p); err != nil || len(p.Records) != want || p.Records[want-1].Step != records[len(records)-1].Step {
			t.Errorf("of %d records came %+v, %v", len(records), p, err)
		}
	}
	into(t, dir, whole, "samples-*.png")
	p = progress{}
	if err := json.Unmarshal([]byte(next("run")), &p); err != nil || p.Pictures.Samples == nil || *p.Pictures.Samples != 1 {
		t.Errorf("with a picture %+v, %v", p, err)
	}
	r := b.get("/api/picture?kind=samples&of=1", "", nil)
	if !strings.HasPrefix(text(r), "\x89PNG") || r.Header.Get("Content-Type") != "image/png" {
		t.Errorf("the picture is %s, of %s", r.Status, r.Header.Get("Content-Type"))
	}
	for query, status := range map[string]int{"kind=samples": 200, "kind=samples&of=2": 404, "kind=reconstructions": 404, "kind=curves": 400, "kind=..%2fsamples": 400, "kind=samples&of=../1": 400, "": 400} {
		if r := b.get("/api/picture?"+query, "", nil); r.StatusCode != status {
			t.Errorf("%s: %s, want %d", query, r.Status, status)
		}
	}
	into(t, dir, whole, "step-*.safetensors")
	var c struct{ Step int }
	if err := json.Unmarshal([]byte(next("checkpoint")), &c); err != nil || c.Step == 0 {
		t.Errorf("%+v, %v", c, err)
	}
	if err := json.Unmarshal([]byte(text(b.get("/api/space", "", nil))), &space); err != nil || space.N != 200 || space.Step != c.Step {
		t.Errorf("with a checkpoint: %+v, %v", space, err)
	}

	answer := text(b.get("/api/run", "", nil))
	if strings.Contains(answer, "secret") || strings.Contains(answer, filepath.Dir(dir)) {
		t.Errorf("the training tells where it is: %s", answer)
	}
	var run struct {
		Manifest rundir.Manifest
		Records  []rundir.Record
		Pictures pictures
	}
	if err := json.Unmarshal([]byte(answer), &run); err != nil || run.Manifest.Name != "test" || len(run.Records) != len(all)+1 || run.Pictures.Samples == nil {
		t.Errorf("the training is %+v, %v", run, err)
	}
}

// A map of newer weights has its axes in the direction of the former ones.
func TestAxesKeepTheirSigns(t *testing.T) {
	b := opened(t, usual)
	former, err := b.s.runs.atlas(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	m, err := b.s.o.Open(b.s.o.Run)
	if err != nil {
		t.Fatal(err)
	}
	for k := range former.Space.PCA.Components[1] {
		former.Space.PCA.Components[1][k] *= -1 // as if it had pointed there
	}
	next, err := atlas.New(t.Context(), m, atlas.Options{N: 200, Split: "train", Seed: 1, Like: former})
	if err != nil {
		t.Fatal(err)
	}
	for axis, of := range former.Space.PCA.Components {
		for k, v := range of {
			if next.Space.PCA.Components[axis][k] != v {
				t.Errorf("axis %d is %v, want %v", axis, next.Space.PCA.Components[axis], of)
				break
			}
		}
	}
}

// Four models are held at a time, and the one that was not asked for the longest leaves.
func TestFewModelsAreHeld(t *testing.T) {
	b := opened(t, usual)
	whole := b.s.o.Run
	parent := t.TempDir()
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		dir := filepath.Join(parent, name)
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		into(t, dir, whole, "run.json")
		into(t, dir, whole, "step-*.safetensors")
	}
	b = serving(t, filepath.Join(parent, "c"), usual)
	b.get("", <-b.address, nil)
	var list struct {
		Runs    []listed
		Compare *struct{}
	}
	if err := json.Unmarshal([]byte(text(b.get("/api/runs", "", nil))), &list); err != nil || len(list.Runs) != 5 || list.Compare != nil {
		t.Fatalf("%+v, %v", list, err)
	}
	for run, name := range []string{"c", "a", "b", "d", "e"} {
		if l := list.Runs[run]; l.Run != run || l.Name != name || !l.Open || l.Kind != "vae" || len(l.Figures) == 0 {
			t.Errorf("run %d is %+v, want %s", run, l, name)
		}
		query := "/api/space?run=" + string(rune('0'+run))
		var space atlas.Space
		if err := json.Unmarshal([]byte(text(b.get(query, "", nil))), &space); err != nil || space.Run != name {
			t.Errorf("%s is %s, %v", query, space.Run, err)
		}
		wants(t, "the first again", b.get("/api/space", "", nil), 200)
	}
	for run, want := range []bool{true, false, true, true, true} {
		if got := b.s.runs.shown(run) != nil; got != want {
			t.Errorf("run %d is held: %v, want %v", run, got, want)
		}
	}
	wants(t, "another run", b.get("/api/space?run=5", "", nil), 400)
}

// Runs whose reports are kept are compared, with marks.
func TestKeptReportsAreCompared(t *testing.T) {
	whole, err := learned()
	if err != nil {
		t.Fatal(err)
	}
	parent := t.TempDir()
	for i, name := range []string{"a", "b", "c"} {
		dir := filepath.Join(parent, name)
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		into(t, dir, whole, "run.json")
		into(t, dir, whole, "step-*.safetensors")
		if i == 2 {
			break // it has no report
		}
		m, _, err := training.Find(dir, "", false, func(err error) { t.Error(err) })
		if err != nil {
			t.Fatal(err)
		}
		v := explore.Evaluate{Options: explore.Options{N: 20, Seed: uint64(i), Split: "test"}, Draws: 5}
		if _, err := show.Evaluate(t.Context(), m, v, show.Output{}, false); err != nil {
			t.Fatal(err)
		}
	}
	b := serving(t, filepath.Join(parent, "b"), usual)
	b.get("", <-b.address, nil)
	var list struct{ Compare *explore.CompareReport }
	if err := json.Unmarshal([]byte(text(b.get("/api/runs", "", nil))), &list); err != nil || list.Compare == nil || !slices.Equal(list.Compare.Names, []string{"b", "a"}) || len(list.Compare.Rows) < 5 {
		t.Errorf("%+v, %v", list.Compare, err)
	}
}
