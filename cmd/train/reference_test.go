package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// output is what the program prints, which must end well.
func output(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command(binary, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("train %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestWhatThereIsIsPrinted(t *testing.T) {
	for _, c := range []struct{ flag, value, want string }{
		{"-list", "", "Kingma and Welling, Auto-Encoding Variational Bayes, ICLR 2014"},
		{"-list", "", "neg_elbo                  the negative evidence lower bound"},
		{"-explain", "model.vae.beta", "model.vae.beta: a number, default 1\n  weight of the KL term"},
	} {
		args := []string{c.flag}
		if c.value != "" {
			args = append(args, c.value)
		}
		if out := output(t, args...); !strings.Contains(out, c.want) {
			t.Errorf("%v: got\n%s\nwant %q", args, out, c.want)
		}
	}
	var schema map[string]any
	if err := json.Unmarshal([]byte(output(t, "-schema")), &schema); err != nil || schema["definitions"] == nil {
		t.Errorf("-schema: %v", err)
	}
}

func TestACheckIsPrintedAsJSON(t *testing.T) {
	t.Parallel()
	config := write(t, "name: t\ndata: {kind: moons, train: 60}\nmodel: {kind: vae, encoder: {kind: mlp, hidden: [8]}}\ntrain: {batch: 20, epochs: 3}\n")
	out, err := exec.Command(binary, "-config", config, "-out", filepath.Join(t.TempDir(), "run"), "-check", "-json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Steps        int     `json:"steps"`
		Flops        float64 `json:"flops"`
		ProductSpeed float64 `json:"product_speed"`
	}
	if err := json.Unmarshal(out, &c); err != nil || c.Steps != 9 || !(c.Flops > 0) || !(c.ProductSpeed > 0) {
		t.Errorf("got %+v, %v of\n%s\nwant 9 steps and their arithmetic", c, err, out)
	}
}

func TestUnknownPathsAndShellsAreWrongUsage(t *testing.T) {
	for _, c := range []struct{ flag, value, want string }{
		{"-explain", "model.vea", `train: -explain model.vea: model has no "vea", did you mean "vae"?`},
		{"-completion", "csh", `train: -completion "csh", want one of bash, fish, zsh`},
	} {
		out, err := exec.Command(binary, c.flag, c.value).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 2 || !strings.Contains(string(out), c.want) {
			t.Errorf("%s %s: got %v\n%s\nwant status 2 and %q", c.flag, c.value, err, out, c.want)
		}
	}
}

// helpFlag matches a flag in the help of a command.
var helpFlag = regexp.MustCompile(`(?m)^  -([a-z]+)`)

func TestCompletionKnowsEveryFlag(t *testing.T) {
	flags := helpFlag.FindAllStringSubmatch(output(t, "-h"), -1)
	if len(flags) < 15 {
		t.Fatalf("got %d flags in the help", len(flags))
	}
	for shell, form := range map[string]string{"bash": " -", "zsh": "'*-", "fish": " -o "} {
		script := output(t, "-completion", shell)
		for _, f := range flags {
			if !regexp.MustCompile(regexp.QuoteMeta(form)+f[1]+`\b`).MatchString(script) && !strings.Contains(script, "'-"+f[1]+" ") {
				t.Errorf("%s: no -%s", shell, f[1])
			}
		}
	}
}

func TestBashCompletesExperimentsAndKeys(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("there is no bash here")
	}
	script := filepath.Join(t.TempDir(), "train.bash")
	if err := os.WriteFile(script, []byte(output(t, "-completion", "bash")), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ words, want string }{
		{"train -config mnist-v", "mnist-vae"},
		{"train -explain model.vae.b", "model.vae.beta"},
		{"train -set train.epochs", "train.epochs="},
		{"train -ext", "-extend"},
	} {
		words := strings.Fields(c.words)
		cmd := exec.Command("bash", "--norc", "-c", `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _train; echo "${COMPREPLY[@]}"`)
		cmd.Args = append(append(cmd.Args, script), words...)
		cmd.Dir = t.TempDir()
		out, err := cmd.CombinedOutput()
		if got := strings.TrimSpace(string(out)); err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.words, got, err, c.want)
		}
	}
}
