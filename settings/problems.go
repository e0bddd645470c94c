package settings

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// problems collects everything that is wrong with a configuration, to say it all
// at once.
type problems struct {
	file string
	edit map[*yaml.Node]int // nodes that came from -set, and the number of their edit
	sets []string           // the edits as they were written
	list []problem
}

// A problem is one thing that is wrong with one key.
type problem struct {
	edit      int // 0 for the file, else 1 + the index of a -set
	line, col int
	key, text string
}

// at reports something wrong with key, at the place of node.
func (p *problems) at(node *yaml.Node, key, format string, args ...any) {
	pr := problem{key: key, text: fmt.Sprintf(format, args...)}
	if n, ok := p.edit[node]; ok {
		pr.edit = n
	} else {
		pr.line, pr.col = node.Line, node.Column
	}
	p.list = append(p.list, pr)
}

// about reports whether a problem is known at key or below it.
func (p *problems) about(key string) bool {
	return slices.ContainsFunc(p.list, func(pr problem) bool {
		below, ok := strings.CutPrefix(pr.key, key)
		return ok && (below == "" || below[0] == '.' || below[0] == '[')
	})
}

// err is every problem, a line each, those of the file in its order before those
// of edits in theirs; nil if there is none.
func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	slices.SortStableFunc(p.list, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.edit, b.edit), cmp.Compare(a.line, b.line), cmp.Compare(a.col, b.col))
	})
	lines := make([]string, len(p.list))
	for i, pr := range p.list {
		place := "-set " + Clip(p.setText(pr.edit))
		if pr.edit == 0 {
			place = fmt.Sprintf("%s:%d:%d", p.file, pr.line, pr.col)
		}
		if pr.key != "" {
			place += ": " + pr.key
		}
		lines[i] = place + ": " + pr.text
	}
	return errors.New(strings.Join(lines, "\n"))
}

func (p *problems) setText(edit int) string {
	if edit == 0 {
		return ""
	}
	return p.sets[edit-1]
}

// Clip shortens what a file says, for use in a message of one line.
func Clip(s string) string {
	const most = 60
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return s
}
