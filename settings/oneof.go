package settings

import (
	"maps"
	"slices"
	"strings"
)

// OneOf reports a name that is not among those of a table.
func OneOf[V any](report func(key, format string, args ...any), key, name string, table map[string]V) {
	if _, ok := table[name]; !ok {
		report(key, "%q, want one of %s", name, strings.Join(slices.Sorted(maps.Keys(table)), ", "))
	}
}
