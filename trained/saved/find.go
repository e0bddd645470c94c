package saved

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"latentspace/checkpoints"
	"latentspace/internal/untrusted"
)

// Manifest is the file in a run's folder that says which of its checkpoints is the best.
const Manifest = "run.json"

// Find reads a checkpoint of a file system and returns its name: of a file, that; of the folder of a
// run, the newest sound one, or the best if the experiment says so in train.use and there is one.
func Find(fsys fs.FS, name string) (*checkpoints.Checkpoint, string, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, "", fmt.Errorf("saved: %w", err)
	}
	if !info.IsDir() {
		c, err := checkpoints.ReadFS(fsys, name)
		return c, name, err
	}
	c, file, err := checkpoints.LatestFS(fsys, name)
	if err != nil {
		return nil, "", err
	}
	p, err := experiment(c, Earlier(Kinds()))
	if err != nil {
		return nil, "", fmt.Errorf("saved: %s: %w", file, err)
	}
	if p.Train.Use != "best" {
		return c, file, nil
	}
	best, err := bestOf(fsys, name)
	if err != nil || best == "" {
		return c, file, err
	}
	c, err = checkpoints.ReadFS(fsys, best)
	return c, best, err
}

// bestOf returns the name of the best checkpoint of a run, "" if it has none yet.
func bestOf(fsys fs.FS, dir string) (string, error) {
	name := path.Join(dir, Manifest)
	info, err := fs.Stat(fsys, name)
	if err == nil {
		err = untrusted.Manifest.Check(info.Size())
	}
	var text []byte
	if err == nil {
		text, err = fs.ReadFile(fsys, name)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err == nil {
		err = untrusted.CheckJSON(text)
	}
	var run struct {
		Best *struct {
			Step int `json:"step"`
		} `json:"best"`
	}
	if err == nil {
		err = json.Unmarshal(text, &run)
	}
	if err != nil {
		return "", fmt.Errorf("saved: %s: %w", name, err)
	}
	if run.Best == nil {
		return "", nil
	}
	return path.Join(dir, checkpoints.NameOf(run.Best.Step)), nil
}
