package explore

import (
	"fmt"
	"math"
	"reflect"
)

// checkFigures reports the first figure of a report that is not finite, by its field: a
// failed model decodes to such values, and JSON cannot hold them. It is called before
// files are written, so that a failing verb leaves none.
func checkFigures(report any) error { return checkFigure("", reflect.ValueOf(report)) }

func checkFigure(field string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Errorf("explore: the report's %s is %v, want a number", field, f)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			return checkFigure(field, v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if err := checkFigure(fmt.Sprintf("%s[%d]", field, i), v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if field != "" {
				name = field + "." + name
			}
			if err := checkFigure(name, v.Field(i)); err != nil {
				return err
			}
		}
	}
	return nil
}
