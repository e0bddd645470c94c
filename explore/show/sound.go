package show

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"latentspace/example"
	"latentspace/explore"
	"latentspace/export"
	"latentspace/kernel"
	"latentspace/render"
	"latentspace/tensor"
)

// track is spectrograms that are heard one after another, with the name of their file.
type track struct {
	name     string
	examples *tensor.Tensor // (n, bands, frames, 1)
}

// tracks are the rows, called by their numbers, and by the first words of their names where they have
// some.
func tracks(r explore.Rows) []track {
	t := make([]track, len(r.Examples))
	for i, x := range r.Examples {
		t[i] = track{numbered(i, len(t), ""), x}
		if r.Names != nil {
			name, _, _ := strings.Cut(r.Names[i], " ")
			t[i].name = numbered(i, len(t), strings.TrimSuffix(name, ".wav"))
		}
	}
	return t
}

// each is a track of each example, called by its number and a name.
func each(x *tensor.Tensor, name string) []track {
	size := tensor.Size(x.Shape[1:])
	t := make([]track, x.Shape[0])
	for i := range t {
		one, _ := tensor.From(x.Data[i*size:(i+1)*size], append([]int{1}, x.Shape[1:]...)...) // of a size that fits
		t[i] = track{numbered(i, len(t), name), one}
	}
	return t
}

// numbered is the name of file i of n, from 1 on, without what a name cannot have on some system.
func numbered(i, n int, name string) string {
	const most = 40                                                // characters
	number := fmt.Sprintf("%0*d", max(2, len(fmt.Sprint(n))), i+1) // so that fewer overwrite more
	name = strings.Map(func(r rune) rune {
		if r == '#' {
			return -1
		}
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, name)
	if r := []rune(name); len(r) > most {
		name = string(r[:most])
	}
	return strings.TrimRight(number+" "+name, ". ")
}

// writeMorphs writes rows of sounds, in each of which one goes over to the next: each begins when
// three quarters of the one before it are over.
func writeMorphs(file string, r explore.Rows, layout render.StripOptions) (also []string, err error) {
	overlap := r.Schema.Shape()[1] / 4
	if strings.EqualFold(filepath.Ext(file), ".wav") {
		return nil, export.Sound(file, r.Schema, r.All(), overlap)
	}
	if err := writeStrip(file, r, layout); err != nil {
		return nil, err
	}
	return writeTracks(file, r.Schema, tracks(r), overlap)
}

// writeTracks writes the sounds that a picture shows, if it shows sounds: WAV files in the folder
// beside it that is called as it is, without its ending. The folder is returned.
func writeTracks(file string, s example.Schema, tracks []track, overlap int) (also []string, err error) {
	if !s.IsSound() || !strings.EqualFold(filepath.Ext(file), ".png") {
		return nil, nil
	}
	dir := beside(file, "")
	if err := os.Mkdir(dir, 0o755); err != nil && !os.IsExist(err) {
		return nil, fmt.Errorf("explore: %w", err)
	}
	var mu sync.Mutex
	kernel.For(len(tracks), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if e := export.Sound(filepath.Join(dir, tracks[i].name+".wav"), s, tracks[i].examples, overlap); e != nil {
				mu.Lock()
				err = e
				mu.Unlock()
			}
		}
	})
	return []string{dir + string(filepath.Separator)}, err
}
