package main

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"

	"latentspace/explore"
)

// conditions are the flags -given NAME=VALUE, by name.
type conditions map[string]string

func (c conditions) String() string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(c)) {
		all = append(all, name+"="+c[name])
	}
	return strings.Join(all, " ")
}

// Set adds one condition, or several with commas between them. A comma without another condition
// after it is part of a value.
func (c conditions) Set(v string) error {
	var all []string
	for _, part := range strings.Split(v, ",") {
		if len(all) > 0 && !strings.Contains(part, "=") {
			all[len(all)-1] += "," + part
			continue
		}
		all = append(all, part)
	}
	for _, one := range all {
		name, value, ok := strings.Cut(one, "=")
		if name = strings.TrimSpace(name); !ok || name == "" || value == "" {
			return fmt.Errorf("%q, want NAME=VALUE", v)
		}
		if _, twice := c[name]; twice {
			return fmt.Errorf("%s is given twice", name)
		}
		c[name] = value
	}
	return nil
}

// conditionFlags adds the flags for the conditions of a model. The function that it returns sets
// them in the options, once they are parsed.
func conditionFlags(flags *flag.FlagSet, class string) func(explore.Options) explore.Options {
	given := conditions{}
	flags.Var(given, "given", "conditions `NAME=VALUE`, with commas between them, such as slant=0.2: of a conditional model, of which those that are not given are as training examples have them, or columns of a table, whose other columns are drawn; may be repeated")
	flags.Func("class", class, func(v string) error { return given.Set(explore.ClassField + "=" + v) })
	return func(o explore.Options) explore.Options {
		if len(given) > 0 {
			o.Conditions = given
		}
		return o
	}
}

const oneClass = "the `class` of a conditional model, by its name or its index; the same as -given class=…"
