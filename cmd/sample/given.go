package main

import (
	"flag"
	"slices"

	"latentspace/experiments"
)

// given reports whether one of some flags was on the command line.
func given(flags *flag.FlagSet, names ...string) (yes bool) {
	flags.Visit(func(f *flag.Flag) { yes = yes || slices.Contains(names, f.Name) })
	return yes
}

// idle reports the first of some flags that was given and says nothing beside what it is with.
func idle(flags *flag.FlagSet, with string, names ...string) error {
	for _, name := range names {
		if given(flags, name) {
			return experiments.Usagef("-%s has no effect with %s", name, with)
		}
	}
	return nil
}
