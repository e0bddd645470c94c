// Bench measures this program against what a user would run instead, PyTorch, TensorFlow, JAX,
// OpenBLAS and scikit-learn, in one run and in turns, and prints a table of ratios in Markdown:
//
//	bench/peers.sh                makes a folder with the newest of them
//	go run ./bench                all of it, some half an hour
//	go run ./bench -only train -rounds 3
//	go run ./bench -only clusters           t-SNE of a million points, by itself
//	go run ./bench -only subnormals         counts subnormal numbers after long runs of every kind
//
// LATENTSPACE_DATA names the folder with mnist/. Only ratios mean anything on a
// machine that others use too; the figures are medians over the rounds. Training is measured on both
// sides after 1,000 steps, or 20 seconds of them if that is less.
package main

import (
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

// parts are what is measured, each by itself with -only.
var parts = []string{"train", "evaluate", "sample", "pictures", "products", "maps"}

func main() {
	only := flag.String("only", "", "one of "+strings.Join(parts, ", ")+", clusters, subnormals (default all but these two)")
	model := flag.String("model", "", "one of mlpvae, convvae, dcgan for train and evaluate, or an experiment for subnormals (default all)")
	points := flag.Int("points", 1_000_000, "how many points -only clusters embeds")
	thousands := flag.Int("thousands", 5, "how many thousand steps -only subnormals trains each model for, from 3")
	rounds := flag.Int("rounds", 3, "how often each measurement is made")
	seconds := flag.Float64("seconds", 5, "how long training is measured each time, once it is warm")
	python := flag.String("python", "", "the Python that has the peers (default that of the folder of peers.sh, or else /usr/bin/python3)")
	flag.Parse()
	if err := kernel.Environment(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	if *only == "clusters" && *points >= 100 && flag.NArg() == 0 {
		if err := clusters(*points); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if *only == "subnormals" && *thousands >= 3 && flag.NArg() == 0 {
		if err := subnormals(*model, *thousands); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if flag.NArg() > 0 || *rounds < 1 || !(*seconds > 0 && *seconds <= 3600) || *only != "" && !slices.Contains(parts, *only) {
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
	b := &bench{rounds: *rounds, seconds: *seconds}
	if err := b.run(*only, models, *python); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is what the measurements share.
type bench struct {
	dir     string // of binaries and runs
	train   string
	sample  string
	rounds  int
	seconds float64 // of a measurement of training
	peer    peer
	hasBLAS bool
}

// checkData looks for the data that a part is measured on, before anything is built.
func checkData(only string) error {
	if only == "products" || only == "pictures" {
		return nil
	}
	if _, err := (data.MNIST{}).Open(context.Background()); err != nil {
		return fmt.Errorf("the measurements are made on MNIST, which cannot be read: %w\n"+
			"  LATENTSPACE_DATA names a folder that has mnist/ with the four files; without it they are downloaded into the user's cache\n"+
			"  -only products, -only pictures, -only clusters and -only subnormals need no data", err)
	}
	return nil
}

func (b *bench) run(only string, models []string, python string) error {
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
	fmt.Println()

	if only == "" || only == "train" {
		if err := b.training(models); err != nil {
			return err
		}
	}
	if only == "" || only == "evaluate" {
		if err := b.evaluation(models); err != nil {
			return err
		}
	}
	if only == "" || only == "sample" {
		if err := b.sampling(); err != nil {
			return err
		}
	}
	if only == "" || only == "pictures" {
		if err := b.pictures(); err != nil {
			return err
		}
	}
	if only == "" || only == "products" {
		if err := b.products(); err != nil {
			return err
		}
	}
	if only == "" || only == "maps" {
		return b.maps()
	}
	return nil
}

// cpu is the processor's name, where the system tells it.
func cpu() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(info)) {
			if name, ok := strings.CutPrefix(line, "model name"); ok {
				return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
			}
		}
	}
	return runtime.GOARCH
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
