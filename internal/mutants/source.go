package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// source is the program's own Go files: those of the module, without tests and without the defences
// themselves. The names of the files are relative to the module and have slashes.
type source struct {
	names []string
	text  map[string]string
}

// place is where a piece of code begins in a file.
type place struct {
	file   string
	offset int
}

// readSource reads the source of the module in a folder.
func readSource(root string) (*source, error) {
	s := &source{text: map[string]string{}}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		base := path.Base(name)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (base == "testdata" || name == "internal/mutants" || strings.HasPrefix(base, ".") && name != "."):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(base, ".go") || strings.HasSuffix(base, "_test.go"):
			return nil
		}
		b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		s.names = append(s.names, name)
		s.text[name] = string(b)
		return nil
	})
	return s, err
}

// find returns the only place of a mutant's code. It is an error if the code is nowhere, or in
// several places.
func (s *source) find(m mutant) (place, error) {
	var found []place
	for _, name := range s.names {
		for at := range indices(s.text[name], m.from) {
			if m.in != "" {
				in, err := s.function(name, at, at+len(m.from))
				if err != nil {
					return place{}, err
				}
				if in != m.in {
					continue
				}
			}
			found = append(found, place{name, at})
		}
	}
	within := "the program"
	if m.in != "" {
		within = "functions called " + m.in
	}
	switch len(found) {
	case 0:
		return place{}, fmt.Errorf("%s: %q is nowhere in %s", m.name, m.from, within)
	case 1:
		return found[0], nil
	}
	var places []string
	for _, p := range found {
		in, err := s.function(p.file, p.offset, p.offset+len(m.from))
		if err != nil {
			return place{}, err
		}
		places = append(places, fmt.Sprintf("%s:%d (%s)", p.file, 1+strings.Count(s.text[p.file][:p.offset], "\n"), in))
	}
	return place{}, fmt.Errorf("%s: %q is in %d places of %s, want one: %s", m.name, m.from, len(found), within, strings.Join(places, ", "))
}

// indices yields where a piece is in a text.
func indices(text, piece string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for from := 0; ; {
			i := strings.Index(text[from:], piece)
			if i < 0 || !yield(from+i) {
				return
			}
			from += i + len(piece)
		}
	}
}

// function returns the name of the function that has all bytes of a file from one to another,
// Type.Name for a method, "" for none.
func (s *source) function(file string, from, to int) (string, error) {
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, file, s.text[file], parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	for _, d := range parsed.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || files.Position(f.Pos()).Offset > from || files.Position(f.End()).Offset < to {
			continue
		}
		if f.Recv == nil {
			return f.Name.Name, nil
		}
		return receiver(f.Recv.List[0].Type) + "." + f.Name.Name, nil
	}
	return "", nil
}

// receiver returns the name of the type of a receiver.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}
