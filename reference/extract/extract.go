// Package extract reads the comments of types out of Go source.
package extract

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Type is the comments of a type and, by their names in Go, of the fields of a struct.
type Type struct {
	Doc    string            `json:"doc"`
	Fields map[string]string `json:"fields,omitempty"`
}

// Types returns the comments of types, each a folder below root and a name, such as
// models.VAE or nn/optim.Adam. A type that is not there is an error.
func Types(root string, names []string) (map[string]Type, error) {
	folders := map[string]map[string]Type{}
	out := map[string]Type{}
	for _, full := range names {
		dot := strings.LastIndexByte(full, '.')
		if dot < 0 {
			return nil, fmt.Errorf("extract: %q, want a folder and a type such as models.VAE", full)
		}
		folder, name := full[:dot], full[dot+1:]
		if folders[folder] == nil {
			types, err := inFolder(filepath.Join(root, filepath.FromSlash(folder)))
			if err != nil {
				return nil, fmt.Errorf("extract: %s: %w", folder, err)
			}
			folders[folder] = types
		}
		t, ok := folders[folder][name]
		if !ok {
			return nil, fmt.Errorf("extract: the package %s has no type %s", path.Base(folder), name)
		}
		out[full] = t
	}
	return out, nil
}

// inFolder reads the types of the package in a folder, without its tests.
func inFolder(dir string) (map[string]Type, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	out := map[string]Type{}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
				declared(g, out)
			}
		}
	}
	return out, nil
}

// declared adds the types of a declaration.
func declared(g *ast.GenDecl, out map[string]Type) {
	for _, s := range g.Specs {
		spec := s.(*ast.TypeSpec)
		doc := spec.Doc
		if doc == nil && len(g.Specs) == 1 {
			doc = g.Doc
		}
		t := Type{Doc: strings.TrimSpace(doc.Text())}
		if fields, ok := spec.Type.(*ast.StructType); ok {
			t.Fields = map[string]string{}
			for _, f := range fields.Fields.List {
				text := joined(f.Doc, f.Comment)
				for _, name := range f.Names {
					t.Fields[name.Name] = text
				}
			}
		}
		out[spec.Name.Name] = t
	}
}

// joined is what stands above a field and behind it, on one line.
func joined(comments ...*ast.CommentGroup) string {
	var parts []string
	for _, c := range comments {
		parts = append(parts, strings.Fields(c.Text())...)
	}
	return strings.Join(slices.Clip(parts), " ")
}
