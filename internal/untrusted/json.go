package untrusted

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// DecodeJSON reads one JSON value, as [json.Unmarshal] does, and is stricter: an object that
// has a key twice and, unless more is set, a key that into has no field for are errors, as
// is anything after the value. Nothing is read that nests deeper than 100.
func DecodeJSON(b []byte, into any, more bool) error {
	if err := uniqueKeys(b); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	if !more {
		d.DisallowUnknownFields()
	}
	return d.Decode(into)
}

// maxNested is how deep JSON may nest.
const maxNested = 100

// uniqueKeys reads JSON token by token: [json.Unmarshal] takes the last of equal keys.
func uniqueKeys(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := value(d, 0); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("byte %d: %w", d.InputOffset(), err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("byte %d: something after the end", d.InputOffset())
	}
	return nil
}

// value reads one value and all that is in it.
func value(d *json.Decoder, depth int) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	open, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	if depth == maxNested {
		return fmt.Errorf("nested deeper than %d", maxNested)
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			t, err := d.Token()
			if err != nil {
				return err
			}
			key, _ := t.(string)
			folded := strings.ToLower(key) // as encoding/json finds fields
			if seen[folded] {
				return fmt.Errorf("key %.40q: twice", key)
			}
			seen[folded] = true
		}
		if err := value(d, depth+1); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}
