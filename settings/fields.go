package settings

import (
	"reflect"
	"strings"
)

// Field is a field of a struct that is a key.
type Field struct {
	Key   string
	Value reflect.Value
	Tag   reflect.StructTag
	Owner reflect.Type // the struct that declares it
	Name  string       // there

	omitEmpty bool
}

// Fields returns the fields of a struct that are keys, by their yaml tag, in order, those of
// inline structs with its own. A field without a tag is no key.
func Fields(v reflect.Value) []Field {
	var out []Field
	for i := range v.NumField() {
		f := v.Type().Field(i)
		tag := f.Tag
		name, option, _ := strings.Cut(tag.Get("yaml"), ",")
		switch {
		case option == "inline":
			out = append(out, Fields(v.Field(i))...)
		case name != "":
			out = append(out, Field{name, v.Field(i), tag, v.Type(), f.Name, option == "omitempty"})
		}
	}
	return out
}

// fieldsOf are the fields of a struct by their keys.
func fieldsOf(v reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for _, f := range Fields(v) {
		fields[f.Key] = f.Value
	}
	return fields
}

// Join is the key name below another one, which is "" for the top.
func Join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}
