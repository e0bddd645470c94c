package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// lines are those of a file, with its cells.
func lines(t *testing.T, file string) [][]string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for line := range strings.Lines(string(b)) {
		all = append(all, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	return all
}

// The codes for the Projector are those of encode, with what is known of each example, and the bytes
// are the same each time.
func TestProjectorHasTheCodesOfEncode(t *testing.T) {
	for name, want := range map[string]string{
		"vae":         "class index style slant scale stroke rotation shift_x shift_y squared_error",
		"conditional": "class index style slant scale stroke rotation shift_x shift_y squared_error",
		"points":      "class index squared_error",
		"sentences":   "text tense index",
	} {
		dir := trainedRun(t, name)
		which := []string{"-n", "12", "-seed", "3", "-split", "test"}
		sample(t, dir, append([]string{"encode", "-o", "codes.csv"}, which...)...)
		for _, o := range []string{"one", "two"} {
			sample(t, dir, append([]string{"export", "-format", "projector", "-o", o}, which...)...)
		}
		entries, err := os.ReadDir(filepath.Join(dir, "one"))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			one, err := os.ReadFile(filepath.Join(dir, "one", e.Name()))
			two, err2 := os.ReadFile(filepath.Join(dir, "two", e.Name()))
			if err != nil || err2 != nil || !bytes.Equal(one, two) {
				t.Errorf("%s: %s is another file the second time (%v, %v)", name, e.Name(), err, err2)
			}
		}
		codes := rows(t, filepath.Join(dir, "codes.csv"))
		head := codes[0]
		found := lines(t, filepath.Join(dir, "one", "tensors.tsv"))
		about := lines(t, filepath.Join(dir, "one", "metadata.tsv"))
		if got := strings.Join(about[0], " "); !strings.HasPrefix(got, want) || len(about) != 13 || len(found) != 12 {
			t.Fatalf("%s: %d codes; %d lines with the columns %s, want %s", name, len(found), len(about), got, want)
		}
		index := slices.Index(about[0], "index")
		for i, values := range found {
			if got, want := about[i+1][index], codes[i+1][slices.Index(head, "index")]; got != want {
				t.Errorf("%s: point %d is of example %s, want %s", name, i, got, want)
			}
			for j, v := range values {
				if want := codes[i+1][slices.Index(head, fmt.Sprintf("z%d", j))]; v != want {
					t.Errorf("%s: value %d of point %d is %s, want %s", name, j, i, v, want)
				}
			}
		}
		file := filepath.Join(dir, "one", "sprite.png")
		if strings.Contains(models[name], glyphs) {
			picture(t, file, 4*28, 4*28)
		} else if _, err := os.Stat(file); err == nil {
			t.Errorf("%s: there is a sprite", name)
		}
	}
}

// board starts TensorBoard on a folder and returns what fetches a part of its Projector.
func board(t *testing.T, dir string) func(part string, query ...string) []byte {
	t.Helper()
	python := cmp.Or(os.Getenv("LATENTSPACE_PYTHON"), "python3")
	if out, err := exec.Command(python, "-c", "import tensorboard.main, numpy").CombinedOutput(); err != nil {
		t.Skipf("no %s with tensorboard here, which reads what is written; LATENTSPACE_PYTHON names one: %v %s", python, err, out)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if err == nil {
		err = listener.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, python, "-m", "tensorboard.main", "--logdir", dir, "--host", host, "--port", port, "--load_fast=false")
	var said bytes.Buffer
	server.Stderr = &said
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		_ = server.Wait() // it was killed
	})
	at := "http://" + net.JoinHostPort(host, port) + "/data/plugin/projector/"
	for try := 0; ; try++ {
		response, err := http.Get(at + "runs")
		if err == nil {
			response.Body.Close()
			break
		}
		if try == 600 {
			t.Fatalf("the server does not begin: %v", err)
		}
		time.Sleep(100 * time.Millisecond)
	}
	return func(part string, query ...string) []byte {
		t.Helper()
		q := url.Values{}
		for i := 0; i < len(query); i += 2 {
			q.Set(query[i], query[i+1])
		}
		response, err := http.Get(at + part + "?" + q.Encode())
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		b, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v: %s\n%s", part, response.Status, err, b, &said)
		}
		return b
	}
}

// TensorBoard's own reader finds each value of an export.
func TestTensorBoardReadsAnExportForTheProjector(t *testing.T) {
	dir := trainedRun(t, "vae")
	sample(t, dir, "export", "-format", "projector", "-o", "log")
	log := filepath.Join(dir, "log")
	fetch := board(t, log)
	var runs []string
	if err := json.Unmarshal(fetch("runs"), &runs); err != nil || !slices.Equal(runs, []string{"."}) {
		t.Fatalf("the runs %v, %v", runs, err)
	}
	type config struct {
		Embeddings []struct {
			TensorName   string
			TensorShape  []int
			TensorPath   string
			MetadataPath string
			Sprite       struct {
				ImagePath      string
				SingleImageDim []int
			}
		}
	}
	var served, page config
	if err := json.Unmarshal(fetch("info", "run", "."), &served); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(log, "projector.json"))
	if err == nil {
		err = json.Unmarshal(b, &page)
	}
	if err != nil {
		t.Fatal(err)
	}
	const want = "{[{vae [30 3] tensors.tsv metadata.tsv {sprite.png [28 28]}}]}"
	if a, b := fmt.Sprint(served), fmt.Sprint(page); a != want || b != want {
		t.Errorf("TensorBoard has %s, the page has %s, want %s", a, b, want)
	}
	of := []string{"run", ".", "name", "vae"}
	values := fetch("tensor", of...)
	codes := lines(t, filepath.Join(log, "tensors.tsv"))
	if len(codes) != 30 || len(values) != 4*30*3 {
		t.Fatalf("%d codes, %d bytes of them, want 30, 360", len(codes), len(values))
	}
	for i, cell := range slices.Concat(codes...) {
		v, err := strconv.ParseFloat(cell, 32)
		if got := math.Float32frombits(binary.LittleEndian.Uint32(values[4*i:])); err != nil || got != float32(v) {
			t.Errorf("value %d is %v, want %s", i, got, cell)
		}
	}
	for part, file := range map[string]string{"metadata": "metadata.tsv", "sprite_image": "sprite.png"} {
		want, err := os.ReadFile(filepath.Join(log, file))
		if got := fetch(part, of...); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, want the %d of %s (%v)", part, len(got), len(want), file, err)
		}
	}
}

// left are the entries of a folder, those within it too.
func left(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		all = append(all, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// An export that cannot be made says why, and leaves nothing.
func TestAnExportThatCannotBeMade(t *testing.T) {
	vae, gan, table := trainedRun(t, "vae"), trainedRun(t, "flat"), trainedRun(t, "table")
	closed := filepath.Join(vae, "closed")
	if err := os.Mkdir(closed, 0o500); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(vae, "mine"), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"file", "mine/notes.txt"} {
		if err := os.WriteFile(filepath.Join(vae, file), []byte("mine"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cases := []struct{ dir, args, want string }{
		{vae, "-format projector -o mine", "the folder mine has notes.txt, want one that is new, empty or has an export alone"},
		{vae, "-format projector -o file", "want the name of a folder"},
		{vae, "-format projector -o none/out", "there is no folder none"},
		{vae, "-format projector -run runs/none", "runs/none"},
		{vae, "-format projector -split tset", `-split "tset", want`},
		{vae, "-format projector -n 31", "-n 31 examples of the test split, want at most the 30 that there are"},
		{vae, "-format projector -n 2000000", "-n 2000000, want it from 1 to 1000000"},
		{vae, "-format huggingface -n 3", "-n has no effect with export"},
		{vae, "-format tsv", `-format "tsv", want huggingface, onnx or projector`},
		{gan, "-format projector", "projector: "},
		{table, "-format projector", "projector: codes of 1 dimension, want at least 2"},
	}
	if os.Getuid() != 0 { // who may write everywhere
		for _, format := range []string{"onnx", "huggingface", "projector"} {
			cases = append(cases, struct{ dir, args, want string }{vae, "-format " + format + " -o closed/out", "permission denied"})
		}
	}
	for _, c := range cases {
		before := left(t, c.dir)
		cmd := exec.Command(sampler, append([]string{"export"}, strings.Fields(c.args)...)...)
		cmd.Dir = c.dir
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) {
			t.Errorf("export %s: %v, want %q\n%s", c.args, err, c.want, out)
		}
		if after := left(t, c.dir); !slices.Equal(before, after) {
			t.Errorf("export %s left %v, want %v", c.args, after, before)
		}
	}
}

// An export that is interrupted or killed leaves the folder as it was, or whole and new.
func TestAnExportThatIsKilled(t *testing.T) {
	dir := trainedRun(t, "vae")
	out := filepath.Join(dir, "out")
	args := []string{"export", "-format", "projector", "-o", "out"}
	contents := func() string {
		all := ""
		for _, file := range left(t, out)[1:] {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all += file + "\n" + string(b)
		}
		return all
	}
	sample(t, dir, append(args, "-n", "9")...)
	nine := contents()
	start := time.Now()
	sample(t, dir, append(args, "-n", "30")...)
	took, thirty := time.Since(start), contents()
	sample(t, dir, append(args, "-n", "9")...)
	const tries = 12
	for i := range tries {
		cmd := exec.Command(sampler, append(args, "-n", "30")...)
		cmd.Dir = dir
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(took * time.Duration(i) / tries)
		how := os.Kill
		if i%2 == 0 {
			how = os.Interrupt
		}
		_ = cmd.Process.Signal(how) // it may be done
		_ = cmd.Wait()
		if got := contents(); got != nine && got != thirty {
			t.Errorf("after %v of %v: the folder has neither what was there nor what was written", took*time.Duration(i)/tries, took)
		}
	}
}
