// Package safejson writes JSON of values whose numbers may be undefined: NaN and the
// infinities, for which JSON has no word. [json.Marshal] refuses the whole value for one of them.
// Everything that the programs write as JSON is written here.
package safejson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
)

// Marshal is [json.Marshal], except that a floating-point number which is NaN or infinite
// becomes null, or is left out if it is a field that is left out when it is empty. A
// [json.Marshaler] that encodes floating-point numbers has to call Marshal too.
func Marshal(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err == nil || !aboutNumber(err) {
		return b, err
	}
	var out bytes.Buffer
	if err := write(&out, reflect.ValueOf(v)); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// WriteLine writes a value as a line of JSON.
func WriteLine(w io.Writer, v any) error {
	b, err := Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// WriteIndented writes a value as JSON for people to read, two blanks for each level, and
// ends the line.
func WriteIndented(w io.Writer, v any) error {
	b, err := Marshal(v)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, append(b, '\n'), "", "  "); err != nil {
		return err
	}
	_, err = w.Write(out.Bytes())
	return err
}

// aboutNumber reports whether an error is about NaN or an infinity, and not about a cycle.
func aboutNumber(err error) bool {
	bad, ok := errors.AsType[*json.UnsupportedValueError](err)
	return ok && (bad.Value.Kind() == reflect.Float32 || bad.Value.Kind() == reflect.Float64)
}
