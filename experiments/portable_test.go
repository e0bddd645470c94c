package experiments

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/settings"
)

// write puts an experiment into a file.
func writeExperiment(t *testing.T, src string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "e.yaml")
	if err := os.WriteFile(file, []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestNamesThatWindowsHasNoFolderFor(t *testing.T) {
	file := writeExperiment(t, good)
	for _, name := range []string{"con", "AUX", "nul.txt", "com1", "Lpt9.tar.gz", "prn.", "run.", "a.."} {
		_, err := Load(file, "name="+name)
		if err == nil || !strings.HasPrefix(err.Error(), "-set name="+name+": name: ") || !strings.Contains(err.Error(), "Windows") {
			t.Errorf("%s: %v, want an error about Windows", name, err)
		}
		if _, err := Parse(file, []byte(good), "name="+name); err != nil {
			t.Errorf("%s: a run that is there already: %v", name, err)
		}
	}
	for _, name := range []string{"console", "auxiliary", "com10", "common", "nul-1", "a.con", "lpt"} {
		if _, err := Load(file, "name="+name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPhasesThatNeverBegin(t *testing.T) {
	for model, want := range map[string]string{
		"{kind: vaegan, from: 4}":                                               "model.from: 4, and phase critic would never begin: want it below 4, the epoch at which the phase ends",
		"{kind: vaegan, from: 3.5}":                                             "",
		"{kind: flow-vae, from: 7}":                                             "model.from: 7, and phase flow would never begin: want it below 4,",
		"{kind: kl-field, critic_from: 4}":                                      "model.critic_from: 4, and phase critic would never begin: want it below 4,",
		"{kind: kl-field, critic_from: 4, critic_weight: 0}":                    "",
		"{kind: latent-diffusion, from: 2, critic_from: 3}":                     "model.critic_from: 3, and phase critic would never begin: want it below 2,",
		"{kind: latent-diffusion}":                                              "model.from: 10, and phase flow would never begin: want it below 4,",
		"{kind: vq-vae, prior: {network: {kind: gru}, from: 5}}":                "model.prior.from: 5, and phase prior would never begin: want it below 4,",
		"{kind: rvq, prior: {network: {kind: gru}, from: 3}}":                   "",
		"{kind: fsq, prior: {from: 5}}":                                         "", // without a network there is no such phase
		"{kind: textvae, aggressive: {updates: 2, epochs: 9}}":                  "", // aggressive to the end
		"{kind: rvq, prior: {network: {kind: transformer, width: 8}, from: 4}}": "model.prior.from: 4, and phase prior would never begin: want it below 4,",
	} {
		src := "name: a\ndata: {kind: glyphs}\nmodel: " + model + "\ntrain: {epochs: 4}\n"
		_, err := Load(writeExperiment(t, src))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", model, err, want)
		}
		if _, err := ParseKept("config", []byte(src)); err != nil {
			t.Errorf("%s: of a run that is there already: %v", model, err)
		}
	}
}

// escapes is what a message says to do about a path within double quotes.
const escapes = `within double quotes a backslash begins an escape: write a path of Windows within single quotes, or with / for \`

func TestPathsOfWindows(t *testing.T) {
	const head = "name: t\nmodel: {kind: vae}\n"
	for name, c := range map[string]struct{ value, want string }{
		"plain":                             {`C:\data\new`, `C:\data\new`},
		"in single quotes":                  {`'C:\Users\a b\temp'`, `C:\Users\a b\temp`},
		"in double quotes, doubled":         {`"C:\\data\\new"`, `C:\data\new`},
		"in double quotes, with slashes":    {`"C:/data/new"`, `C:/data/new`},
		"a share":                           {`\\server\share\temp`, `\\server\share\temp`},
		"not ASCII":                         {`C:\Läufe\数字`, `C:\Läufe\数字`},
		"in double quotes, no escape":       {`"C:\data\new"`, "!e.yaml:3:1: not YAML: found unknown escape character; " + escapes},
		"in double quotes, half of one":     {`"C:\users\a"`, "!e.yaml:3:1: not YAML: did not find expected hexdecimal number; " + escapes},
		"in double quotes, a tab":           {`"C:\temp"`, `!e.yaml:3:26: data.dir: "C:\temp" has the character U+0009; ` + escapes},
		"in double quotes, the end of line": {`"C:/a\new"`, `!e.yaml:3:26: data.dir: "C:/a\new" has the character U+000A; ` + escapes},
		"in double quotes, a hard blank":    {`"C:\_new"`, `!e.yaml:3:26: data.dir: "C:\u00a0new" has the character U+00A0; ` + escapes},
	} {
		t.Run(name, func(t *testing.T) {
			check := func(dir string, err error, want string) {
				t.Helper()
				if message, wrong := strings.CutPrefix(want, "!"); wrong {
					if err == nil || err.Error() != message {
						t.Errorf("got error\n%v, want\n%s", err, message)
					}
				} else if err != nil || dir != want {
					t.Errorf("dir %q, %v, want %q", dir, err, want)
				}
			}
			for _, end := range []string{"\n", "\r\n"} { // Windows ends lines with two characters
				src := strings.ReplaceAll(head+"data: {kind: mnist, dir: "+c.value+"}\n", "\n", end)
				for _, mark := range []string{"", "\ufeff"} { // and editors mark UTF-8
					parsed, err := Parse("e.yaml", []byte(mark+src))
					dir := ""
					if err == nil {
						dir = settings.Leaves(parsed, Registry)["data.dir"]
					}
					check(dir, err, c.want)
				}
			}
			parsed, err := Parse("e.yaml", []byte(head+"data: {kind: mnist}\n"), "data.dir="+c.value)
			if strings.HasPrefix(c.want, "!") {
				if err == nil || !strings.Contains(err.Error(), escapes) || !strings.HasPrefix(err.Error(), "-set data.dir=") {
					t.Errorf("-set: %v, want the remedy", err)
				}
			} else if err != nil || settings.Leaves(parsed, Registry)["data.dir"] != c.want {
				t.Errorf("-set: %q, %v, want %q", settings.Leaves(parsed, Registry)["data.dir"], err, c.want)
			}
		})
	}
}
