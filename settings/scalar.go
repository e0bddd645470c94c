package settings

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// scalar reads a number, a word or a truth value.
func scalar(node *yaml.Node, v reflect.Value) error {
	mismatch := fmt.Errorf("%s, want %s", describe(node), wanted(v))
	tag := node.ShortTag()
	number := tag == "!!int" || tag == "!!float"
	switch v.Kind() {
	case reflect.String:
		if number || tag == "!!bool" {
			return fmt.Errorf("%w; put it in quotes", mismatch)
		}
		if err := printable(node.Value); err != nil {
			return err
		}
		v.SetString(node.Value)
		return nil
	case reflect.Bool:
		switch {
		case tag == "!!bool" && strings.EqualFold(node.Value, "true"):
			v.SetBool(true)
		case tag == "!!bool" && strings.EqualFold(node.Value, "false"):
			v.SetBool(false)
		default:
			return mismatch
		}
		return nil
	}
	if _, err := strconv.ParseFloat(node.Value, 64); errors.Is(err, strconv.ErrRange) {
		return fmt.Errorf("%s is out of range", Clip(node.Value))
	}
	if digits := strings.TrimLeft(node.Value, "+-"); !number || len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9' {
		return mismatch // a leading zero would make it octal
	}
	switch v.Kind() {
	case reflect.Int:
		return integer(node, mismatch, func(n *yaml.Node) error {
			var x int
			err := n.Decode(&x)
			v.SetInt(int64(x))
			return err
		})
	case reflect.Uint64:
		return integer(node, mismatch, func(n *yaml.Node) error {
			var x uint64
			err := n.Decode(&x)
			v.SetUint(x)
			return err
		})
	case reflect.Float64:
		var x float64
		if err := node.Decode(&x); err != nil {
			return mismatch
		}
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fmt.Errorf("%s, want a finite number", Clip(node.Value))
		}
		v.SetFloat(x)
		return nil
	}
	panic(fmt.Sprintf("settings: a field of type %v in a configuration", v.Type()))
}

// integer reads a whole number, which may be written as a float such as 1e5.
func integer(node *yaml.Node, mismatch error, read func(*yaml.Node) error) error {
	if node.ShortTag() == "!!float" {
		x, err := strconv.ParseFloat(node.Value, 64)
		if err != nil || x != math.Trunc(x) || math.Abs(x) > 1<<53 {
			return mismatch
		}
		node = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatInt(int64(x), 10)}
	}
	if err := read(node); err != nil {
		return mismatch
	}
	return nil
}

// wanted says what a field takes.
func wanted(v reflect.Value) string {
	if w, ok := v.Addr().Interface().(interface{ Wanted() string }); ok {
		return w.Wanted()
	}
	switch v.Kind() {
	case reflect.String:
		return "a word"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Uint64:
		return "a whole number from 0 to 2⁶⁴−1"
	}
	return "a number"
}

// escapes is what to do about a path within double quotes.
const escapes = `within double quotes a backslash begins an escape: write a path of Windows within single quotes, or with / for \`

// printable reports a character of a word that nobody means: most come from a path of Windows
// within double quotes, whose \t is a tab.
func printable(word string) error {
	for _, r := range word {
		if unicode.IsControl(r) || r == '\u00a0' || r == '\u2028' || r == '\u2029' {
			return fmt.Errorf("%s has the character %U; %s", Clip(fmt.Sprintf("%q", word)), r, escapes)
		}
	}
	return nil
}
