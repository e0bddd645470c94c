// Bench measures this program against what a user would run instead, PyTorch, TensorFlow, JAX,
// OpenBLAS, scikit-learn, openTSNE, umap-learn and onnxruntime, in one run and in turns, and prints a table of ratios in
// Markdown:
//
//	bench/peers.sh                makes a folder with the newest of them
//	go run ./bench                all of it, some three quarters of an hour
//	go run ./bench -only train,products     parts of it, without peers if there are none
//	go run ./bench -only embeddings         of maps, those beside openTSNE and umap-learn alone
//	go run ./bench -only clusters           maps of a million points by t-SNE and UMAP, by itself: with exact
//	                                        neighbours, some ten minutes, and without them
//	go run ./bench -only clusters -maps perplexity,uniform,umap     the quick ones of these
//	go run ./bench -only subnormals         counts subnormal numbers after long runs of every kind
//	go run ./bench -only scale              predicts training on many machines from parts that it measures
//	go build -tags mpi ./bench && mpirun -n 2 ./bench -only sums    the sum of two ranks, by MPI
//
// LATENTSPACE_DATA names the folder with mnist/. Only ratios mean anything on a
// machine that others use too; the figures are medians over the rounds. Training is measured on both
// sides after 1,000 steps, or 20 seconds of them if that is less.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/kernel"
)

// parts are what is measured, some by themselves with -only.
var parts = []string{"train", "precision", "evaluate", "sample", "pictures", "products", "recurrent", "penalties", "characters", "serving", "maps"}

// embedded is a part of maps that can be measured by itself.
const embedded = "embeddings"

func main() {
	list := flag.String("only", "", "`PARTS` of "+strings.Join(parts, ", ")+", embeddings, divided by commas; or clusters, subnormals, scale, or sums (default all but clusters, subnormals, scale and sums)")
	model := flag.String("model", "", "one of mlpvae, convvae, dcgan for train, precision, evaluate and serving, or an experiment for subnormals (default all)")
	points := flag.Int("points", 0, "how many points -only clusters or embeddings has (default 1000000, and MNIST's 70000)")
	maps := flag.String("maps", "exact,perplexity,uniform,umap", "which `MAPS` -only clusters makes, of "+strings.Join(mapNames(), ", ")+"; exact takes some ten minutes, and of one alone the figures are JSON")
	thousands := flag.Int("thousands", 5, "how many thousand steps -only subnormals trains each model for, from 3")
	rounds := flag.Int("rounds", 3, "how often each measurement is made")
	seconds := flag.Float64("seconds", 5, "how long training is measured each time, once it is warm")
	python := flag.String("python", "", "the Python that has the peers (default that of the folder of peers.sh, or else /usr/bin/python3)")
	flag.Parse()
	if err := kernel.Environment(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	if *points != 0 && *points < 1000 {
		fmt.Fprintf(os.Stderr, "bench: -points %d, want at least 1000\n", *points)
		os.Exit(2)
	}
	if *list == "clusters" && flag.NArg() == 0 {
		if err := clusters(cmp.Or(*points, million), *maps); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if *list == "subnormals" && *thousands >= 3 && flag.NArg() == 0 {
		if err := subnormals(*model, *thousands); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if alone := map[string]func() error{"scale": scale, "sums": sums}[*list]; alone != nil && flag.NArg() == 0 {
		if err := alone(); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	only, err := some(*list)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	if flag.NArg() > 0 || *rounds < 1 || !(*seconds > 0 && *seconds <= 3600) {
		flag.Usage()
		os.Exit(2)
	}
	models := []string{"mlpvae", "convvae", "dcgan"}
	if *model != "" && !slices.Contains(models, *model) {
		flag.Usage()
		os.Exit(2)
	} else if *model != "" {
		models = []string{*model}
	}
	if *python == "" {
		*python = defaultPython()
	}
	b := &bench{rounds: *rounds, seconds: *seconds, points: *points}
	if err := b.run(only, models, *python); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// million is how many points -only clusters has.
const million = 1_000_000

// some are the parts of a list, all of them if it is empty.
func some(list string) ([]string, error) {
	if list == "" {
		return parts, nil
	}
	only := strings.Split(list, ",")
	for _, part := range only {
		if part != embedded && !slices.Contains(parts, part) {
			return nil, fmt.Errorf("-only %s: no part %q, want some of %s, embeddings, divided by commas; clusters, subnormals, scale and sums go alone", list, part, strings.Join(parts, ", "))
		}
	}
	return only, nil
}

// bench is what the measurements share.
type bench struct {
	dir     string // of binaries and runs
	train   string
	sample  string
	rounds  int
	seconds float64 // of a measurement of training
	points  int     // of embeddings; 0 for all
	peer    peer
	hasBLAS bool
}

// checkData looks for the data that parts are measured on, before anything is built.
func checkData(only []string) error {
	if !slices.ContainsFunc(only, func(part string) bool {
		return !slices.Contains([]string{"products", "pictures", "recurrent", "penalties", "characters"}, part)
	}) {
		return nil
	}
	if _, err := (data.MNIST{}).Open(context.Background()); err != nil {
		return fmt.Errorf("the measurements are made on MNIST, which cannot be read: %w\n"+
			"  LATENTSPACE_DATA names a folder that has mnist/ with the four files; without it they are downloaded into the user's cache\n"+
			"  -only products, -only pictures, -only recurrent, -only penalties, -only characters, -only clusters, -only subnormals, -only scale and -only sums need no data", err)
	}
	return nil
}

func (b *bench) run(only []string, models []string, python string) error {
	if err := checkData(only); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b.dir, b.train, b.sample = dir, filepath.Join(dir, "train"), filepath.Join(dir, "sample")
	for _, name := range []string{"train", "sample"} {
		if out, err := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "latentspace/cmd/"+name).CombinedOutput(); err != nil {
			return fmt.Errorf("go build: %w\n%s", err, out)
		}
	}
	if b.peer, err = newPeer(python, dir); err != nil {
		return err
	}
	b.hasBLAS = b.peer.hasBLAS()
	fmt.Printf("%s, %d processors, %s, kernels %s\n%s", cpu(), runtime.GOMAXPROCS(0), runtime.Version(), kernel.Path(), b.peer.about())
	if !b.hasBLAS {
		fmt.Print("OpenBLAS is not installed, and products are measured without it: apt-get install libopenblas0\n")
	}
	if why := kernel.Slow(); why != "" {
		fmt.Println(why)
	}
	fmt.Println()

	for _, part := range []struct {
		name    string
		measure func() error
	}{
		{"train", func() error { return b.training(models) }}, {"precision", func() error { return b.precision(models) }}, {"evaluate", func() error { return b.evaluation(models) }},
		{"sample", b.sampling}, {"pictures", b.pictures}, {"products", b.products}, {"recurrent", b.recurrence}, {"penalties", b.penalties}, {"characters", b.textual}, {"serving", func() error { return b.serving(models) }}, {"maps", b.maps},
		{embedded, func() error {
			if slices.Contains(only, "maps") {
				return nil // which has them
			}
			return b.embeddings()
		}},
	} {
		if slices.Contains(only, part.name) {
			if err := part.measure(); err != nil {
				return err
			}
		}
	}
	return nil
}

// cpu is the processor's name, where the system tells it; Linux on arm64 has numbers for it.
func cpu() string {
	if name, err := exec.Command("sysctl", "-n", "machdep.cpu.brand_string").Output(); runtime.GOOS == "darwin" && err == nil {
		return strings.TrimSpace(string(name))
	}
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	words := []string{runtime.GOARCH}
	for line := range strings.Lines(string(info)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch key, value = strings.TrimSpace(key), strings.TrimSpace(value); key {
		case "model name":
			return value
		case "CPU implementer", "CPU part":
			if word := key + " " + value; !slices.Contains(words, word) { // cores may be of several kinds
				words = append(words, word)
			}
		}
	}
	return strings.Join(words, ", ")
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	n := len(x)
	if n == 0 {
		return 0
	}
	return (x[(n-1)/2] + x[n/2]) / 2
}

// row prints a line of a table: our figure, the peer's and their ratio, of which
// more is better.
func row(what, unit string, ours, peers float64, ratio float64) {
	if peers == 0 {
		fmt.Printf("| %s | %s %s | – | – |\n", what, figure(ours), unit)
		return
	}
	fmt.Printf("| %s | %s %s | %s %s | %.2f |\n", what, figure(ours), unit, figure(peers), unit, ratio)
}

// figure writes a number with three digits, or as many as it has before the point.
func figure(x float64) string {
	if x >= 999.5 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.3g", x)
}

func head(title, peer string) {
	fmt.Printf("| %s | ours | %s | ratio |\n|---|---|---|---|\n", title, peer)
}
