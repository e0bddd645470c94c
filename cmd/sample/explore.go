package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"latentspace/checkpoints"
	"latentspace/experiments"
	"latentspace/explore"
	"latentspace/explore/atlas"
	"latentspace/explore/server"
	"latentspace/rundir"
	"latentspace/training"
)

var explorer = verb{
	about: "a page in the browser: a map of the codes, in which every point is decoded when it is clicked",
	n:     10_000,
	long:  true,
	serve: func(flags *flag.FlagSet) func(context.Context, *command, explore.Options) (fmt.Stringer, error) {
		address := flags.String("addr", "127.0.0.1:0", "the `address` that the page is at, one of this machine alone; port 0 is any that is free")
		quiet := flags.Bool("no-browser", false, "print the address, and open no browser")
		maps := flags.String("maps", "", "of -o: the `maps` to make besides the one that is there at once, such as tsne, with commas between; none for no other (default all)")
		directions := flags.String("directions", "", "of -o: the `attributes` whose directions are fitted, such as slant,class:3; none for no directions (default 12, numbers first)")
		return func(ctx context.Context, c *command, o explore.Options) (fmt.Stringer, error) {
			if err := explore.OneOf("-split", o.Split, []string{"train", "valid", "test"}); err != nil {
				return nil, err
			}
			if o.N > mostPoints {
				return nil, experiments.Usagef("-n %d points, want at most %d", o.N, mostPoints)
			}
			run, err := c.first()
			if err != nil {
				return nil, err
			}
			if *c.out != "" {
				if err := idle(flags, "-o, which serves nothing", "addr", "no-browser"); err != nil {
					return nil, err
				}
				return c.write(ctx, run, o, *maps, *directions)
			}
			if err := idle(flags, "a page that is served: it is of -o", "maps", "directions", "json"); err != nil {
				return nil, err
			}
			s, err := server.Listen(server.Options{
				Address: *address, Run: run, Open: telling(c.opener(run, o), o),
				Atlas: atlas.Options{N: o.N, Split: o.Split, Seed: o.Seed},
				Tell: func(address string) {
					o.Tell("the explorer is at %s\nthe address opens once; Ctrl-C ends the explorer", address)
					if !*quiet {
						browse(address, o)
					}
				},
			})
			if err != nil {
				return nil, err
			}
			return nothing{}, s.Serve(ctx)
		}
	},
}

// mostPoints is how many points a page shows at most.
const mostPoints = 1_000_000

// first is the folder of the run that is shown at first.
func (c *command) first() (string, error) {
	switch {
	case c.checkpoint != "" && (c.run != "" || c.best):
		return "", experiments.Usagef("-checkpoint names one file: it goes without -run and -best")
	case c.checkpoint != "":
		if info, err := os.Stat(c.checkpoint); err != nil || info.IsDir() {
			return "", experiments.Usagef("-checkpoint %s, want a file of a checkpoint", c.checkpoint)
		}
		return filepath.Dir(c.checkpoint), nil
	case c.run != "":
		if info, err := os.Stat(c.run); err != nil || !info.IsDir() {
			return "", experiments.Usagef("-run %s, want the folder of a run", c.run)
		}
		m, err := rundir.ReadManifest(c.run)
		if err != nil {
			return "", err
		}
		if steps, err := (checkpoints.Store{Dir: c.run}).List(); m == nil && (err != nil || len(steps) == 0) {
			return "", fmt.Errorf("sample: %s has neither %s nor a checkpoint: it is no run", c.run, rundir.ManifestFile)
		}
		return c.run, nil
	}
	return rundir.Newest("runs")
}

// opener returns what opens the model of a run. What the flags say of a checkpoint and of data is said
// of the first.
func (c *command) opener(first string, o explore.Options) func(run string) (*training.Trained, error) {
	return func(run string) (*training.Trained, error) {
		checkpoint := ""
		if run == first && c.checkpoint != "" {
			run, checkpoint = "", c.checkpoint
		}
		m, _, err := training.Find(run, checkpoint, c.best && checkpoint == "", func(err error) { o.Tell("%v", err) })
		if err != nil {
			return nil, err
		}
		if *c.data != "" && (run == first || checkpoint != "") {
			if err := m.MoveData(*c.data); err != nil {
				return nil, err
			}
		}
		return m, c.writing(m)
	}
}

// telling tells errors of what opens models, besides returning them: the page may never be looked at.
func telling(open func(string) (*training.Trained, error), o explore.Options) func(string) (*training.Trained, error) {
	return func(run string) (*training.Trained, error) {
		m, err := open(run)
		if err != nil {
			o.Tell("%v", err)
		}
		return m, err
	}
}

// browse opens the browser of whoever sits at the machine.
func browse(address string, o explore.Options) {
	command, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		command = "open"
	case "windows":
		command, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	c := exec.Command(command, args...)
	if err := c.Start(); err != nil {
		o.Tell("no browser can be opened (%v): open the address yourself", err)
		return
	}
	go c.Wait()
}
