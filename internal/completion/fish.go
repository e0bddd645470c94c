package completion

import (
	"fmt"
	"strings"
)

// fish is a line for each flag of each verb.
func fish(c Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Completion of %[1]s for fish: %[1]s -completion fish | source\n\n", c.Name)
	fmt.Fprintf(&b, "complete -c %s -f\n", c.Name)
	without := ""
	if c.Verbs != nil {
		without = fmt.Sprintf(" -n 'not __fish_seen_subcommand_from %s'", strings.Join(c.verbNames(), " "))
		for _, v := range c.Verbs {
			fmt.Fprintf(&b, "complete -c %s -n __fish_use_subcommand -a %s -d %s\n", c.Name, v.Name, single(v.About))
		}
	}
	for _, v := range c.sections() {
		when := without
		if v.Name != "" {
			when = fmt.Sprintf(" -n '__fish_seen_subcommand_from %s'", v.Name)
		}
		for _, f := range v.Flags {
			fmt.Fprintf(&b, "complete -c %s%s -o %s%s -d %s\n", c.Name, when, f.Name, fishValue(f), single(f.About))
		}
		if v.Files {
			fmt.Fprintf(&b, "complete -c %s%s -a '(__fish_complete_directories)'\n", c.Name, when)
		}
	}
	return b.String()
}

// fishValue is what a value may be.
func fishValue(f Flag) string {
	words := ""
	if f.Words != nil {
		words = " -a " + single(strings.Join(f.Words, " "))
	}
	switch {
	case f.Switch:
		return ""
	case f.Kind == File:
		return " -r -F" + words
	case f.Kind == Folder:
		return " -x -a '(__fish_complete_directories)'" + words
	}
	return " -x" + words
}
