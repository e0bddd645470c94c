package soundset

import (
	"context"
	"fmt"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"latentspace/data/about"
	"latentspace/data/files"
	"latentspace/data/flac"
	"latentspace/data/progress"
	"latentspace/data/wav"
	"latentspace/example"
	"latentspace/internal/untrusted"
	"latentspace/sound"
)

// Options are what a folder or an archive is opened with.
type Options struct {
	Reading
	Schema     example.Schema // of the spectrograms
	MaxDamaged float64        // share of files that may be damaged
	Pattern    string         // that tells attributes by the names of files; empty for none
	Attributes string         // path of a table of attributes; empty for none
}

// Open reads the sounds of a folder or an archive, in the order of their names. The notes say what
// there was, and damaged what could not be read.
func Open(ctx context.Context, path string, o Options) (s *Set, notes, damaged []string, err error) {
	tree, err := files.Open(ctx, path)
	if err != nil {
		return nil, nil, nil, err
	}
	defer tree.Close()
	s, found, err := read(ctx, tree, o)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := found.enough(tree, o.MaxDamaged); err != nil {
		return nil, nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	var more []string
	s.known, more = about.Folders(what, s.names)
	notes = append(found.told(tree, o.Schema), more...)
	if o.Pattern != "" {
		if err := s.known.Pattern(o.Pattern, what, s.names); err != nil {
			return nil, nil, nil, fmt.Errorf("pattern: %w", err)
		}
	}
	if o.Attributes != "" {
		more, err := s.known.Table(o.Attributes, what, s.names)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("attributes: %w", err)
		}
		notes = append(notes, more...)
	}
	return s, notes, found.damaged, nil
}

// what is what the files are.
const what = "sounds"

// named reports whether a file is of WAV or FLAC by its name.
func named(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".wav" || ext == ".wave" || ext == ".flac"
}

// decode reads a file of WAV or FLAC, whatever it is called.
func decode(content []byte) (*wav.Sound, error) {
	if flac.Is(content) {
		return flac.Decode(content)
	}
	return wav.Decode(content)
}

// others are the endings of files of sound that are not read.
var others = []string{".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma", ".au"}

// read reads every file that is WAV or FLAC by its name; of a tree of one file that one. Damaged ones are not
// in the set.
func read(ctx context.Context, tree *files.Tree, o Options) (*Set, *found, error) {
	f := &found{skipped: maps.Clone(tree.Skipped), rates: map[int]int{}}
	wanted := make([]bool, len(tree.Entries))
	n := 0
	for i, e := range tree.Entries {
		ext := strings.ToLower(path.Ext(e.Name))
		switch {
		case named(e.Name) || tree.What == files.Single:
			wanted[i] = true
			n++
		case slices.Contains(others, ext):
			f.skipped[strings.ToUpper(ext[1:])+" files, which ffmpeg converts to WAV"]++
		case ext == "":
			f.skipped["files without an ending"]++
		default:
			f.skipped[ext+" files"]++
		}
	}
	width := o.Schema.Width()
	if err := untrusted.Values.Check(2 * int64(n) * int64(width)); err != nil {
		return nil, nil, fmt.Errorf("%d sounds of %d values take %w", n, width, err)
	}
	s := &Set{schema: o.Schema, levels: make([]uint16, n*width), names: make([]string, n)}
	heard := make([]heard, n)
	if err := s.fill(ctx, tree, o, wanted, heard); err != nil {
		return nil, nil, err
	}
	kept := 0
	for i, h := range heard {
		f.add(s.names[i], h, o.Schema)
		if h.err == nil {
			copy(s.levels[kept*width:], s.levels[i*width:(i+1)*width])
			s.names[kept] = s.names[i]
			kept++
		}
	}
	s.names, s.levels = s.names[:kept], s.levels[:kept*width]
	return s, f, nil
}

// fill reads the files one after another, and makes them spectrograms on all processors.
func (s *Set) fill(ctx context.Context, tree *files.Tree, o Options, wanted []bool, into []heard) error {
	type job struct {
		k int
		w *wav.Sound
	}
	jobs := make(chan job)
	t := sound.New(o.Schema.Fields[0])
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			levels := make([]float32, s.schema.Width())
			for j := range jobs {
				into[j.k].silent = o.Reading.levels(t, j.w, o.Schema, levels)
				s.keep(j.k, levels)
			}
		})
	}
	place := make([]int, len(wanted)) // of an entry among those that are read
	n := 0
	for i, yes := range wanted {
		if place[i] = n; yes {
			n++
		}
	}
	done := 0
	tell := progress.Of(ctx)
	err := tree.Each(ctx, func(i int) bool { return wanted[i] }, func(i int, content []byte, err error) error {
		k := place[i]
		s.names[k] = tree.Entries[i].Name
		if err == nil {
			var w *wav.Sound
			if w, err = decode(content); err == nil {
				into[k] = heard{rate: w.Rate, channels: w.Channels, seconds: w.Seconds(), note: w.Note}
				jobs <- job{k, w}
			}
		}
		if err != nil {
			into[k].err = err
		}
		done++
		tell(done, n)
		return nil
	})
	close(jobs)
	wg.Wait()
	return err
}

// levels makes the spectrogram of a file's sound, and reports whether it is silent.
func (r Reading) levels(t *sound.Transform, w *wav.Sound, schema example.Schema, dst []float32) (silent bool) {
	f := schema.Fields[0]
	x := r.prepare(sound.Mono(w.Samples, w.Channels), w.Rate)
	n := f.Sound.Samples(f.Shape[1])
	x = sound.Resample(cut(x, n, w.Rate, f.Sound.Rate), w.Rate, f.Sound.Rate)
	t.Levels(x[:min(n, len(x))], dst)
	return sound.Loudest(w.Samples) == 0
}

// cut leaves out the samples that are not needed for the first n at another rate: the filter reaches
// less than a tenth of a second beyond them, and 64 samples.
func cut(x []float32, n, from, to int) []float32 {
	needed := (int64(n)*int64(from))/int64(to) + int64(from)/10 + 64
	return x[:min(int64(len(x)), needed)]
}
