package latentspace

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// sources calls f with every file of Go that is no test.
func sources(t *testing.T, f func(path string, file *ast.File, at func(ast.Node) token.Position)) {
	t.Helper()
	seen := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && (name == "testdata" || len(name) > 1 && name[0] == '.') {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		seen++
		f(filepath.ToSlash(path), file, func(n ast.Node) token.Position { return files.Position(n.Pos()) })
		return nil
	})
	if err != nil || seen < 100 {
		t.Fatalf("%d files, %v", seen, err)
	}
}

// calls returns the name of the function or method that a call is of, with its package or
// the name of what it is a method of.
func calls(n ast.Node) string {
	c, ok := n.(*ast.CallExpr)
	if !ok {
		return ""
	}
	s, ok := c.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	if x, ok := s.X.(*ast.Ident); ok {
		return x.Name + "." + s.Sel.Name
	}
	return "." + s.Sel.Name
}

// encoding/json refuses a value for one number that is none. All that is written as JSON
// goes through one place, which does not.
func TestJSONIsWrittenInOnePlace(t *testing.T) {
	sources(t, func(path string, file *ast.File, at func(ast.Node) token.Position) {
		if strings.HasPrefix(path, "internal/safejson/") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch name := calls(n); name {
			case "json.Marshal", "json.MarshalIndent", "json.NewEncoder":
				t.Errorf("%v: %s, want a function of internal/safejson", at(n), name)
			}
			return true
		})
	})
}

// By a clock that ticks rarely, what is short takes no time. Rates are made in one place, which
// counts for long enough.
func TestNothingElseDividesByATime(t *testing.T) {
	durations := map[string]bool{"Seconds": true, "Milliseconds": true, "Microseconds": true, "Nanoseconds": true, "Minutes": true, "Since": true, "Sub": true}
	sources(t, func(path string, file *ast.File, at func(ast.Node) token.Position) {
		if strings.HasPrefix(path, "internal/pace/") {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			b, ok := n.(*ast.BinaryExpr)
			if !ok || b.Op != token.QUO {
				return true
			}
			ast.Inspect(b.Y, func(n ast.Node) bool {
				if name := calls(n); durations[name[strings.LastIndex(name, ".")+1:]] {
					t.Errorf("%v: divides by %s, want a function of internal/pace", at(b), name)
				}
				return true
			})
			return true
		})
	})
}
