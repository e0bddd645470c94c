package soundset

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/data/files"
	"latentspace/example"
)

// heard is what a file was.
type heard struct {
	rate, channels int
	seconds        float64
	silent         bool
	note           string
	err            error
}

// found is what the files were.
type found struct {
	skipped map[string]int
	rates   map[int]int
	damaged []string
	noted   []string // sentences about single files

	n, mixed, silent, longer, shorter, lower int
	least, most                              float64 // seconds
}

// add counts a file, for a schema of spectrograms.
func (f *found) add(name string, h heard, s example.Schema) {
	if h.err != nil {
		f.damaged = append(f.damaged, fmt.Sprintf("%s: %v", name, h.err))
		return
	}
	field := s.Fields[0]
	want := float64(field.Sound.Samples(field.Shape[1])) / float64(field.Sound.Rate)
	if f.n++; f.n == 1 {
		f.least, f.most = h.seconds, h.seconds
	}
	f.least, f.most = min(f.least, h.seconds), max(f.most, h.seconds)
	f.rates[h.rate]++
	for _, c := range []struct {
		yes bool
		n   *int
	}{
		{h.channels > 1, &f.mixed}, {h.silent, &f.silent}, {h.seconds > want, &f.longer}, {h.seconds < want, &f.shorter},
		{float64(h.rate)/2 < field.Sound.High, &f.lower},
	} {
		if c.yes {
			*c.n++
		}
	}
	if h.note != "" {
		f.noted = append(f.noted, name+" "+h.note)
	}
}

// told says what the files were.
func (f *found) told(tree *files.Tree, s example.Schema) (notes []string) {
	field := s.Fields[0]
	rate := field.Sound.Rate
	seconds := float64(field.Sound.Samples(field.Shape[1])) / float64(rate)
	single := tree.What == files.Single
	note := func(n int, one, several string, args ...any) {
		switch {
		case n > 0 && single:
			notes = append(notes, "it "+fmt.Sprintf(one, args...))
		case n == 1:
			notes = append(notes, fmt.Sprintf("1 of %d ", f.n)+fmt.Sprintf(one, args...))
		case n > 0:
			notes = append(notes, fmt.Sprintf("%d of %d ", n, f.n)+fmt.Sprintf(several, args...))
		}
	}
	if f.n > 0 && !single {
		rates := map[string]int{}
		for r, n := range f.rates {
			rates[fmt.Sprintf("of %d Hz", r)] = n
		}
		notes = append(notes, fmt.Sprintf("sounds in %s: %s; %.3g to %.3g s long", tree.What, counts(rates), f.least, f.most))
	}
	note(f.n-f.rates[rate], "has another rate than %d Hz and is resampled", "have other rates than %d Hz and are resampled", rate)
	note(f.lower, "has a rate of less than %g Hz: there is silence in the highest bands", "have a rate of less than %g Hz: there is silence in the highest bands", 2*field.Sound.High)
	note(f.mixed, "has several channels, which are mixed down", "have several channels, which are mixed down")
	note(f.longer, "is longer than %.3g s and is cut", "are longer than %.3g s and are cut", seconds)
	note(f.shorter, "is shorter than %.3g s and ends in silence", "are shorter than %.3g s and end in silence", seconds)
	note(f.silent, "has no sound, only silence", "have no sound, only silence")
	if len(f.noted) > 0 {
		notes = append(notes, listed(f.noted))
	}
	if len(f.skipped) > 0 {
		notes = append(notes, "passed over: "+counts(f.skipped))
	}
	if n := len(f.damaged); n > 0 {
		notes = append(notes, damaged(n, n+f.n)+" and left out: "+listed(f.damaged))
	}
	return notes
}

// enough returns an error if there are no sounds, or too many damaged files.
func (f *found) enough(tree *files.Tree, most float64) error {
	if f.n == 0 && len(f.damaged) == 0 {
		left := "it has no files"
		if len(f.skipped) > 0 {
			left = "it has " + counts(f.skipped)
		}
		return fmt.Errorf("%s without files of WAV or FLAC: %s", tree.What, left)
	}
	bad, all := len(f.damaged), len(f.damaged)+f.n
	if float64(bad) <= most*float64(all) && f.n > 0 {
		return nil
	}
	return fmt.Errorf("%s, want at most a share of %g (max_damaged): %s", damaged(bad, all), most, listed(f.damaged))
}

// damaged is "3 of 12 files of sound are damaged".
func damaged(n, all int) string {
	if n == 1 {
		return fmt.Sprintf("1 of %d files of sound is damaged", all)
	}
	return fmt.Sprintf("%d of %d files of sound are damaged", n, all)
}

// listed is the first of some sentences.
func listed(sentences []string) string {
	const most = 5
	some := slices.Clone(sentences[:min(most, len(sentences))])
	if n := len(sentences) - most; n > 0 {
		some = append(some, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(some, "; ")
}

// counts is "3 hidden, 12 .txt files", the most first.
func counts(n map[string]int) string {
	keys := slices.Sorted(maps.Keys(n))
	slices.SortStableFunc(keys, func(a, b string) int { return n[b] - n[a] })
	parts := make([]string, len(keys))
	for k, key := range keys {
		parts[k] = fmt.Sprintf("%d %s", n[key], key)
	}
	return strings.Join(parts, ", ")
}
