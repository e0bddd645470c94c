package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"latentspace/experiments"
	"latentspace/explore"
	"latentspace/explore/atlas"
	"latentspace/explore/progress"
	"latentspace/explore/show"
	"latentspace/explore/singlefile"
	"latentspace/export"
)

// mostDirected is how many directions a file has unless some are named.
const mostDirected = 12

// write writes the page of a run as one file.
func (c *command) write(ctx context.Context, run string, o explore.Options, maps, directions string) (fmt.Stringer, error) {
	start := time.Now()
	if ext := strings.ToLower(filepath.Ext(*c.out)); ext != ".html" {
		return nil, explore.OneOf("-o "+*c.out+": ending", ext, []string{".html"})
	}
	m, err := c.opener(run, o)(run)
	if err != nil {
		return nil, err
	}
	if err := (show.Output{File: *c.out}).Writable(m); err != nil {
		return nil, err
	}
	a, err := atlas.New(ctx, m, atlas.Options{N: o.N, Split: o.Split, Seed: o.Seed})
	if err != nil {
		return nil, err
	}
	work := singlefile.Options{}
	if work.Prepare, err = prepared(a, maps, directions); err != nil {
		return nil, err
	}
	var bar *progress.Progress
	last := ""
	work.Watch = func(what string, done, total int, more string) {
		if what != last {
			if bar != nil {
				bar.Close()
			}
			bar, last = progress.Begin(o.Log, o.Terminal, what, total), what
		}
		bar.At(done, more)
	}
	var r singlefile.Result
	err = export.File(*c.out, func(w io.Writer) (err error) {
		r, err = singlefile.Write(ctx, w, m, a, work)
		return err
	})
	if bar != nil {
		bar.Close()
	}
	if err != nil {
		return nil, err
	}
	return show.WrittenPage(m, start, *c.out, r), nil
}

// prepared is what is made for the file: maps and directions by their names, or those of the defaults.
func prepared(a *atlas.Atlas, maps, directions string) (all []string, err error) {
	named := func(flag, list string, known, usual []string) ([]string, error) {
		switch list {
		case "":
			return usual, nil
		case "none":
			return nil, nil
		}
		names := strings.Split(list, ",")
		for _, name := range names {
			if !slices.Contains(known, name) {
				return nil, experiments.Usagef("-%s %q, want of %s", flag, name, strings.Join(known, ", "))
			}
		}
		return names, nil
	}
	var methods []string
	for _, m := range a.Space.Maps {
		methods = append(methods, m.Method)
	}
	if methods, err = named("maps", maps, methods, methods); err != nil {
		return nil, err
	}
	// Numbers first, as a class has a direction for each of its words.
	numbers := slices.Clone(a.Space.Directions)
	slices.SortStableFunc(numbers, func(x, y string) int { return strings.Count(x, ":") - strings.Count(y, ":") })
	of, err := named("directions", directions, a.Space.Directions, numbers[:min(len(numbers), mostDirected)])
	if err != nil {
		return nil, err
	}
	for _, name := range methods {
		all = append(all, "map:"+name)
	}
	for _, name := range of {
		all = append(all, "direction:"+name)
	}
	return all, nil
}
