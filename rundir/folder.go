package rundir

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/internal/atomicfile"
	"latentspace/internal/safejson"
)

// Claim makes a run's folder, if there is none, and locks it for this process.
// release unlocks it, and removes the folder again if it is empty and was made
// here.
func Claim(dir string) (release func() error, err error) {
	_, statErr := os.Stat(dir)
	made := errors.Is(statErr, fs.ErrNotExist)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("rundir: run folder: %w", err)
	}
	unlock, err := checkpoints.Lock(dir)
	if err != nil {
		return nil, err
	}
	return func() error {
		if made {
			if entries, err := os.ReadDir(dir); err == nil && len(entries) == 1 {
				return checkpoints.Unmake(dir, unlock)
			}
		}
		return unlock()
	}, nil
}

// MoveAside renames an old run's folder to the first free of dir.1, dir.2, … and
// returns its new name, "" if there was no run.
func MoveAside(dir string) (string, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if _, err := os.Stat(filepath.Join(dir, experiments.ConfigFile)); err != nil {
		if err := CheckForeign(dir); err != nil {
			return "", err
		}
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("rundir: -fresh: %w", err)
	}
	for i := 1; ; i++ {
		aside := fmt.Sprintf("%s.%d", dir, i)
		if _, err := os.Lstat(aside); err == nil {
			continue
		}
		if err := checkpoints.Move(dir, aside); err != nil {
			return "", fmt.Errorf("rundir: -fresh: %w", err)
		}
		return aside, nil
	}
}

// Sweep removes temporary files of killed processes, of files that only the holder of the run's
// lock writes.
func Sweep(dir string) error {
	if err := atomicfile.RemoveTemporaries(atomicfile.OS{}, dir, ownFile.MatchString); err != nil {
		return fmt.Errorf("rundir: %w", err)
	}
	return nil
}

// ownFile matches the names of the files that training writes into a run's folder, apart from
// checkpoints.
var ownFile = regexp.MustCompile(`^(config\.yaml|(run|mlflow)\.json|check\.png|metrics\.jsonl|curves\.png|(samples|reconstructions)-[0-9]{4,}\.[a-z]+|nonfinite-[0-9]{8,}\.safetensors)$`)

// CheckFile is the contact sheet of train -check in the folder of the run to come.
const CheckFile = "check.png"

// CheckForeign refuses a folder that is not empty and holds no run.
func CheckForeign(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("rundir: %w", err)
	}
	for _, e := range entries {
		if name := e.Name(); name != "run.lock" && name != CheckFile && !strings.HasPrefix(name, ".") {
			return fmt.Errorf("rundir: the folder %s holds %s and no %s: it is not empty and not a run; choose another with -out",
				dir, name, experiments.ConfigFile)
		}
	}
	return nil
}

// WriteConfig puts the resolved experiment into the run folder.
func WriteConfig(dir string, c experiments.Config) error {
	src, err := c.YAML()
	if err != nil {
		return err
	}
	return writeBytes(filepath.Join(dir, experiments.ConfigFile), src)
}

// WriteMetrics puts one line for each epoch, and for each evaluation within one, into
// metrics.jsonl. The file is written anew each time, so that it is whole and has no epoch
// twice.
func WriteMetrics(dir string, records []Record) error {
	var b bytes.Buffer
	for _, r := range records {
		if err := safejson.WriteLine(&b, r); err != nil {
			return fmt.Errorf("rundir: %w", err)
		}
	}
	return writeBytes(filepath.Join(dir, MetricsFile), b.Bytes())
}

func writeBytes(name string, b []byte) error {
	return writeFile(name, func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

func writeFile(name string, write func(io.Writer) error) error {
	if err := atomicfile.Write(atomicfile.OS{}, name, write); err != nil {
		return fmt.Errorf("rundir: %w", err)
	}
	return nil
}
