package safejson

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
)

var marshaler = reflect.TypeFor[json.Marshaler]()

// write writes a value in the form of encoding/json.
func write(out *bytes.Buffer, v reflect.Value) error {
	if !v.IsValid() || v.Type().Implements(marshaler) {
		return plain(out, v)
	}
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		if noNumber(v) {
			out.WriteString("null")
			return nil
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return write(out, v.Elem())
		}
	case reflect.Slice:
		if !v.IsNil() && v.Type().Elem().Kind() != reflect.Uint8 {
			return list(out, v)
		}
	case reflect.Array:
		return list(out, v)
	case reflect.Map:
		if !v.IsNil() {
			return entries(out, v)
		}
	case reflect.Struct:
		return object(out, v)
	}
	return plain(out, v)
}

// plain writes a value that has no numbers in need of care.
func plain(out *bytes.Buffer, v reflect.Value) error {
	var x any
	if v.IsValid() {
		x = v.Interface()
	}
	b, err := json.Marshal(x)
	out.Write(b)
	return err
}

func noNumber(v reflect.Value) bool {
	return v.CanFloat() && (math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0))
}

func list(out *bytes.Buffer, v reflect.Value) error {
	out.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := write(out, v.Index(i)); err != nil {
			return err
		}
	}
	out.WriteByte(']')
	return nil
}

// entries writes a map, its keys sorted.
func entries(out *bytes.Buffer, v reflect.Value) error {
	type entry struct {
		key   string
		value reflect.Value
	}
	var all []entry
	for it := v.MapRange(); it.Next(); {
		if it.Key().Kind() != reflect.String {
			return fmt.Errorf("safejson: keys of type %v, want strings", it.Key().Type())
		}
		all = append(all, entry{it.Key().String(), it.Value()})
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Compare(a.key, b.key) })
	var fields writer
	for _, e := range all {
		if err := fields.add(out, e.key, e.value); err != nil {
			return err
		}
	}
	return fields.end(out)
}

// object writes a struct.
func object(out *bytes.Buffer, v reflect.Value) error {
	var fields writer
	if err := fields.structure(out, v); err != nil {
		return err
	}
	return fields.end(out)
}

// writer writes the fields of one object.
type writer struct{ begun bool }

// structure adds the fields of a struct, and those of structs embedded in it.
func (w *writer) structure(out *bytes.Buffer, v reflect.Value) error {
	for i := range v.NumField() {
		f, x := v.Type().Field(i), v.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			if x.Kind() == reflect.Pointer {
				if x.IsNil() {
					continue
				}
				x = x.Elem()
			}
			if x.Kind() == reflect.Struct {
				if err := w.structure(out, x); err != nil {
					return err
				}
				continue
			}
		}
		if !f.IsExported() || f.Tag.Get("json") == "-" {
			continue
		}
		chosen := strings.Split(options, ",")
		mayMiss := slices.Contains(chosen, "omitempty") && empty(x) || slices.Contains(chosen, "omitzero") && x.IsZero()
		if mayMiss || noNumber(x) && (slices.Contains(chosen, "omitempty") || slices.Contains(chosen, "omitzero")) {
			continue
		}
		if err := w.add(out, cmp.Or(name, f.Name), x); err != nil {
			return err
		}
	}
	return nil
}

// empty is what encoding/json leaves out for omitempty.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func (w *writer) add(out *bytes.Buffer, name string, v reflect.Value) error {
	open := byte(',')
	if !w.begun {
		open = '{'
	}
	w.begun = true
	out.WriteByte(open)
	if err := plain(out, reflect.ValueOf(name)); err != nil {
		return err
	}
	out.WriteByte(':')
	return write(out, v)
}

func (w *writer) end(out *bytes.Buffer) error {
	if !w.begun {
		out.WriteByte('{')
	}
	out.WriteByte('}')
	return nil
}
