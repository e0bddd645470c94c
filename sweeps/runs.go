package sweeps

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"latentspace/experiments"
	"latentspace/settings"
)

// Run is one run of a sweep.
type Run struct {
	Name   string             // of its folder
	Sets   []string           // the edits of the experiment, with the name
	Config experiments.Config // the experiment
}

// asItIs is the name of a run that changes nothing.
const asItIs = "as-it-is"

// longest is how long the name of a run may be before it is cut.
const longest = 80

// expand makes the runs of the grid and of the list.
func (p *Plan) expand() error {
	var all []settings.Edits
	if len(p.Grid) > 0 {
		all = combinations(p.Grid)
	}
	all = append(all, p.List...)
	for _, edits := range all {
		for _, key := range keysOf(edits) {
			if !slices.Contains(p.Keys, key) {
				p.Keys = append(p.Keys, key)
			}
		}
	}
	for _, set := range p.sets {
		for _, key := range p.Keys {
			if mine, _, _ := strings.Cut(set, "="); within(mine, key) || within(key, mine) || mine == "name" {
				return fmt.Errorf("-set %s: the sweep sets %s itself, want it changed there", settings.Clip(set), settings.Clip(mine))
			}
		}
	}
	short, names := shortened(p.Keys), map[string]int{}
	for _, edits := range all {
		name := nameOf(edits, short)
		names[strings.ToLower(name)]++
		p.Runs = append(p.Runs, Run{Name: name, Sets: edits})
	}
	for i := range p.Runs {
		run := &p.Runs[i]
		if names[strings.ToLower(run.Name)] > 1 { // two texts that leave the same letters
			run.Name = hashed(run.Name, run.Sets)
		}
		run.Sets = slices.Concat(p.sets, run.Sets, []string{settings.Edit("name", run.Name)})
	}
	return nil
}

// combinations are all of a grid, of which the last key changes first.
func combinations(grid settings.Choices) []settings.Edits {
	all := []settings.Edits{nil}
	for _, c := range grid {
		var next []settings.Edits
		for _, edits := range all {
			for _, value := range c.Values {
				next = append(next, append(slices.Clip(edits), settings.Edit(c.Key, value)))
			}
		}
		all = next
	}
	return all
}

func keysOf(edits settings.Edits) []string {
	keys := make([]string, len(edits))
	for i, edit := range edits {
		keys[i], _, _ = strings.Cut(edit, "=")
	}
	return keys
}

// shortened are the last parts of keys, as many as tell them apart.
func shortened(keys []string) map[string]string {
	short := map[string]string{}
	for _, key := range keys {
		parts := strings.Split(key, ".")
		for n := 1; n <= len(parts); n++ {
			short[key] = strings.Join(parts[len(parts)-n:], ".")
			if !slices.ContainsFunc(keys, func(other string) bool {
				return other != key && strings.HasSuffix("."+other, "."+short[key])
			}) {
				break
			}
		}
	}
	return short
}

// unsuited are letters that a folder's name does not have here.
var unsuited = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// nameOf is the name of a run: what it sets, as lr-0.001_seed-2. If letters had to be left out, or
// the name was too long, it ends in a part of the SHA-256 of what is set.
func nameOf(edits settings.Edits, short map[string]string) string {
	if len(edits) == 0 {
		return asItIs
	}
	var parts []string
	whole := true
	for _, edit := range edits {
		key, value, _ := strings.Cut(edit, "=")
		plain := strings.Trim(unsuited.ReplaceAllString(value, "-"), "-.")
		if value != plain && value != "-"+plain {
			whole = false
		} else {
			plain = value
		}
		parts = append(parts, strings.Trim(unsuited.ReplaceAllString(short[key], "-"), "-.")+"-"+plain)
	}
	name := strings.TrimLeft(strings.Join(parts, "_"), "-._")
	if whole && len(name) <= longest {
		return name
	}
	return hashed(name, edits)
}

// hashed is a name, cut, with a part of the SHA-256 of what a run sets.
func hashed(name string, edits []string) string {
	sum := sha256.Sum256([]byte(strings.Join(edits, "\n")))
	return strings.TrimLeft(strings.TrimRight(name[:min(len(name), longest)], "-._")+"_"+hex.EncodeToString(sum[:4]), "_")
}
