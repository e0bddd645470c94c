package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// python is a program in the place of Python, which answers as it is written.
func python(t *testing.T, script string) string {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no shell")
	}
	file := filepath.Join(t.TempDir(), "python")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+script), 0o777); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestPackagesThatAreMissingAreNamed(t *testing.T) {
	for name, test := range map[string]struct{ script, there, missing string }{
		"two of seven": {`echo '{"versions": {"torch": "2.15.0", "jax": "0.10.2"}}'`, "peers: PyTorch 2.15.0, JAX 0.10.2\n",
			" has no TensorFlow, no scikit-learn, no onnxruntime, no openTSNE, no umap-learn: bench/peers.sh makes a folder with the newest, or -python names another Python\n"},
		"a Python that cannot run": {"exit 1", "", " has no PyTorch, no TensorFlow, no JAX, no scikit-learn, no onnxruntime, no openTSNE, no umap-learn: bench/peers.sh makes"},
		"none is missing":          {`echo '{"versions": {"torch": "1", "jax": "2", "tensorflow": "3", "sklearn": "4", "onnxruntime": "5", "openTSNE": "6", "umap": "7"}}'`, "peers: PyTorch 1, TensorFlow 3, JAX 2, scikit-learn 4, onnxruntime 5, openTSNE 6, umap-learn 7\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := newPeer(python(t, test.script), t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			text := p.about()
			if rest, ok := strings.CutPrefix(text, test.there); !ok || !strings.Contains(rest, test.missing) || test.missing == "" && rest != "" {
				t.Errorf("got %q, want %q and %q", text, test.there, test.missing)
			}
		})
	}
	p, err := newPeer(filepath.Join(t.TempDir(), "absent"), t.TempDir())
	if err != nil || !strings.Contains(p.about(), "absent has no PyTorch") {
		t.Errorf("without a Python: got %q, %v", p.about(), err)
	}
}

func TestAPeerIsHeardBehindWhatItsLibrariesSay(t *testing.T) {
	p := peer{python: python(t, `echo "a library greets"; echo "{\"examples_per_second\": 7, \"peak_mb\": $OMP_NUM_THREADS}"`)}
	t.Setenv("OMP_NUM_THREADS", "3")
	if m, err := p.runOnce(setting{env: []string{"OMP_NUM_THREADS=5"}}); err != nil || m.ExamplesPerSecond != 7 || m.PeakMB != 5 {
		t.Errorf("got %+v, %v, want 7 examples/s with the setting's threads", m, err)
	}
	if _, err := p.runOnce(setting{}); err == nil || !strings.Contains(err.Error(), `"peak_mb": }`) {
		t.Errorf("without threads in the setting: got %v, want those of this process left out", err)
	}
	p.python = python(t, "echo 'no such layer' >&2; exit 3")
	if _, err := p.runOnce(setting{}, "train", "torch"); err == nil || !strings.Contains(err.Error(), "peer.py train torch") || !strings.Contains(err.Error(), "no such layer") {
		t.Errorf("a peer that fails: got %v", err)
	}
}

func TestThePythonOfTheFolderOfPeersIsTaken(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("PEERS", "")
	if got := defaultPython(); got != "/usr/bin/python3" {
		t.Errorf("without a folder: got %s", got)
	}
	for _, folder := range []string{filepath.Join("bench", ".peers"), "other"} {
		file := filepath.Join(folder, "bin", "python")
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o777); err != nil {
			t.Fatal(err)
		}
		if got := defaultPython(); got != file {
			t.Errorf("got %s, want %s", got, file)
		}
		t.Setenv("PEERS", "other")
	}
}

// A second run of peers.sh asks the Python of its folder what is there, and installs nothing.
func TestPeersThatAreThereAreLeftAsTheyAre(t *testing.T) {
	for name, test := range map[string]struct{ missing, want string }{
		"all are there":  {"", "torch 2.15.0\n"},
		"two are absent": {"jax[cpu] openTSNE", "torch 2.15.0\ninstalled jax[cpu] openTSNE\n"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			log := filepath.Join(folder, "log")
			script := `case "$2" in
missing) printf '%s' "` + test.missing + `" ;;
there) echo torch 2.15.0 >>` + log + ` ;;
pip) shift 5; echo "installed $*" >>` + log + ` ;;
esac
`
			fake := python(t, script)
			if err := os.Mkdir(filepath.Join(folder, "bin"), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(fake, filepath.Join(folder, "bin", "python")); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command("sh", "peers.sh", folder).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			got, err := os.ReadFile(log)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(test.want) {
				if !strings.Contains(string(got), line) || len(got) != len(test.want) {
					t.Errorf("got %q, want %q", got, test.want)
				}
			}
		})
	}
}
