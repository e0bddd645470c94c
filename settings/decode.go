// Package settings reads and writes structs as strict YAML: the fields are the keys, what can
// stand in place of an interface is a table of kinds, and every mistake of a file is reported at
// once, with its place and a suggestion. It knows no experiment.
package settings

import (
	"cmp"
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Decode reads the one YAML document of src, with the edits KEY=VALUE of sets,
// over the defaults that the struct behind out holds. It is strict: an unknown
// key, a wrong type, a duplicate, an alias, a number that is not finite or does
// not fit, a second document and what the Check methods of the structs report are
// errors, all of them in one, a line each, with the place that it stands at.
//
// The fields of structs are keys by their yaml tag. In place of an interface
// stands a mapping whose kind is one of k's names; without a kind it edits the
// default. A name alone is the kind with its defaults. A kind that has a method Settle, which
// returns it in another form, is what that returns once its keys are read: so that what was once
// written in another way stays valid. An [encoding.TextUnmarshaler] has a form of its own.
func Decode(file string, src []byte, out any, sets []string, k Kinds) error {
	return decode(file, src, out, sets, decoder{kinds: k})
}

// DecodePart reads what out holds of a document that has more: keys without a field are passed over.
// Within a value that has a kind they are errors as for [Decode].
func DecodePart(file string, src []byte, out any, k Kinds) error {
	return decode(file, src, out, nil, decoder{kinds: k, part: true})
}

func decode(file string, src []byte, out any, sets []string, d decoder) error {
	root, p, err := parseTree(file, src, sets)
	if err != nil {
		return err
	}
	d.problems = p
	d.value(root, "", reflect.ValueOf(out).Elem())
	for _, check := range d.checks {
		check()
	}
	return d.err()
}

type decoder struct {
	*problems
	kinds  Kinds
	part   bool     // of a document, outside of values that have a kind
	checks []func() // to run when everything is read
}

// value reads node into v, which keeps what it had where that goes wrong.
func (d *decoder) value(node *yaml.Node, key string, v reflect.Value) {
	if node.Kind == yaml.AliasNode || node.Anchor != "" {
		d.at(node, key, "anchors and aliases are not read, write the value out")
		return
	}
	if tag := node.ShortTag(); !strings.HasPrefix(tag, "!!") {
		d.at(node, key, "tag %s, want none", Clip(tag))
		return
	}
	switch v.Addr().Interface().(type) {
	case *Edits:
		d.edits(node, key, v)
		return
	case *Choices:
		d.choices(node, key, v)
		return
	}
	want := "keys and values"
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.form(node, key, v, u)
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		if node.Kind == yaml.MappingNode {
			d.kind(node, key, v)
			return
		}
		if _, ok := d.kinds[v.Type()][node.Value]; ok && node.Kind == yaml.ScalarNode {
			d.kind(&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: node.Line, Column: node.Column, Content: []*yaml.Node{text("kind"), node}}, key, v)
			return
		}
		if names := sortedKeys(d.kinds[v.Type()]); node.ShortTag() == "!!str" && node.Value != "" {
			d.at(node, key, "%s%s want one of %s", describe(node), cmp.Or(Suggest(node.Value, names), ","), strings.Join(names, ", "))
			return
		}
		want = "keys and values such as {kind: " + sortedKeys(d.kinds[v.Type()])[0] + "}"
	case reflect.Struct:
		if node.Kind == yaml.MappingNode {
			d.structure(node, key, v, nil)
			return
		}
	case reflect.Map:
		if node.Kind == yaml.MappingNode {
			d.entries(node, key, v)
			return
		}
	case reflect.Slice:
		if node.Kind == yaml.SequenceNode {
			d.list(node, key, v)
			return
		}
		if want = "a list such as [1, 2]"; v.Type().Elem().Kind() == reflect.String {
			want = "a list such as [a, b]"
		} else if kinds := sortedKeys(d.kinds[v.Type().Elem()]); len(kinds) > 0 {
			want = "a list such as [" + kinds[len(kinds)-1] + "]"
		}
	default:
		if node.Kind == yaml.ScalarNode && !isNull(node) {
			if err := scalar(node, v); err != nil {
				d.at(node, key, "%v", err)
			}
			return
		}
		want = wanted(v)
	}
	d.at(node, key, "%s, want %s", describe(node), want)
}

// form reads a value that has a form of its own in a file.
func (d *decoder) form(node *yaml.Node, key string, v reflect.Value, u encoding.TextUnmarshaler) {
	if node.Kind != yaml.ScalarNode || isNull(node) {
		d.at(node, key, "%s, want %s", describe(node), wanted(v))
	} else if err := u.UnmarshalText([]byte(node.Value)); err != nil {
		d.at(node, key, "%v", err)
	}
}

// kind reads a mapping into an interface.
func (d *decoder) kind(node *yaml.Node, key string, v reflect.Value) {
	table := d.kinds[v.Type()]
	names := sortedKeys(table)
	var initial any
	if at := find(node, "kind"); at < 0 {
		if v.IsNil() {
			d.at(node, key, "no kind, want one of %s", strings.Join(names, ", "))
			return
		}
		initial = v.Interface()
	} else {
		n := node.Content[at]
		constructor, ok := table[n.Value]
		if n.Kind != yaml.ScalarNode || !ok {
			d.at(n, Join(key, "kind"), "%s%s want one of %s", describe(n),
				cmp.Or(Suggest(n.Value, names), ","), strings.Join(names, ", "))
			return
		}
		initial = constructor()
	}
	value := reflect.New(reflect.TypeOf(initial)).Elem()
	value.Set(reflect.ValueOf(initial))
	part := d.part
	d.part = false
	d.structure(node, key, value, table)
	d.part = part
	if s, ok := value.Interface().(interface{ Settle() any }); ok {
		value.Set(reflect.ValueOf(s.Settle()))
	}
	v.Set(value)
}

// structure reads a mapping into a struct; others are the kinds that could have
// stood there, nil for none.
func (d *decoder) structure(node *yaml.Node, key string, v reflect.Value, others map[string]func() any) {
	fields := fieldsOf(v)
	names := sortedKeys(fields)
	if others != nil {
		names = append(names, "kind")
		slices.Sort(names)
	}
	for i, name := range d.keys(node, key) {
		if name == nil || *name == "kind" && others != nil {
			continue
		}
		if f, ok := fields[*name]; ok {
			d.value(node.Content[2*i+1], Join(key, *name), f)
			continue
		}
		if d.part {
			continue
		}
		hint := Suggest(*name, names)
		if hint == "" {
			hint = ownerHint(*name, others)
		}
		if hint == "" {
			hint = ", want " + strings.Join(names, ", ")
		}
		d.at(node.Content[2*i], Join(key, Clip(*name)), "unknown key%s", hint)
	}
	if c, ok := v.Interface().(interface {
		Check(func(key, format string, args ...any))
	}); ok {
		d.checks = append(d.checks, func() { d.check(node, key, c.Check) })
	}
}

// ownerHint names the kinds that have a key, if the chosen kind lacks it.
func ownerHint(name string, others map[string]func() any) string {
	var owners []string
	for _, kind := range sortedKeys(others) {
		v := reflect.New(reflect.TypeOf(others[kind]())).Elem()
		if _, ok := fieldsOf(v)[name]; ok {
			owners = append(owners, kind)
		}
	}
	if owners == nil {
		return ""
	}
	return " of this kind, only of " + strings.Join(owners, ", ")
}

// check runs a Check method and puts what it reports at the place of the key, or
// of the nearest one above it that the file has. What is known to be wrong is not
// said twice.
func (d *decoder) check(node *yaml.Node, key string, run func(report func(key, format string, args ...any))) {
	run(func(field, format string, args ...any) {
		if d.about(Join(key, field)) {
			return
		}
		place := node
		for name := range strings.SplitSeq(field, ".") {
			name, index, inList := strings.Cut(name, "[")
			at := -1
			if place.Kind == yaml.MappingNode {
				at = find(place, name)
			}
			if at < 0 {
				break
			}
			place = place.Content[at]
			if i, err := strconv.Atoi(strings.TrimSuffix(index, "]")); inList && err == nil && i < len(place.Content) {
				place = place.Content[i]
			}
		}
		d.at(place, Join(key, field), format, args...)
	})
}

// entries reads a mapping into a map with string keys, over what it had.
func (d *decoder) entries(node *yaml.Node, key string, v reflect.Value) {
	out := reflect.MakeMap(v.Type())
	for i, name := range d.keys(node, key) {
		if name == nil {
			continue
		}
		elem := reflect.New(v.Type().Elem()).Elem()
		if old := v.MapIndex(reflect.ValueOf(*name)); old.IsValid() {
			elem.Set(old)
		}
		d.value(node.Content[2*i+1], Join(key, Clip(*name)), elem)
		out.SetMapIndex(reflect.ValueOf(*name), elem)
	}
	v.Set(out)
}

// list reads a sequence into a slice of its own.
func (d *decoder) list(node *yaml.Node, key string, v reflect.Value) {
	out := reflect.MakeSlice(v.Type(), len(node.Content), len(node.Content))
	for i, n := range node.Content {
		d.value(n, fmt.Sprintf("%s[%d]", key, i), out.Index(i))
	}
	v.Set(out)
}

// keys are the names in a mapping, in order; nil for one that is reported.
func (d *decoder) keys(node *yaml.Node, key string) []*string {
	names := make([]*string, 0, len(node.Content)/2)
	first := map[string]*yaml.Node{}
	for i := 0; i < len(node.Content); i += 2 {
		n := node.Content[i]
		var name *string
		switch old := first[n.Value]; {
		case n.Kind != yaml.ScalarNode || n.Anchor != "":
			d.at(n, key, "a key that is %s, want a word", describe(n))
		case old != nil:
			where := "a duplicate"
			if old.Line > 0 {
				where = fmt.Sprintf("a duplicate of line %d", old.Line)
			}
			d.at(n, Join(key, Clip(n.Value)), "%s", where)
		default:
			name, first[n.Value] = &n.Value, n
		}
		names = append(names, name)
	}
	return names
}
