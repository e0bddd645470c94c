package latentspace

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// docs/DEPENDENCIES.md lists every module that the commands are built of, in its version,
// each with a licence, and no other.
func TestTheListOfLinkedModulesIsCurrent(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", "./cmd/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	linked := slices.Compact(slices.Sorted(strings.SplitSeq(strings.TrimSpace(string(out)), "\n")))
	linked = slices.DeleteFunc(linked, func(s string) bool { return s == "" })
	text, err := os.ReadFile("docs/DEPENDENCIES.md")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (\\S+) \\| ([^|]*) \\|").FindAllStringSubmatch(string(text), -1) {
		listed = append(listed, row[1]+" "+row[2])
		if strings.TrimSpace(row[3]) == "" {
			t.Errorf("%s has no licence", row[1])
		}
	}
	slices.Sort(listed)
	if !slices.Equal(linked, listed) {
		t.Errorf("linked:\n%s\nlisted:\n%s", strings.Join(linked, "\n"), strings.Join(listed, "\n"))
	}
}
