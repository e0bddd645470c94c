package completion

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// painter is a command with verbs.
func painter() Command {
	words := Words{"colour": {"red", "green"}, "set": {"frame.width=", "frame.height="}, "picture": {"first"}}
	plain := flag.NewFlagSet("", flag.ContinueOnError)
	plain.String("colour", "", "of the wall; red if none")
	plain.String("picture", "", "a `file`, or the name of one")
	plain.String("out", "", "the `folder` of it's results: [all]")
	plain.String("set", "", "change one `KEY=VALUE`")
	plain.Bool("wet", false, "not dry")
	frame := flag.NewFlagSet("", flag.ContinueOnError)
	frame.Int("width", 1, "of the frame")
	frame.String("colour", "", "of the frame")
	return Command{Name: "paint", Flags: Flags(plain, words), Verbs: []Verb{
		{Name: "frame", About: "make a frame: of wood", Flags: Flags(frame, words)},
		{Name: "hang", About: "hang what is in folders", Flags: Flags(frame, nil), Files: true},
	}}
}

func script(t *testing.T, shell string, c Command) string {
	t.Helper()
	s, err := Script(shell, c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// inShell runs a script in a shell, or skips the test where there is none.
func inShell(t *testing.T, shell, text string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(shell); err != nil {
		t.Skipf("there is no %s here", shell)
	}
	file := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(shell, append(args, file)...)
	cmd.Dir = "testdata"
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", shell, err, out)
	}
	return string(out)
}

// The last word is the one that is completed.
func TestBashCompletes(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"a flag", "paint -c", "-colour"},
		{"all flags and verbs", "paint ", "-colour -out -picture -set -wet frame hang"},
		{"a verb", "paint fr", "frame"},
		{"the words of a flag", "paint -colour ", "green red"},
		{"the words of a flag with two dashes", "paint --colour g", "green"},
		{"words and files", "paint -picture ", "first folder picture.png"},
		{"folders", "paint -out ", "folder"},
		{"the flags of a verb", "paint frame -", "-colour -width"},
		{"the words of a flag of a verb", "paint frame -width 3 -colour r", "red"},
		{"the same flag of another verb", "paint hang -colour ", ""},
		{"the arguments of a verb", "paint hang ", "folder"},
		{"a key, which goes on", "paint -set frame.w", "frame.width="},
		{"a number, of which nothing is known", "paint frame -width ", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			words := strings.Split(c.line, " ")
			text := script(t, "bash", painter()) + "\nCOMP_WORDS=("
			for _, w := range words {
				text += "'" + w + "' "
			}
			text += ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_paint\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n"
			got := strings.Fields(inShell(t, "bash", text, "--norc"))
			slices.Sort(got)
			if g := strings.Join(got, " "); g != c.want {
				t.Errorf("%q: got %q, want %q", c.line, g, c.want)
			}
		})
	}
}

func TestFishCompletes(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"paint -colour ", "green red"},
		{"paint frame -colour r", "red"},
		{"paint fr", "frame"},
		{"paint -out ", "folder/"},
		{"paint hang -w", "-width"},
	} {
		text := script(t, "fish", painter()) + "\ncomplete -C '" + c.line + "'\n"
		var got []string
		for line := range strings.Lines(inShell(t, "fish", text, "--no-config")) {
			word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
			got = append(got, word)
		}
		slices.Sort(got)
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%q: got %q, want %q", c.line, g, c.want)
		}
	}
}

func TestZshReadsItsScript(t *testing.T) {
	inShell(t, "zsh", script(t, "zsh", painter()), "-n")
	inShell(t, "zsh", "autoload -U compinit; compinit -D; source /dev/stdin <<'END'\n"+script(t, "zsh", painter())+"\nEND\n[[ $_comps[paint] = _paint ]]\n", "-f")
}

func TestEveryScriptHasEveryFlag(t *testing.T) {
	c := painter()
	for _, shell := range Shells() {
		text := script(t, shell, c)
		for _, v := range c.sections() {
			for _, f := range v.Flags {
				if !strings.Contains(text, "-"+f.Name) && !strings.Contains(text, "-o "+f.Name) {
					t.Errorf("%s: no -%s of %q", shell, f.Name, v.Name)
				}
			}
		}
	}
	if _, err := Script("csh", c); err == nil || err.Error() != `"csh", want one of bash, fish, zsh` {
		t.Errorf("got %v", err)
	}
}
