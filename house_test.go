package latentspace

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// floors has every package with its height. Imports go strictly down.
var floors = map[string]int{
	"internal/held": -1, "example": -1, "internal/random": -1, "nn/elementary": -1,
	"internal/panics": 0, "internal/untrusted": 0, "internal/pace": 0, "internal/safejson": 0,
	"internal/atomicfile": 0, "internal/completion": 0, "reference/extract": 0, "data/keyed": 0, "data/locate": 0,
	"tensor": 1, "kernel": 1, "nn/linalg": 1, "data/npy": 1, "data/pickle": 1, "data/table": 1, "data/draw": 1, "data/amat": 1, "data/division": 1, "data/tokens": 1,
	"data/picture": 1, "data/files": 1, "data/augment": 1, "data/progress": 1,
	"settings": 1, "explore/progress": 1, "internal/jsontest": 1, "internal/faultfs": 1,
	"nn/ops": 2, "nn/optim": 2, "data/attributefile": 2, "data/dsprites": 2, "data/points": 2, "data/corpus": 2, "data/sentences": 2, "data/columns": 2, "data/compact": 2, "checkpoints": 2, "latent": 2, "latent/mesh": 2, "latent/nearest": 2, "latent/maptest": 2, "metrics": 2, "render": 2,
	"nn": 3, "latent/tsne": 3, "latent/umap": 3, "data/idx": 3, "data/pixelcache": 3, "export": 3, "export/folder": 1, "export/tensorboard": 1, "export/mlflow": 1, "metrics/tables": 3,
	"data/arrays": 4, "data/pictureset": 4, "models/networks": 4, "models/likelihoods": 4, "models/rates": 4, "models/sequences": 4, "nn/nntest": 4, "explore/codefile": 4, "explore/mapfile": 4,
	"models": 5, "models/priors": 5, "data": 5,
	"models/parts": 6, "models/autoencoders": 7, "models/variational": 7, "models/adversarial": 7, "models/discrete": 7, "models/diffusion": 7, "models/sequential": 7, "latent/fitting": 8, "models/families": 8,
	"trained": 9, "probe": 9, "data/preview": 9,
	"anomaly": 10, "explore/portable": 10, "export/onnx": 10, "trained/saved": 10,
	root:                 11,
	"evaluation":         11,
	"export/huggingface": 12, "experiments": 12, "explore/newcomers": 12,
	"rundir": 13, "reference": 13, "explore/attributes": 13,
	"training/tree":  13,
	"training/ranks": 2, "internal/mpi": 0,
	"training/watch": 13,
	"training":       14, "export/projector": 14,
	"explore":        15,
	"explore/show":   16,
	"explore/atlas":  16,
	"explore/server": 17, "explore/singlefile": 17, "sweeps": 17,
	"web":      0,
	"data/wav": 1, "sound": 2, "data/about": 3, "data/soundset": 4, "data/synth": 1, "data/flac": 2,
	"examples/service": 18, "cmd/train": 18, "cmd/sample": 18, "bench": 18, "internal/torture": 18, "internal/mutants": 18, "reference/gen": 18,
}

// owners are the only packages that may import a module. The packages of gonum are compiled
// with fused instructions where there are some, so that no figure may rest on them: nn/ops
// has its BLAS for Gorgonia, and the rest is for tests to compare with.
var owners = map[string][]string{
	"gorgonia.org/gorgonia": {"nn", "nn/ops"},
	"gorgonia.org/tensor":   {"nn", "nn/ops"},
	"gopkg.in/yaml.v3":      {"settings"},

	"github.com/mewkiz/flac": {"data/flac"},

	"github.com/ebitengine/purego": {"internal/mpi"},

	"google.golang.org/protobuf/encoding/protowire": {"export/onnx", "export/tensorboard"},

	"gonum.org/v1/gonum/blas":            {"nn/ops"},
	"gonum.org/v1/gonum/blas/gonum":      {"nn/ops"},
	"gonum.org/v1/gonum/blas/blas32":     {},
	"gonum.org/v1/gonum/blas/blas64":     {},
	"gonum.org/v1/gonum/dsp/fourier":     {},
	"gonum.org/v1/gonum/floats":          {},
	"gonum.org/v1/gonum/integrate":       {},
	"gonum.org/v1/gonum/interp":          {},
	"gonum.org/v1/gonum/lapack/lapack64": {},
	"gonum.org/v1/gonum/mat":             {},
	"gonum.org/v1/gonum/mathext":         {},
	"gonum.org/v1/gonum/optimize":        {},
	"gonum.org/v1/gonum/stat":            {},
	"gonum.org/v1/gonum/stat/distuv":     {},
	"math/cmplx":                         {},
}

type listed struct {
	ImportPath string
	Imports    []string
}

// packages asks the go command for the packages of the module.
func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

const module = "latentspace/"

// root is the name of the package at the root of the module.
const root = "latentspace"

func TestImportsGoStrictlyDown(t *testing.T) {
	seen := 0
	for _, p := range packages(t) {
		name, ok := strings.CutPrefix(p.ImportPath, module)
		if !ok && name != root {
			continue
		}
		floor, ok := floors[name]
		if !ok {
			t.Errorf("package %s has no floor: give it one here and in ARCHITECTURE.md", name)
			continue
		}
		seen++
		for _, i := range p.Imports {
			below, ok := strings.CutPrefix(i, module)
			if !ok && below != root {
				continue
			}
			if at, ok := floors[below]; ok && at >= floor {
				t.Errorf("%s on floor %d imports %s on floor %d", name, floor, below, at)
			}
		}
	}
	if seen != len(floors) {
		t.Errorf("%d of %d packages seen", seen, len(floors))
	}
}

func TestModulesHaveOneOwner(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		for _, i := range p.Imports {
			owner, ok := owners[i]
			if !ok {
				continue
			}
			allowed := false
			for _, o := range owner {
				allowed = allowed || o == name
			}
			if !allowed {
				t.Errorf("%s imports %s, which only these may: %s", name, i, strings.Join(owner, ", "))
			}
		}
	}
}
