package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"latentspace/checkpoints"
	"latentspace/internal/panics"
	"latentspace/internal/untrusted"
	"latentspace/rundir"
)

// pictures are the numbers of the newest pictures that training wrote; nil where there are none.
type pictures struct {
	Samples         *int `json:"samples"`
	Reconstructions *int `json:"reconstructions"`
}

// same reports whether the pictures are those of another time.
func (p pictures) same(q pictures) bool {
	equal := func(a, b *int) bool { return a == b || a != nil && b != nil && *a == *b }
	return equal(p.Samples, q.Samples) && equal(p.Reconstructions, q.Reconstructions)
}

// progress is what a page is told of a run in training.
type progress struct {
	Status   string          `json:"status"`
	Step     int             `json:"step"`
	Epoch    int             `json:"epoch"`
	Records  []rundir.Record `json:"records"` // that are new
	Pictures pictures        `json:"pictures"`
}

// followed is a run whose folder is watched.
type followed struct {
	progress
	tried int  // the step of the checkpoint that was opened last, -1 for none
	due   bool // all points of a run that has ended
}

// poll is the time between two looks at the folder of a run.
const poll = 500 * time.Millisecond

// follow watches the folders of the runs that pages listen to, until the context ends.
func (s *Server) follow(ctx context.Context) {
	runs := map[int]*followed{}
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		heard := s.hub.followed()
		for run := range runs {
			if !heard[run] {
				delete(runs, run)
			}
		}
		for run := range heard {
			if runs[run] == nil {
				runs[run] = &followed{tried: -1}
			}
			s.look(run, runs[run])
		}
	}
}

// look tells the pages of a run what is new in its folder.
func (s *Server) look(run int, f *followed) {
	dir := s.runs.dir(run)
	m, err := rundir.ReadManifest(dir)
	if err != nil || m == nil {
		return
	}
	now := progress{Status: statusOfRun(dir, m), Step: m.Step, Epoch: m.Epoch, Records: []rundir.Record{}, Pictures: newest(dir)}
	if all, err := rundir.ReadMetrics(dir); err == nil && all != nil {
		now.Records = all
	}
	if now.Status != f.Status || now.Step != f.Step || !now.Pictures.same(f.Pictures) || len(now.Records) != len(f.Records) {
		told := now
		told.Records = after(now.Records, f.Records)
		s.hub.tell(run, "run", told)
	}
	f.due = f.due || f.Status == rundir.Running && now.Status != rundir.Running
	f.progress = now
	s.renew(run, dir, f)
}

// after are the records that were not there before.
func after(now, before []rundir.Record) []rundir.Record {
	if len(before) == 0 {
		return now
	}
	last := before[len(before)-1].Step
	at := slices.IndexFunc(now, func(r rundir.Record) bool { return r.Step > last })
	if at < 0 {
		return []rundir.Record{}
	}
	return now[at:]
}

// rest is how many times as long as it took to open a checkpoint none is opened: a page takes about a
// twenty-fifth of one processor from training.
const rest = 24

// renew opens the newest checkpoint of a run, if it is another than the one that is shown, and all
// points of a run that has ended: in the background, and of one run at a time.
func (s *Server) renew(run int, dir string, f *followed) {
	former := s.runs.shown(run)
	steps, err := checkpoints.Store{Dir: dir}.List()
	if former == nil || err != nil || len(steps) == 0 {
		return
	}
	step := steps[len(steps)-1]
	if there := former.Space.Weights != "" && step == former.Space.Step; !f.due && (there || step == f.tried) || !s.renewing.TryLock() {
		return
	}
	if time.Now().Before(s.rested) && !f.due {
		s.renewing.Unlock()
		return
	}
	f.tried, f.due = step, false
	go func() {
		defer s.renewing.Unlock()
		begun := time.Now()
		defer func() { s.rested = time.Now().Add(rest * time.Since(begun)) }()
		panics.Caught(func() error { // a model that cannot be opened stays as it was
			next, err := s.runs.open(dir, former)
			if err != nil || next.Space.Weights == "" || next.Space.Weights == former.Space.Weights && next.Space.N == former.Space.N {
				return err
			}
			if s.runs.replace(run, former, next) {
				s.jobs.drop(former)
				s.hub.tell(run, "checkpoint", struct {
					Step int `json:"step"`
				}{next.Space.Step})
			}
			return nil
		})
	}()
}

// pictureFile is what training calls its pictures.
var pictureFile = regexp.MustCompile(`^(samples|reconstructions)-(\d{4,9})\.png$`)

// newest finds the newest pictures of a run.
func newest(dir string) pictures {
	var p pictures
	files, err := os.ReadDir(dir)
	if err != nil {
		return p
	}
	for _, f := range files {
		m := pictureFile.FindStringSubmatch(f.Name())
		if m == nil {
			continue
		}
		n, _ := strconv.Atoi(m[2]) // of at most nine digits
		at := &p.Samples
		if m[1] == "reconstructions" {
			at = &p.Reconstructions
		}
		if *at == nil || n > **at {
			*at = &n
		}
	}
	return p
}

// mostPicture is the largest picture of a run in bytes.
var mostPicture = untrusted.Limit{Name: "explorer-picture", Unit: "bytes", Most: mostReply}

// picture answers a picture that training wrote: the newest, or the one of a number.
func (s *Server) picture(r *request) (content, error) {
	dir, kind := s.runs.dir(r.run), r.query["kind"]
	if kind != "samples" && kind != "reconstructions" {
		return content{}, refuse(http.StatusBadRequest, "The parameter kind is %.40q, want samples or reconstructions.", kind)
	}
	there := newest(dir)
	last := there.Samples
	if kind == "reconstructions" {
		last = there.Reconstructions
	}
	if last == nil {
		return content{}, refuse(http.StatusNotFound, "Training has written no picture of %s.", kind)
	}
	of, err := r.query.number("of", *last, 0, math.MaxInt32)
	if err != nil {
		return content{}, err
	}
	b, err := untrusted.ReadFile(filepath.Join(dir, fmt.Sprintf("%s-%04d.png", kind, of)), mostPicture)
	if errors.Is(err, fs.ErrNotExist) {
		return content{}, refuse(http.StatusNotFound, "There is no picture %d of %s.", of, kind)
	}
	return content{"image/png", b}, err
}

// training answers what is known of the training of a run.
func (s *Server) training(r *request) (content, error) {
	dir := s.runs.dir(r.run)
	m, err := rundir.ReadManifest(dir)
	if err != nil {
		return content{}, err
	}
	if m == nil {
		return content{}, refuse(http.StatusNotFound, "There is no record of the training beside the checkpoint.")
	}
	m.Status, m.Checkpoint, m.Data.Dir = statusOfRun(dir, m), filepath.Base(m.Checkpoint), ""
	m.Error = strings.ReplaceAll(m.Error, filepath.Dir(dir), "")
	for i, d := range m.Data.Damaged {
		m.Data.Damaged[i] = filepath.Base(d)
	}
	records, err := rundir.ReadMetrics(dir)
	if err != nil {
		return content{}, err
	}
	if records == nil {
		records = []rundir.Record{}
	}
	return asJSON(struct {
		Manifest *rundir.Manifest `json:"manifest"`
		Records  []rundir.Record  `json:"records"`
		Pictures pictures         `json:"pictures"`
	}{m, records, newest(dir)})
}
