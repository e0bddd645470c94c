// Package completion prints scripts by which bash, zsh and fish complete the flags of a command.
// They are made from its flag sets.
package completion

import (
	"flag"
	"fmt"
	"regexp"
	"strings"
)

// Command is a program with its flags, or with verbs that have their own.
type Command struct {
	Name  string
	Flags []Flag // without a verb
	Verbs []Verb
}

// Verb is a word that may stand behind the name of a command.
type Verb struct {
	Name  string
	About string
	Flags []Flag
	Files bool // what stands without a flag is folders
}

// Flag is a flag of a command.
type Flag struct {
	Name   string
	About  string
	Switch bool     // has no value
	Words  []string // that the value may be
	Kind   Kind     // of a value
}

// Kind says what files a value may name.
type Kind int

const (
	// Text is no file.
	Text Kind = iota
	// File is a file, or a folder on the way to one.
	File
	// Folder is a folder.
	Folder
)

// Words are what the values of some flags may be, by their names. A value that ends in "=" goes
// on.
type Words map[string][]string

// Flags returns the flags of a set. What stands between back quotes in a flag's help says whether
// it takes a file or a folder; words are values that are known besides.
func Flags(set *flag.FlagSet, words Words) []Flag {
	var flags []Flag
	set.VisitAll(func(f *flag.Flag) {
		placeholder, about := flag.UnquoteUsage(f)
		of := Flag{Name: f.Name, About: short(about), Words: words[f.Name]}
		if b, ok := f.Value.(interface{ IsBoolFlag() bool }); ok && b.IsBoolFlag() {
			of.Switch = true
		}
		switch placeholder {
		case "file":
			of.Kind = File
		case "folder":
			of.Kind = Folder
		}
		flags = append(flags, of)
	})
	return flags
}

// endsPart matches where the first part of a flag's help ends, which is all that a script says.
var endsPart = regexp.MustCompile(`[;(]|, (in place|such as|or else|if |as in)`)

// short is help on a line that a terminal has room for.
func short(about string) string {
	if at := endsPart.FindStringIndex(about); at != nil && at[0] > 0 {
		about = about[:at[0]]
	}
	return strings.Join(strings.Fields(about), " ")
}

// Shells are those that there are scripts for.
func Shells() []string { return []string{"bash", "fish", "zsh"} }

// Script returns the script of a shell. Another shell is an error.
func Script(shell string, c Command) (string, error) {
	switch shell {
	case "bash":
		return bash(c), nil
	case "fish":
		return fish(c), nil
	case "zsh":
		return zsh(c), nil
	}
	return "", fmt.Errorf("%q, want one of %s", shell, strings.Join(Shells(), ", "))
}

// sections are the flags of a command by its verbs, those without one first.
func (c Command) sections() []Verb {
	return append([]Verb{{Flags: c.Flags}}, c.Verbs...)
}

// verbNames are the words of the verbs.
func (c Command) verbNames() []string {
	var names []string
	for _, v := range c.Verbs {
		names = append(names, v.Name)
	}
	return names
}

// single is text within single quotes, for any shell.
func single(text string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(text, `\`, "/"), "'", "’") + "'"
}
