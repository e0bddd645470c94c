package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed peers/*.py
var peerSources embed.FS

// peer runs peer.py.
type peer struct {
	python, script string
	versions       map[string]string // of the packages that this Python has, by module
}

// packages are those that are measured, with the words for them.
var packages = []struct{ module, name string }{
	{"torch", "PyTorch"}, {"tensorflow", "TensorFlow"}, {"jax", "JAX"}, {"sklearn", "scikit-learn"}, {"onnxruntime", "onnxruntime"},
	{"openTSNE", "openTSNE"}, {"umap", "umap-learn"},
}

// measured is what peer.py prints.
type measured struct {
	ExamplesPerSecond float64           `json:"examples_per_second"`
	PeakMB            float64           `json:"peak_mb"`
	GFLOPS            float64           `json:"gflops"`
	Seconds           float64           `json:"seconds"`
	SquaredError      float64           `json:"squared_error"`
	Versions          map[string]string `json:"versions"`
}

// defaultPython is the Python of the folder that peers.sh makes, if it is there.
func defaultPython() string {
	folder := os.Getenv("PEERS")
	if folder == "" {
		folder = filepath.Join("bench", ".peers")
	}
	python := filepath.Join(folder, "bin", "python")
	if _, err := os.Stat(python); err != nil {
		return "/usr/bin/python3"
	}
	return python
}

// newPeer writes the programs into a folder and asks which packages there are. A Python that cannot be
// run has none.
func newPeer(python, dir string) (peer, error) {
	p := peer{python: python, script: filepath.Join(dir, "peers", "peer.py")}
	if err := os.CopyFS(dir, peerSources); err != nil {
		return p, err
	}
	if m, err := p.runOnce(setting{}, "versions"); err == nil {
		p.versions = m.Versions
	}
	return p, nil
}

func (p peer) has(module string) bool { return p.versions[module] != "" }

// about says which packages are measured, and which are missing and how to have them.
func (p peer) about() string {
	var there, missing []string
	for _, q := range packages {
		if p.has(q.module) {
			there = append(there, q.name+" "+p.versions[q.module])
		} else {
			missing = append(missing, q.name)
		}
	}
	text := ""
	if len(there) > 0 {
		text = "peers: " + strings.Join(there, ", ") + "\n"
	}
	if len(missing) > 0 {
		text += fmt.Sprintf("%s has no %s: bench/peers.sh makes a folder with the newest, or -python names another Python\n", p.python, strings.Join(missing, ", no "))
	}
	return text
}

// hasBLAS reports whether products can be compared.
func (p peer) hasBLAS() bool {
	return exec.Command(p.python, "-c", "import ctypes; ctypes.CDLL('libopenblas.so.0')").Run() == nil
}

// run measures on a quiet machine.
func (p peer) run(s setting, args ...string) (m measured, err error) {
	err = quietly(func() error {
		m, err = p.runOnce(s, args...)
		return err
	})
	return m, err
}

func (p peer) runOnce(s setting, args ...string) (measured, error) {
	var m measured
	cmd := exec.Command(p.python, append([]string{p.script}, args...)...)
	cmd.Env = append(withoutThreads(os.Environ()), s.env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return m, fmt.Errorf("peer.py %s: %w\n%s", strings.Join(args, " "), err, &stderr)
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n")) // a library may say something before
	if err := json.Unmarshal(lines[len(lines)-1], &m); err != nil {
		return m, fmt.Errorf("peer.py %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return m, nil
}

// withoutThreads drops what directs OpenMP and OpenBLAS, so that a peer has the defaults of its
// makers, or what a setting says.
func withoutThreads(environment []string) []string {
	return slices.DeleteFunc(environment, func(v string) bool {
		return strings.HasPrefix(v, "OMP_") || strings.HasPrefix(v, "KMP_") || strings.HasPrefix(v, "OPENBLAS_") || strings.HasPrefix(v, "MKL_")
	})
}
