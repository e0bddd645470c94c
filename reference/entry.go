package reference

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	"latentspace/experiments"
	"latentspace/settings"
)

// entry is what stands at a path of an experiment file: a key, or a kind of what a key can be.
type entry struct {
	path    string
	value   reflect.Value // the default
	doc     string        // of the key
	kind    string        // "" for a key
	missing bool          // a key without a default that a file could do with
}

// top is the experiment itself.
func top() entry { return entry{value: reflect.ValueOf(experiments.Defaults())} }

// children are the keys of a struct, in its order, and the kinds of an interface.
func (e entry) children() []entry {
	switch e.value.Kind() {
	case reflect.Interface:
		var kinds []entry
		table := experiments.Registry[e.value.Type()]
		for _, kind := range sortedKeys(table) {
			kinds = append(kinds, entry{path: settings.Join(e.path, kind), value: reflect.ValueOf(table[kind]()), kind: kind})
		}
		return kinds
	case reflect.Slice:
		if e.value.Type().Elem().Kind() == reflect.Interface {
			return e.elem().children()
		}
	case reflect.Struct:
		if isLeaf(e.value.Type()) {
			return nil
		}
		wrong := faults(e.value)
		var keys []entry
		for _, f := range settings.Fields(e.value) {
			keys = append(keys, entry{path: settings.Join(e.path, f.Key), value: f.Value, doc: fieldDoc(f), missing: wrong[f.Key] != ""})
		}
		return keys
	}
	return nil
}

// elem is what a map or a list at the entry holds.
func (e entry) elem() entry {
	return entry{path: e.path, value: reflect.New(e.value.Type().Elem()).Elem()}
}

// name is the last part of the path.
func (e entry) name() string { return e.path[strings.LastIndexByte(e.path, '.')+1:] }

// inner is the default of an interface as a struct, if it has one.
func (e entry) inner() (entry, bool) {
	if e.value.Kind() != reflect.Interface || e.value.IsNil() {
		return entry{}, false
	}
	e.value = e.value.Elem()
	return e, true
}

// faults are what the Check of a value reports, by keys.
func faults(v reflect.Value) map[string]string {
	found := map[string]string{}
	if c, ok := v.Interface().(interface {
		Check(func(key, format string, args ...any))
	}); ok {
		c.Check(func(key, format string, args ...any) {
			first, _, _ := strings.Cut(key, "[")
			if found[first] == "" {
				found[first] = fmt.Sprintf(format, args...)
			}
		})
	}
	return found
}

// find returns what a path stands for. In place of a kind any key of one will do, and then there
// is an entry for each kind that has the key: model.latent, and model.vae.latent alone. The name
// of a phase in train.optimizers may be any.
func find(path string) ([]entry, error) {
	at := []entry{top()}
	for i, part := range strings.Split(path, ".") {
		var next []entry
		var known []string
		for _, e := range at {
			found, names := e.step(part)
			next, known = append(next, found...), append(known, names...)
		}
		if next == nil {
			slices.Sort(known)
			known = slices.Compact(known)
			where := strings.Join(strings.Split(path, ".")[:i], ".")
			if where == "" {
				where = "an experiment"
			}
			if len(known) == 0 {
				return nil, fmt.Errorf("%s: %s has no keys of its own", path, where)
			}
			hint := cmp.Or(settings.Suggest(part, known), ";")
			return nil, fmt.Errorf("%s: %s has no %q%s it has %s", path, where, part, hint, strings.Join(known, ", "))
		}
		at = next
	}
	return at, nil
}

// step is what part stands for below an entry, and the names that it could have been.
func (e entry) step(part string) (found []entry, known []string) {
	if e.value.Kind() == reflect.Map {
		elem := reflect.New(e.value.Type().Elem()).Elem()
		return []entry{{path: settings.Join(e.path, part), value: elem, doc: e.doc}}, nil
	}
	children := e.children()
	for _, c := range children {
		known = append(known, c.name())
		if c.name() == part {
			found = append(found, c)
		}
	}
	if found != nil || e.value.Kind() != reflect.Interface {
		return found, known
	}
	for _, kind := range children {
		keys, names := kind.step(part)
		found, known = append(found, keys...), append(known, names...)
	}
	return found, known
}

// Paths returns all paths that can be explained, with the kinds in them, in order.
func Paths() []string {
	var all []string
	var visit func(e entry)
	visit = func(e entry) {
		if e.path != "" {
			all = append(all, e.path)
		}
		for _, c := range e.children() {
			visit(c)
		}
	}
	visit(top())
	slices.Sort(all)
	return slices.Compact(all)
}

// Keys returns the paths of all keys as a -set names them, without the kinds, in order.
func Keys() []string {
	found := map[string]bool{}
	var visit func(e entry, path string)
	visit = func(e entry, path string) {
		for _, c := range e.children() {
			if c.kind != "" {
				found[settings.Join(path, "kind")] = true
				visit(c, path)
				continue
			}
			at := settings.Join(path, c.name())
			if c.value.Kind() != reflect.Interface && (c.value.Kind() != reflect.Struct || isLeaf(c.value.Type())) {
				found[at] = true
			}
			if c.value.Kind() != reflect.Slice { // a list is set as a whole
				visit(c, at)
			}
		}
	}
	visit(top(), "")
	return slices.Sorted(keysOf(found))
}

func keysOf[K comparable, V any](m map[K]V) iter.Seq[K] { return maps.Keys(m) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
