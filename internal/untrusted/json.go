package untrusted

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// DecodeJSON reads one JSON value, as [json.Unmarshal] does, and is stricter: a key that into
// has no field for is an error, and whatever [CheckJSON] reports.
func DecodeJSON(b []byte, into any) error {
	if err := CheckJSON(b); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// maxNested is how deep JSON may nest.
const maxNested = 100

// CheckJSON reads JSON token by token. An object that has a key twice, whatever its case, is
// an error, as [json.Unmarshal] takes the last of them; so are a list or an object beyond
// [Elements], which may take a hundred times its text, more than 100 of either in one another, and anything
// after the end.
func CheckJSON(b []byte) error {
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

// fold is the least of the letters that differ in case alone: s for S and for ſ.
func fold(r rune) rune {
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	return least
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
	for n := int64(1); d.More(); n++ {
		if err := Elements.Check(n); err != nil {
			return err
		}
		if open == '{' {
			t, err := d.Token()
			if err != nil {
				return err
			}
			key, _ := t.(string)
			folded := strings.Map(fold, key) // as encoding/json finds fields
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
