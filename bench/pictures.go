package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"

	"latentspace/data"
	"latentspace/data/npy"
)

// manyPNGs is how many files pictures are measured on, and fewPNGs what their memory is compared with.
const (
	manyPNGs = 10_000
	fewPNGs  = 2_500
)

// cost is what a training took.
type cost struct {
	rate   float64 // examples a second, of its steps
	cpu    float64 // seconds of processors, of the whole process
	peakMB float64
}

// pictures compares training on a folder of PNG files, which are read from their cache, with training
// on the same pixels in memory, in turns and on one thread. It does not wait for a quiet machine: the
// time of processors tells.
func (b *bench) pictures() error {
	folder, few := filepath.Join(b.dir, "pngs"), filepath.Join(b.dir, "fewer")
	// The caches go with the rest, where the system looks for them there.
	if err := os.Setenv("XDG_CACHE_HOME", filepath.Join(b.dir, "cache")); err != nil {
		return err
	}
	for dir, n := range map[string]int{folder: manyPNGs, few: fewPNGs} {
		if err := os.Mkdir(dir, 0o777); err != nil {
			return err
		}
		if err := writePNGs(context.Background(), dir, n); err != nil {
			return err
		}
	}
	array := filepath.Join(b.dir, "pixels.npz")
	if err := writePixels(folder, array); err != nil {
		return err
	}
	inFolder := func(dir string) []string { return []string{"-set", "data.dir=" + dir} }
	if _, err := b.trainPictures(inFolder(few)); err != nil { // makes its cache
		return err
	}
	var rates, cpus, peaks [3][]float64
	for range b.rounds {
		for k, source := range [][]string{inFolder(folder), {"-set", "data={kind: array, file: " + array + "}"}, inFolder(few)} {
			r, err := b.trainPictures(source)
			if err != nil {
				return err
			}
			fmt.Fprintf(os.Stderr, "%v: %.0f images/s, %.1f s of a processor, %.0f MB\n", source, r.rate, r.cpu, r.peakMB)
			rates[k], cpus[k], peaks[k] = append(rates[k], r.rate), append(cpus[k], r.cpu), append(peaks[k], r.peakMB)
		}
	}
	fmt.Println("| training on 10,000 PNG files, conv VAE, 64×64×3 | folder | in memory | ratio |\n|---|---|---|---|")
	row("steps", "images/s", median(rates[0]), median(rates[1]), median(rates[0])/median(rates[1]))
	row("seconds of a processor, the whole process", "s", median(cpus[0]), median(cpus[1]), median(cpus[1])/median(cpus[0]))
	row("peak memory", "MB", median(peaks[0]), median(peaks[1]), median(peaks[1])/median(peaks[0]))
	fmt.Printf("| peak memory, of 2,500 files | %s MB | | |\n\n", figure(median(peaks[2])))
	return nil
}

// trainPictures trains the model of colourvae.yaml on pictures.
func (b *bench) trainPictures(source []string) (r cost, err error) {
	config := filepath.Join(b.dir, "colourvae.yaml")
	text, err := trained.ReadFile("colourvae.yaml")
	if err != nil {
		return r, err
	}
	if err := os.WriteFile(config, text, 0o666); err != nil {
		return r, err
	}
	dir := filepath.Join(b.dir, "colourvae")
	if err := os.RemoveAll(dir); err != nil {
		return r, err
	}
	cmd := exec.Command(b.train, append([]string{"-config", config, "-out", dir, "-json", "-threads", "1"}, source...)...)
	forgetPeak()
	out, err := cmd.Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			err = fmt.Errorf("%w\n%s", err, exit.Stderr)
		}
		return r, fmt.Errorf("train %v: %w", source, err)
	}
	var result struct {
		ExamplesPerSecond float64 `json:"examples_per_second"`
	}
	if err := json.Unmarshal(out, &result); err != nil {
		return r, err
	}
	s := cmd.ProcessState
	return cost{result.ExamplesPerSecond, (s.UserTime() + s.SystemTime()).Seconds(), peakMB(s)}, nil
}

// source is the pictures of a folder, as colourvae.yaml has them.
func source(dir string) (data.Source, error) {
	images, ok := data.Sources["images"]().(data.Images)
	if !ok {
		return nil, errors.New("bench: want images among the sources of data")
	}
	images.Dir, images.Size, images.Valid, images.Test, images.MaxDamaged = dir, 64, 50, 50, 0.02
	return images, nil
}

// writePixels writes the pictures of a folder as training reads them to a .npz file of bytes.
func writePixels(dir, file string) (err error) {
	images, err := source(dir)
	if err != nil {
		return err
	}
	splits, err := images.Open(context.Background())
	if err != nil {
		return err
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	z := npy.NewArchiveWriter(w)
	for _, part := range []struct {
		name string
		ds   data.Dataset
	}{{"x_train", splits.Train}, {"x_valid", splits.Valid}, {"x_test", splits.Test}} {
		a, err := z.Create(part.name, npy.Uint8, append([]int{part.ds.Len()}, part.ds.Schema().Shape()...)...)
		if err != nil {
			return err
		}
		if err := copyBytes(a, part.ds); err != nil {
			return err
		}
	}
	return errors.Join(z.Close(), w.Flush())
}

// copyBytes writes the examples of a data set, of values byte/255.
func copyBytes(a *npy.Writer, ds data.Dataset) error {
	x := make([]float32, ds.Schema().Width())
	b := make([]byte, len(x))
	for i := range ds.Len() {
		if err := ds.Read(i, x); err != nil {
			return err
		}
		for k, v := range x {
			b[k] = byte(math.Round(255 * float64(v)))
		}
		if err := npy.Write(a, b); err != nil {
			return err
		}
	}
	return nil
}
