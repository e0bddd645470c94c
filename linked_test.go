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
// each with a licence, and no other: by default, and what the tag mpi adds for Linux.
func TestTheListOfLinkedModulesIsCurrent(t *testing.T) {
	text, err := os.ReadFile("docs/DEPENDENCIES.md")
	if err != nil {
		t.Fatal(err)
	}
	usual, more, _ := strings.Cut(string(text), "\n## With the tag `mpi`\n")
	without, with := linked(t, ""), linked(t, "mpi")
	checkListed(t, without, usual)
	checkListed(t, slices.DeleteFunc(with, func(s string) bool { return slices.Contains(without, s) }), more)
}

// linked are the modules that the commands are built of for Linux, with some tags.
func linked(t *testing.T, tags string) []string {
	t.Helper()
	list := exec.Command("go", "list", "-tags", tags, "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", "./cmd/...")
	list.Env = append(os.Environ(), "GOOS=linux", "CGO_ENABLED=0")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := slices.Compact(slices.Sorted(strings.SplitSeq(strings.TrimSpace(string(out)), "\n")))
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

func checkListed(t *testing.T, linked []string, text string) {
	t.Helper()
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| (\\S+) \\| ([^|]*) \\|").FindAllStringSubmatch(text, -1) {
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
