package main

import (
	"bytes"
	"flag"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// printed is what the program prints, which must end well.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	var out, problems bytes.Buffer
	if status := run(args, &out, &problems); status != 0 {
		t.Fatalf("sample %s: status %d\n%s", strings.Join(args, " "), status, &problems)
	}
	return out.String()
}

func TestCompletionKnowsEveryFlagOfEveryVerb(t *testing.T) {
	script := printed(t, "-completion", "fish")
	for name, v := range verbs {
		newCommand(name, v).flags.VisitAll(func(f *flag.Flag) {
			line := regexp.MustCompile(`(?m)^complete -c sample -n '__fish_seen_subcommand_from ` + name + `' -o ` + f.Name + ` `)
			if !line.MatchString(script) {
				t.Errorf("no -%s of %s", f.Name, name)
			}
		})
	}
	if status := run([]string{"map", "-completion", "csh"}, io.Discard, io.Discard); status != 2 {
		t.Errorf("another shell: status %d, want 2", status)
	}
}

func TestBashCompletesVerbsAndTheirFlags(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("there is no bash here")
	}
	script := printed(t, "-completion", "bash")
	for _, c := range []struct{ words, want string }{
		{"sample trav", "traverse"},
		{"sample map -perp", "-perplexity"},
		{"sample map -split v", "valid"},
		{"sample evaluate -metrics neg", "neg_elbo"},
		{"sample -prior km", ""},
	} {
		cmd := exec.Command("bash", "--norc", "-c", script+"\n"+`COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sample; echo "${COMPREPLY[@]}"`, "bash")
		cmd.Args = append(cmd.Args, strings.Fields(c.words)...)
		cmd.Dir = t.TempDir()
		out, err := cmd.CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.words, got, err, c.want)
		}
	}
}
