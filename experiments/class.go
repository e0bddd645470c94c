package experiments

import (
	"fmt"
	"reflect"
	"strings"

	"latentspace/settings"
)

// Class says what a key means to a run that has begun: whether the bits of its weights depend on
// it, and what happens if its value changes. It is the tag run of a field. A field without the tag
// has the class of its struct; the outermost struct is fixed.
type Class int

const (
	// Fixed keys define the run: another value is another run.
	Fixed Class = iota
	// Course keys say how the training goes on from any step: another value is a change
	// in the run's history, which -extend asks for.
	Course
	// Choice keys say which checkpoint is the best. Weights depend on them only if train.patience
	// can stop the run, and then they are course keys.
	Choice
	// Content keys say which examples the data have. What counts is the SHA-256 of the
	// data.
	Content
	// Place keys say where files are. What counts is what the files hold.
	Place
	// Free keys say what is kept and drawn. No weight depends on them.
	Free
)

var classNames = map[string]Class{"fixed": Fixed, "course": Course, "choice": Choice, "data": Content, "place": Place, "free": Free}

func (c Class) String() string {
	for name, d := range classNames {
		if c == d {
			return name
		}
	}
	return fmt.Sprintf("class %d", int(c))
}

// Classes returns the class of each key of c, by the names of [settings.Leaves].
func (c Config) Classes() map[string]Class {
	out := map[string]Class{}
	visit(reflect.ValueOf(c), "", Fixed, func(key string, _ reflect.Value, c Class) { out[key] = c })
	return out
}

// visit calls leaf with every value of a configuration, its key and its class.
func visit(v reflect.Value, key string, c Class, leaf func(key string, v reflect.Value, c Class)) {
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			leaf(settings.Join(key, "kind"), v, c)
			visit(v.Elem(), key, c, leaf)
		}
		return
	case reflect.Struct:
		if fields := settings.Fields(v); len(fields) > 0 {
			for _, f := range fields {
				own := c
				if f.Tag.Get("run") != "" {
					own = classNames[f.Tag.Get("run")]
				}
				visit(f.Value, settings.Join(key, f.Key), own, leaf)
			}
			return
		}
	case reflect.Map:
		for _, name := range v.MapKeys() {
			visit(v.MapIndex(name), settings.Join(key, name.String()), c, leaf)
		}
		return
	}
	leaf(key, v, c)
}

// WhyFixed says why a key of a run cannot change, and what to do instead.
func WhyFixed(key string) string {
	switch first, rest, _ := strings.Cut(key, "."); {
	case first == "seed":
		return "every random number of the run is a function of it"
	case first == "model":
		return "the weights are of that model; train.init starts another run from them"
	case first == "data":
		return "the run is of those examples; train.init starts another run from its weights"
	case first == "train" && strings.HasPrefix(rest, "init"):
		return "the first weights came from it, and they are chosen once"
	}
	return "the bits of all weights depend on it"
}
