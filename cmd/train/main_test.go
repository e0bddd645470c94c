package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"latentspace/kernel"
)

// binary is the real program, built once.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "train")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binary = filepath.Join(dir, "train")
	if _, err := exec.LookPath("go"); err != nil {
		fmt.Println("skipped: the tests build the program, and there is no Go here")
		os.Exit(0)
	}
	if out, err := exec.Command("go", "build", "-o", dir+string(filepath.Separator), ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		os.Exit(1)
	}
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// small is an experiment of 240 steps with noise, dropout, running statistics, a
// schedule, averaged weights and figures by which the best is chosen: all that a resumed
// run must not lose.
const small = `
name: small
data: {kind: glyphs, train: 480, valid: 80, test: 40}
model:
  kind: vae
  latent: 4
  encoder: {kind: mlp, hidden: [24], norm: batch, dropout: 0.1}
train:
  epochs: 12
  batch: 20
  optimizer: {kind: adam, lr: 0.002}
  schedule: {kind: cosine}
  warmup: 10
  clip: 50
  ema: 0.9
  checkpoint: {every: 7, keep: 3}
  samples: 4
  evaluate: {every: 50 steps, metrics: [nll], n: 20, draws: 3}
  best: nll
  patience: 50
`

// write puts an experiment into a file of its own folder.
func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "experiment.yaml")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// result is what run.json says of a finished run.
type result struct {
	Status       string `json:"status"`
	Step         int    `json:"step"`
	ParamsSHA256 string `json:"params_sha256"`
	Checkpoint   string `json:"checkpoint"`
}

func manifest(t *testing.T, dir string) result {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r result
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return r
}

// train runs the program to its end, which must be a good one.
func train(t *testing.T, environment []string, args ...string) {
	t.Helper()
	cmd := exec.Command(binary, args...)
	cmd.Env = append(os.Environ(), environment...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("train %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// files are what two equal runs must have in common, to the byte.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, name := range []string{"metrics.jsonl", manifest(t, dir).Checkpoint, "samples-0012.png"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		out[name] = b
	}
	return out
}

func sameFiles(t *testing.T, a, b string) {
	t.Helper()
	other := files(t, b)
	for name, want := range files(t, a) {
		if !bytes.Equal(want, other[name]) {
			t.Errorf("%s of %s and %s differ", name, filepath.Base(a), filepath.Base(b))
		}
	}
}

func TestTheSameBits(t *testing.T) {
	t.Parallel()
	config, dir := write(t, small), t.TempDir()
	one := filepath.Join(dir, "one")
	train(t, []string{"GOMAXPROCS=1"}, "-config", config, "-out", one)

	t.Run("for another number of processors", func(t *testing.T) {
		two := filepath.Join(dir, "two")
		train(t, []string{"GOMAXPROCS=2"}, "-config", config, "-out", two)
		sameFiles(t, one, two)
		five := filepath.Join(dir, "five")
		train(t, nil, "-threads", "5", "-config", config, "-out", five)
		sameFiles(t, one, five)
	})

	t.Run("but not for another seed", func(t *testing.T) {
		other := filepath.Join(dir, "other")
		train(t, nil, "-config", config, "-out", other, "-set", "seed=2")
		if a, b := manifest(t, one).ParamsSHA256, manifest(t, other).ParamsSHA256; a == b {
			t.Errorf("seeds 1 and 2 both end with parameters %s", a)
		}
	})

	// The moments are spread over what an unbroken run takes, and each kill gives
	// way to a new process, so that about as many runs are killed before their
	// first checkpoint as later.
	most := 8
	if long {
		most = 20
	}
	t.Run("after kills at random moments", func(t *testing.T) {
		start := time.Now()
		train(t, nil, "-config", config, "-out", filepath.Join(dir, "timed"))
		whole := time.Since(start)
		killed := filepath.Join(dir, "killed")
		rng := rand.New(rand.NewPCG(1, 2))
		kills := 0
		for kills < most {
			cmd := exec.Command(binary, "-config", config, "-out", killed)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(rng.Float64() * float64(whole) * 0.6))
			if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Fatal(err)
			}
			err := cmd.Wait()
			if err == nil { // it came to its end: begin again
				sameFiles(t, one, killed)
				if err := os.RemoveAll(killed); err != nil {
					t.Fatal(err)
				}
				continue
			}
			// Windows has no signals: a program that is killed has status 1 there.
			if state := cmd.ProcessState.Sys().(syscall.WaitStatus); !state.Signaled() && runtime.GOOS != "windows" {
				t.Fatalf("a run that was not killed failed: %v", err)
			}
			kills++
		}
		train(t, nil, "-config", config, "-out", killed)
		sameFiles(t, one, killed)
		if a, b := manifest(t, one), manifest(t, killed); a != b {
			t.Errorf("got %+v, want %+v", b, a)
		}
	})
}

// long makes tests try more of what they try: see CONTRIBUTING.md.
var long = os.Getenv("LATENTSPACE_LONG") != ""

// layered is an experiment of 100 steps with convolutions and products of sizes
// that leave rests in every tile.
const layered = `
name: layered
data: {kind: glyphs, train: 440, valid: 40, test: 20}
model:
  kind: vae
  latent: 5
  encoder: {kind: conv, channels: [3, 7], hidden: [37], activation: leaky_relu, norm: batch}
train: {epochs: 5, batch: 20, optimizer: {kind: adam, lr: 0.002}, samples: 0}
`

func TestTheSameBitsOnEveryPath(t *testing.T) {
	t.Parallel()
	config, dir := write(t, layered), t.TempDir()
	want := ""
	for i, path := range kernel.Paths() {
		for _, threads := range []string{"1", "2", "7"} {
			if i > 0 && path == "portable" && threads != "2" {
				continue // it takes its time
			}
			if i > 0 && path != "portable" && threads != "7" && !long {
				continue
			}
			out := filepath.Join(dir, path+threads)
			train(t, []string{"LATENTSPACE_KERNEL=" + path}, "-config", config, "-out", out, "-threads", threads)
			got := manifest(t, out)
			if want == "" {
				want = got.ParamsSHA256
			}
			if got.Step != 100 || got.ParamsSHA256 != want {
				t.Errorf("%s with %s threads: step %d with parameters %s, want 100 with %s", path, threads, got.Step, got.ParamsSHA256, want)
			}
		}
	}
}

// With rounded operands too, weights have the same bits on every path, and a run that was killed goes
// on with them.
func TestTheSameBitsInHalves(t *testing.T) {
	t.Parallel()
	config, dir := write(t, strings.Replace(layered, "batch: 20", "precision: bf16, batch: 20, checkpoint: {every: 7, keep: 3}", 1)), t.TempDir()
	want := ""
	for _, path := range kernel.Paths() {
		epochs := "5"
		if path == "portable" {
			epochs = "1" // it takes its time
		}
		out := filepath.Join(dir, path)
		train(t, []string{"LATENTSPACE_KERNEL=" + path}, "-config", config, "-out", out, "-threads", "3", "-set", "train.epochs="+epochs)
		hash := manifest(t, out).ParamsSHA256
		switch {
		case path == "portable":
			first := filepath.Join(dir, "first")
			train(t, nil, "-config", config, "-out", first, "-set", "train.epochs=1")
			if got := manifest(t, first).ParamsSHA256; got != hash {
				t.Errorf("after an epoch: parameters %s, and %s on the portable path", got, hash)
			}
		case want == "":
			want = hash
		case hash != want:
			t.Errorf("%s: parameters %s, want %s", path, hash, want)
		}
	}
	for _, c := range []struct {
		precision string
		told      int
	}{{"bf16", 1}, {"fp32", 0}} {
		_, out, stderr := exitOf(t, []string{"LATENTSPACE_KERNEL=portable"}, "-config", config, "-check", "-out", filepath.Join(dir, "check"), "-set", "train.precision="+c.precision)
		if n := strings.Count(out, "products in bf16 take longer here than in fp32"); n != c.told {
			t.Errorf("-check of %s without an instruction: it is said %d times, want %d\n%s%s", c.precision, n, c.told, out, stderr)
		}
	}
	plain := filepath.Join(dir, "plain")
	train(t, nil, "-config", config, "-out", plain, "-set", "train.precision=fp32")
	if manifest(t, plain).ParamsSHA256 == want {
		t.Error("the precision changes nothing")
	}
	killed := filepath.Join(dir, "killed")
	cmd := exec.Command(binary, "-config", config, "-out", killed)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if m, _ := filepath.Glob(filepath.Join(killed, "step-*.safetensors")); len(m) > 0 {
			break
		}
	}
	cmd.Process.Kill()
	cmd.Wait()
	train(t, nil, "-config", config, "-out", killed)
	if got := manifest(t, killed).ParamsSHA256; want != "" && got != want {
		t.Errorf("after a kill: parameters %s, want %s", got, want)
	}
}

// A path of instructions that is not here is wrong usage, whatever the program is asked for.
func TestAPathThatIsNotHere(t *testing.T) {
	config := write(t, small)
	out := filepath.Join(t.TempDir(), "run")
	for _, args := range [][]string{{"-config", config, "-out", out}, {"-config", config, "-out", out, "-check"}, {"-verify", out}, {"-list"}} {
		cmd := exec.Command(binary, args...)
		cmd.Env = append(os.Environ(), "LATENTSPACE_KERNEL=fast")
		text, _ := cmd.CombinedOutput()
		want := "train: kernel: LATENTSPACE_KERNEL=\"fast\": no such path of instructions; want " + kernel.Paths()[0]
		if cmd.ProcessState.ExitCode() != 2 || !strings.Contains(string(text), want) || bytes.Count(text, []byte{'\n'}) != 2 {
			t.Errorf("%v: status %d, want 2\n%s\nwant %s, and how to get help", args, cmd.ProcessState.ExitCode(), text, want)
		}
	}
	if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder of the run: got %v, want none", err)
	}
}

// endless is an experiment that does not end during a test.
var endless = strings.Replace(small, "epochs: 12", "epochs: 100000", 1)

// begin starts an endless run and waits for its first checkpoint.
func begin(t *testing.T, config, dir string) (cmd *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	cmd, stderr = exec.Command(binary, "-config", config, "-out", dir), &bytes.Buffer{}
	cmd.Stderr = stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if m, _ := filepath.Glob(filepath.Join(dir, "step-*.safetensors")); len(m) > 0 {
			return cmd, stderr
		}
	}
	t.Fatalf("no checkpoint after 30 s\n%s", stderr)
	return nil, nil
}

func TestSignalsSaveAndSayHowToGoOn(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signals from other programs; .ci/windows.sh tries Ctrl-C")
	}
	for signal, status := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
		t.Run(signal.String(), func(t *testing.T) {
			config, dir := write(t, endless), filepath.Join(t.TempDir(), "run")
			cmd, stderr := begin(t, config, dir)
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			cmd.Wait()
			if got := cmd.ProcessState.ExitCode(); got != status {
				t.Errorf("exit status %d, want %d\n%s", got, status, stderr)
			}
			m := manifest(t, dir)
			if m.Status != "interrupted" || m.Checkpoint != fmt.Sprintf("step-%08d.safetensors", m.Step) {
				t.Errorf("run.json has %+v, want an interrupted run whose checkpoint is of its last step", m)
			}
			last := lastLine(stderr.String())
			for _, want := range []string{"interrupted at step", filepath.Join(dir, m.Checkpoint), "the same command goes on"} {
				if !strings.Contains(last, want) {
					t.Errorf("last line %q lacks %q", last, want)
				}
			}
		})
	}
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

func TestASecondProcessIsToldWhoHoldsTheRun(t *testing.T) {
	config, dir := write(t, endless), filepath.Join(t.TempDir(), "run")
	cmd, _ := begin(t, config, dir)
	out, err := exec.Command(binary, "-config", config, "-out", dir).CombinedOutput()
	if err == nil || !strings.Contains(string(out), fmt.Sprintf("process %d", cmd.Process.Pid)) {
		t.Errorf("got %v\n%s\nwant an error that names process %d", err, out, cmd.Process.Pid)
	}
}

// A reader of the output that goes away does not end the run.
func TestTrainingOutlivesItsReader(t *testing.T) {
	config, dir := write(t, small), filepath.Join(t.TempDir(), "run")
	cmd := exec.Command(binary, "-config", config, "-out", dir)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	r.Close()
	if err := cmd.Wait(); err != nil {
		t.Errorf("got %v, want a good end", err)
	}
	if m := manifest(t, dir); m.Status != "finished" || m.Step != 240 {
		t.Errorf("run.json has %+v, want 240 finished steps", m)
	}
}

func TestWithoutATerminalThereAreWholeLinesOnly(t *testing.T) {
	cmd := exec.Command(binary, "-config", write(t, small), "-out", filepath.Join(t.TempDir(), "run"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	if strings.ContainsAny(stderr.String(), "\r\x1b") || !strings.HasSuffix(stderr.String(), "\n") {
		t.Errorf("got %q, want whole lines without carriage returns or escapes", stderr.String())
	}
	if n := strings.Count(stderr.String(), "\nepoch "); n != 12 {
		t.Errorf("%d lines of epochs, want 12\n%s", n, &stderr)
	}
}

// A run in Go's kernels says so once, with how long it takes, and -check names the kernels.
func TestSlowKernelsAreTold(t *testing.T) {
	t.Parallel()
	config, out := write(t, small), filepath.Join(t.TempDir(), "run")
	for _, c := range []struct {
		args []string
		says []string
	}{
		{[]string{"-config", config, "-out", out, "-check"}, []string{"\nkernels: portable\n", "GFLOP/s that products reach here (portable, "}},
		{[]string{"-config", config, "-out", out, "-check", "-json"}, []string{`"kernels": "portable"`, `"slow": "the kernels are those in Go`}},
		{[]string{"-config", config, "-out", out, "-set", "train.epochs=1"}, []string{"a step takes some ", "and the 20 steps of this run "}},
	} {
		cmd := exec.Command(binary, c.args...)
		cmd.Env = append(os.Environ(), "LATENTSPACE_KERNEL=portable")
		text, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", c.args, err, text)
		}
		for _, says := range append(c.says, "the kernels are those in Go, which take many times as long") {
			if strings.Count(string(text), says) != 1 {
				t.Errorf("%v: got\n%s\nwant it to say %q once", c.args, text, says)
			}
		}
	}
	if kernel.Paths()[0] == "portable" {
		return
	}
	if text, err := exec.Command(binary, "-config", config, "-out", out+"2", "-set", "train.epochs=1").CombinedOutput(); err != nil || strings.Contains(string(text), "kernels are those in Go") {
		t.Errorf("with %s: got %v\n%s\nwant no word of slow kernels", kernel.Paths()[0], err, text)
	}
}
