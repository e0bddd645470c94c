package experiments

import (
	"reflect"

	"latentspace/data"
	"latentspace/settings"
)

// FolderOf returns the folder that a data source names, and whether its kind has such an option. A
// source that is not a struct has none.
func FolderOf(source data.Source) (dir string, ok bool) {
	v := reflect.ValueOf(source)
	if v.Kind() != reflect.Struct {
		return "", false
	}
	for _, f := range settings.Fields(v) {
		if classNames[f.Tag.Get("run")] == Place {
			return f.Value.String(), true
		}
	}
	return "", false
}

// PlaceKey is the key of the option that says where the files of a data source are: dir, or file.
func PlaceKey(source data.Source) string {
	v := reflect.ValueOf(source)
	if v.Kind() == reflect.Struct {
		for _, f := range settings.Fields(v) {
			if classNames[f.Tag.Get("run")] == Place {
				return f.Key
			}
		}
	}
	return "dir"
}

// In returns a data source with another folder.
func In(dir string, source data.Source) data.Source {
	v := reflect.New(reflect.TypeOf(source)).Elem()
	v.Set(reflect.ValueOf(source))
	for _, f := range settings.Fields(v) {
		if classNames[f.Tag.Get("run")] == Place {
			f.Value.SetString(dir)
		}
	}
	return v.Interface().(data.Source)
}
