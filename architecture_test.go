package latentspace

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

// architecture returns ARCHITECTURE.md.
func architecture(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// ARCHITECTURE.md lists every package on its floor, once, and no other.
func TestTheListOfFloorsIsCurrent(t *testing.T) {
	listed := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| (\\S+) \\| `([^`]+)` \\| [^|]+ \\|$").FindAllStringSubmatch(architecture(t), -1) {
		if _, twice := listed[row[2]]; twice {
			t.Errorf("package %s is listed twice", row[2])
		}
		listed[row[2]] = strings.ReplaceAll(row[1], "−", "-")
	}
	for name, floor := range floors {
		if got := listed[name]; got != fmt.Sprint(floor) {
			t.Errorf("package %s: ARCHITECTURE.md has floor %q, house_test.go %d", name, got, floor)
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("package %s is listed, and there is none", name)
	}
}

// A walk is a few flights of stairs: numbered lists of room, file and function. Each flight goes
// down, and a walk has few rooms, so that a stranger can go it.
func TestWalksGoDown(t *testing.T) {
	_, text, _ := strings.Cut(architecture(t), "\n## Four walks\n")
	text, _, _ = strings.Cut(text, "\n## ")
	walks := strings.Split(text, "\n### ")[1:]
	if len(walks) != 4 {
		t.Fatalf("%d walks, want 4", len(walks))
	}
	step := regexp.MustCompile("(?m)^(\\d+)\\. `([^`]+)`, `([^`]+)`, `([^`]+)`: ")
	for _, walk := range walks {
		title, _, _ := strings.Cut(walk, "\n")
		rooms, above := map[string]bool{}, ""
		steps := step.FindAllStringSubmatch(walk, -1)
		if numbered := regexp.MustCompile(`(?m)^\d+\. `).FindAllString(walk, -1); len(numbered) != len(steps) || len(steps) < 5 {
			t.Errorf("%s: %d of %d steps have a room, a file and a function", title, len(steps), len(numbered))
		}
		for _, s := range steps {
			number, room, file, function := s[1], s[2], s[3], s[4]
			if _, ok := floors[room]; !ok {
				t.Errorf("%s: there is no package %s", title, room)
			}
			if !declares(path.Join(room, file), function) {
				t.Errorf("%s: %s does not declare %s", title, path.Join(room, file), function)
			}
			if number != "1" && room != above && floors[room] >= floors[above] {
				t.Errorf("%s: from %s on floor %d to %s on floor %d, want a way down", title, above, floors[above], room, floors[room])
			}
			rooms[room], above = true, room
		}
		if len(rooms) > 8 {
			t.Errorf("%s: %d rooms, want at most 8", title, len(rooms))
		}
	}
}

// declares reports whether a file has a function F or a method T.F.
func declares(name, function string) bool {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		return false
	}
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		full := f.Name.Name
		if f.Recv != nil {
			receiver := f.Recv.List[0].Type
			if pointer, ok := receiver.(*ast.StarExpr); ok {
				receiver = pointer.X
			}
			if of, ok := receiver.(*ast.Ident); ok {
				full = of.Name + "." + full
			}
		}
		if full == function {
			return true
		}
	}
	return false
}
