// Package jsontest checks that types can be written as JSON whatever their numbers are.
package jsontest

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"latentspace/internal/safejson"
)

// deepest is how far values are filled: a type may contain itself.
const deepest = 8

// Check makes a value of the type of each example in which every floating-point number is NaN,
// and all that may be empty is not, and writes it. It is a fault if that is an error, or if the
// text is not JSON.
func Check(t *testing.T, examples ...any) {
	t.Helper()
	for _, x := range examples {
		v := reflect.New(reflect.TypeOf(x)).Elem()
		numbers := fill(v, 0)
		if numbers == 0 {
			t.Errorf("%T has no floating-point numbers", x)
		}
		b, err := safejson.Marshal(v.Interface())
		if err != nil {
			t.Errorf("%T: %v", x, err)
		} else if !json.Valid(b) {
			t.Errorf("%T: not JSON: %s", x, b)
		}
	}
}

// fill sets every field that can be set, and returns how many numbers became NaN.
func fill(v reflect.Value, depth int) (numbers int) {
	if !v.CanSet() || depth > deepest {
		return 0
	}
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		v.SetFloat(math.NaN())
		return 1
	case reflect.Int:
		v.SetInt(1)
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return fill(v.Elem(), depth+1)
	case reflect.Interface:
		if v.NumMethod() == 0 {
			v.Set(reflect.ValueOf(math.NaN()))
			return 1
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		return fill(v.Index(0), depth+1)
	case reflect.Array:
		for i := range v.Len() {
			numbers += fill(v.Index(i), depth+1)
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, depth+1)
		numbers = fill(value, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			numbers += fill(v.Field(i), depth+1)
		}
	}
	return numbers
}
