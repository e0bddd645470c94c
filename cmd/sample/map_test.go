package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"latentspace/explore"
)

// mappedJSON is what sample map -json prints.
type mappedJSON struct {
	drawn
	Space             string    `json:"space"`
	Dim               int       `json:"dim"`
	Method            string    `json:"method"`
	ExplainedVariance []float64 `json:"explained_variance"`
	TestSquaredError  *float64  `json:"test_squared_error"`
	Reduced           int       `json:"reduced"`
	ReducedVariance   *float64  `json:"reduced_variance"`
	KL                *float64  `json:"kl"`
	Trustworthiness   *float64  `json:"trustworthiness"`

	*explore.UMAPReport
}

func mapJSON(t *testing.T, dir string, args ...string) mappedJSON {
	t.Helper()
	var m mappedJSON
	if out := sample(t, dir, append(append([]string{"map"}, args...), "-json")...); json.Unmarshal(out, &m) != nil {
		t.Fatalf("-json printed %s", out)
	}
	return m
}

// coordinates checks the files of a map of n examples, and returns its points.
func coordinates(t *testing.T, dir string, m mappedJSON, n int, labelled bool) map[int][]float64 {
	t.Helper()
	if m.N != n || len(m.Also) < 2 {
		t.Fatalf("-json printed %+v, want %d examples", m, n)
	}
	width, height := 900, 760
	if strings.Contains(m.File, "thumbs") {
		width, height = 1440, 1216
	}
	picture(t, filepath.Join(dir, m.File), width, height)
	checkXML(t, filepath.Join(dir, m.Also[0]))

	table := rows(t, filepath.Join(dir, m.Also[1]))
	header := "index,x,y"
	if m.UMAPReport != nil && m.UMAPReport.Dims == 3 {
		header += ",z"
	}
	if labelled {
		header += ",label"
	}
	if len(table) != n+1 || strings.Join(table[0], ",") != header {
		t.Fatalf("%s has %d rows below %v, want %d below %s", m.Also[1], len(table)-1, table[0], n, header)
	}
	points, last := map[int][]float64{}, -1
	for _, row := range table[1:] {
		i, err := strconv.Atoi(row[0])
		x, errX := strconv.ParseFloat(row[1], 64)
		y, errY := strconv.ParseFloat(row[2], 64)
		if err != nil || i <= last || errX != nil || errY != nil || math.IsNaN(x+y) || math.IsInf(x+y, 0) {
			t.Fatalf("%s: row %v", m.Also[1], row)
		}
		points[i], last = []float64{x, y}, i
	}
	return points
}

// checkXML reads a document to its end.
func checkXML(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	elements := 0
	for d := xml.NewDecoder(bytes.NewReader(b)); ; elements++ {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	if elements < 100 || !bytes.Contains(b[:min(len(b), 300)], []byte("<svg")) {
		t.Errorf("%s has %d elements, want a chart", file, elements)
	}
}

func TestMapsOfEveryModel(t *testing.T) {
	for name, want := range map[string]struct {
		space, method string
		dim, n        int
		manifold      bool
	}{
		"vae":   {"codes", "pca", 3, 30, false},
		"conv":  {"codes", "pca", 3, 30, false},
		"plane": {"codes", "plain", 2, 30, true},
		"curve": {"codes", "plain", 2, 30, true},
		"gan":   {"data", "pca", 784, 30, false},
		"flat":  {"data", "plain", 2, 50, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := trainedRun(t, name)
			m := mapJSON(t, dir)
			if m.Space != want.space || m.Method != want.method || m.Dim != want.dim || m.File != filepath.Join("runs", name, "map.png") {
				t.Errorf("-json printed %+v", m)
			}
			coordinates(t, dir, m, want.n, true)
			if (len(m.Also) == 3) != want.manifold {
				t.Fatalf("wrote %v, a manifold: %v", m.Also, want.manifold)
			}
			if want.manifold {
				picture(t, filepath.Join(dir, m.Also[2]), 20*56, 20*56)
			}
			if (m.ExplainedVariance != nil) != (want.method == "pca") || (m.TestSquaredError != nil) != (want.method == "pca") {
				t.Errorf("explained variance %v, test error %v", m.ExplainedVariance, m.TestSquaredError)
			}

			m = mapJSON(t, dir, "-method", "tsne", "-perplexity", "5", "-iterations", "300", "-o", "t.svg")
			coordinates(t, dir, m, want.n, true)
			if m.File != "t.png" || m.Also[0] != "t.svg" || m.KL == nil || !(*m.KL > 0 && *m.KL < 10) ||
				m.Trustworthiness == nil || !(*m.Trustworthiness > 0.5 && *m.Trustworthiness <= 1) {
				t.Errorf("-json printed %+v", m)
			}
			// 30 rows have 29 components.
			if wide := want.dim > 50; (m.Reduced == 29) != wide || wide && math.Abs(*m.ReducedVariance-1) > 1e-3 {
				t.Errorf("%d dimensions reduced to %d, with %v of the variance", want.dim, m.Reduced, m.ReducedVariance)
			}
			m = mapJSON(t, dir, "-method", "umap", "-neighbours", "6", "-epochs", "100", "-o", "u.png")
			coordinates(t, dir, m, want.n, true)
			if m.KL != nil || m.UMAPReport == nil || *m.UMAPReport != (explore.UMAPReport{Neighbours: 6, MinDist: 0.1, Spread: 1, Epochs: 100, Dims: 2}) ||
				m.Trustworthiness == nil || !(*m.Trustworthiness > 0.5 && *m.Trustworthiness <= 1) {
				t.Errorf("-json printed %+v", m)
			}
			if want.dim == 2 {
				return
			}
			coordinates(t, dir, mapJSON(t, dir, "-method", "umap", "-dims", "3", "-epochs", "20", "-o", "space.png"), want.n, true)
			m = mapJSON(t, dir, "-thumbnails", "-n", "12", "-o", "thumbs.png")
			coordinates(t, dir, m, 12, true)
		})
	}
}

// A saved map places the same points in the same places, and new ones beside them: it is
// fitted to the training set in either case.
func TestASavedMapPlacesPoints(t *testing.T) {
	dir := trainedRun(t, "vae")
	m := mapJSON(t, dir, "-save", "map.safetensors", "-o", "fitted.png")
	if m.Method != "pca" || !slices.Contains(m.Also, "map.safetensors") {
		t.Errorf("-json printed %+v", m)
	}
	fitted := coordinates(t, dir, m, 30, true)
	loaded := mapJSON(t, dir, "-load", "map.safetensors", "-n", "7", "-o", "loaded.png")
	for i, p := range coordinates(t, dir, loaded, 7, true) {
		if !slices.Equal(p, fitted[i]) {
			t.Errorf("example %d is at %v by the saved map, at %v by the fitted one", i, p, fitted[i])
		}
	}
	if !slices.Equal(loaded.ExplainedVariance, m.ExplainedVariance) {
		t.Errorf("explained variance %v, saved %v", loaded.ExplainedVariance, m.ExplainedVariance)
	}
	// The test error is that of the rows: what two of three components leave.
	sample(t, dir, "encode", "-o", "codes.csv")
	again := mapJSON(t, dir, "-split", "train", "-load", "map.safetensors", "-o", "train.png", "-n", "1000")
	coordinates(t, dir, again, 100, true) // 120 less 20 held out
	if *again.TestSquaredError != *m.TestSquaredError {
		t.Errorf("the test error is %v with the training set placed and %v with the test set", *again.TestSquaredError, *m.TestSquaredError)
	}
}

// A map by UMAP that is loaded has its examples where they were.
func TestASavedMapByUMAPHasItsPlaces(t *testing.T) {
	dir := trainedRun(t, "vae")
	args := []string{"-method", "umap", "-epochs", "30", "-neighbours", "7", "-save", "umap.safetensors", "-o", "fitted.png"}
	fitted := coordinates(t, dir, mapJSON(t, dir, args...), 30, true)
	loaded := mapJSON(t, dir, "-load", "umap.safetensors", "-n", "20", "-o", "loaded.png")
	if loaded.Method != "umap" {
		t.Errorf("-json printed %+v", loaded)
	}
	for i, p := range coordinates(t, dir, loaded, 20, true) {
		if !slices.Equal(p, fitted[i]) {
			t.Errorf("example %d is at %v by the saved map, at %v by the fitted one", i, p, fitted[i])
		}
	}
}

// The points along the first component have its variance, and the rest is the error.
func TestPlacesByPCA(t *testing.T) {
	dir := trainedRun(t, "vae")
	m := mapJSON(t, dir, "-o", "map.png")
	points := coordinates(t, dir, m, 30, true)
	sample(t, dir, "encode", "-o", "codes.csv")
	mean := make([]float64, 3)
	sample(t, dir, "encode", "-split", "train", "-o", "train.csv")
	train := rows(t, filepath.Join(dir, "train.csv"))[1:]
	code := func(row []string) []float64 {
		var z []float64
		for _, cell := range row[2:5] {
			v, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			z = append(z, v)
		}
		return z
	}
	for _, row := range train {
		for d, v := range code(row) {
			mean[d] += v / float64(len(train))
		}
	}
	left := 0.0
	for i, row := range rows(t, filepath.Join(dir, "codes.csv"))[1:] {
		for d, v := range code(row) {
			left += (v - mean[d]) * (v - mean[d]) / 30
		}
		// The axes are orthonormal: what the plane does not have of the length is the error.
		left -= (points[i][0]*points[i][0] + points[i][1]*points[i][1]) / 30
	}
	if math.Abs(left-*m.TestSquaredError) > 1e-4*(1+left) {
		t.Errorf("the squared error is told as %v, worked out as %v", *m.TestSquaredError, left)
	}
}

// Every option of t-SNE that is not the default makes another map, and one of another goes on from it.
func TestOptionsOfTSNE(t *testing.T) {
	dir := trainedRun(t, "vae")
	read := func(args ...string) string {
		sample(t, dir, append([]string{"map", "-method", "tsne", "-iterations", "120", "-o", "t.csv"}, args...)...)
		text, err := os.ReadFile(filepath.Join(dir, "t.csv"))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	seen := map[string]string{read(): "no option"}
	if err := os.Rename(filepath.Join(dir, "t.csv"), filepath.Join(dir, "first.csv")); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"-late", "3", "-early", "60"}, {"-early", "60"}, {"-exaggeration", "4"}, {"-rate", "150"}, {"-affinities", "uniform"},
		{"-affinities", "uniform", "-neighbours", "4"}, {"-start", "first.csv"}, {"-start", "first.csv", "-early", "0"},
	} {
		got := read(args...)
		if other, ok := seen[got]; ok {
			t.Errorf("%v makes the map of %s", args, other)
		}
		seen[got] = strings.Join(args, " ")
	}
}

func TestMistakesWithMaps(t *testing.T) {
	dir := trainedRun(t, "vae")
	other := trainedRun(t, "gan")
	gan := filepath.Join(other, "runs", "gan")
	sample(t, dir, "map", "-save", "codes.safetensors", "-o", "first.png")
	sample(t, dir, "map", "-space", "data", "-save", "data.safetensors", "-o", "first.png")
	sample(t, dir, "map", "-method", "umap", "-epochs", "5", "-save", "umap.safetensors", "-o", "first.png")
	tests := map[string]struct {
		args   []string
		status int
		want   string
	}{
		"an unknown method":              {[]string{"-method", "som"}, 2, `-method "som", want plain, pca, tsne or umap`},
		"an unknown space":               {[]string{"-space", "pixels"}, 2, `-space "pixels", want codes or data`},
		"a file of another kind":         {[]string{"-o", "map.pdf"}, 2, `ending ".pdf", want .png, .svg or .csv`},
		"perplexity above a third":       {[]string{"-method", "tsne", "-perplexity", "11"}, 2, "-perplexity 11 for 30 examples, want it from 1 to 10, a third of them"},
		"perplexity that is not":         {[]string{"-method", "tsne", "-perplexity", "NaN"}, 2, "-perplexity NaN"},
		"a rate of none":                 {[]string{"-method", "tsne", "-perplexity", "5", "-rate", "0"}, 2, "-rate 0, want it from 0.000001 to 1000000000"},
		"late exaggeration of none":      {[]string{"-method", "tsne", "-perplexity", "5", "-late", "NaN"}, 2, "-late NaN, want it from 0.1 to 1000"},
		"negative early iterations":      {[]string{"-method", "tsne", "-perplexity", "5", "-early", "-1"}, 2, "-early -1, want it from 0"},
		"unknown affinities":             {[]string{"-method", "tsne", "-affinities", "even"}, 2, `-affinities "even", want gaussian or uniform`},
		"an unknown search":              {[]string{"-method", "tsne", "-search", "fast"}, 2, `-search "fast", want exact or clustered`},
		"probes of an exact search":      {[]string{"-method", "tsne", "-perplexity", "5", "-probes", "3"}, 2, "-probes has no effect with an exact search, want -search clustered"},
		"perplexity of uniform ones":     {[]string{"-method", "tsne", "-affinities", "uniform", "-perplexity", "5"}, 2, "-perplexity has no effect with -affinities uniform"},
		"neighbours of a perplexity":     {[]string{"-method", "tsne", "-neighbours", "5"}, 2, "-neighbours has no effect with -method tsne, except with -affinities uniform"},
		"all as neighbours":              {[]string{"-method", "tsne", "-affinities", "uniform", "-neighbours", "30"}, 2, "-neighbours 30, want it from 1 to 29"},
		"a start that is not there":      {[]string{"-method", "tsne", "-perplexity", "5", "-start", "none.csv"}, 1, "none.csv"},
		"a random start":                 {[]string{"-method", "tsne", "-perplexity", "5", "-start", "random"}, 2, `-start "random", want pca or the .csv of a map`},
		"saving a map as run.json":       {[]string{"-save", "runs/vae/run.json"}, 2, "-save runs/vae/run.json: a file that is no map"},
		"late exaggeration of pca":       {[]string{"-method", "pca", "-late", "4"}, 2, "-late has no effect with -method pca"},
		"no iterations":                  {[]string{"-method", "tsne", "-perplexity", "5", "-iterations", "0"}, 2, "-iterations 0"},
		"a map of other weights":         {[]string{"-run", filepath.Join(trainedRun(t, "ae"), "runs", "ae"), "-load", "codes.safetensors"}, 1, "a map of the codes of other weights than"},
		"codes without encoder":          {[]string{"-run", gan, "-space", "codes"}, 1, "a model of kind gan has no encoder; -space data places the examples themselves"},
		"three dimensions as they are":   {[]string{"-method", "plain"}, 2, "-method plain: the codes have 3 dimensions, want 2"},
		"a manifold in three dimensions": {[]string{"-manifold"}, 2, "-manifold: a latent space of 3 dimensions, want 2"},
		"a perplexity of components":     {[]string{"-method", "pca", "-perplexity", "9"}, 2, "-perplexity has no effect with -method pca"},
		"neighbours of components":       {[]string{"-method", "pca", "-neighbours", "9"}, 2, "-neighbours has no effect with -method pca"},
		"a perplexity of umap":           {[]string{"-method", "umap", "-perplexity", "9"}, 2, "-perplexity has no effect with -method umap"},
		"epochs of tsne":                 {[]string{"-method", "tsne", "-epochs", "9"}, 2, "-epochs has no effect with -method tsne"},
		"more neighbours than examples":  {[]string{"-method", "umap", "-neighbours", "31"}, 2, "-neighbours 31, want it from 2 to 30"},
		"a spread of nothing":            {[]string{"-method", "umap", "-spread", "0"}, 2, "-spread 0, want it from 0.000001 to 1000000"},
		"a least distance too far":       {[]string{"-method", "umap", "-min-dist", "3", "-spread", "2"}, 2, "-min-dist 3, want it from 0 to 2"},
		"no epochs":                      {[]string{"-method", "umap", "-epochs", "0"}, 2, "-epochs 0, want it from 1 to 1000000"},
		"a mix that is not":              {[]string{"-method", "umap", "-mix", "NaN"}, 2, "-mix NaN, want it from 0 to 1"},
		"a negative rate below zero":     {[]string{"-method", "umap", "-negative", "-1"}, 2, "-negative -1, want it from 0 to 1000"},
		"four dimensions":                {[]string{"-method", "umap", "-dims", "4"}, 2, "-dims 4, want it from 2 to 3"},
		"an unknown start":               {[]string{"-method", "umap", "-start", "spectral"}, 2, `-start "spectral", want pca or random`},
		"three examples by umap":         {[]string{"-method", "umap", "-n", "3"}, 1, "UMAP of 3 examples, want at least 4"},
		"saving what is no map":          {[]string{"-method", "plain", "-save", "x"}, 2, "-method plain: only a map by pca, tsne or umap can be saved"},
		"a map by another method":        {[]string{"-method", "umap", "-load", "codes.safetensors"}, 2, "-method umap: codes.safetensors is a map by pca"},
		"neighbours of a loaded map":     {[]string{"-neighbours", "7", "-load", "umap.safetensors"}, 2, "-neighbours has no effect with -load"},
		"a loaded map of another space":  {[]string{"-space", "data", "-load", "umap.safetensors"}, 1, `umap.safetensors: a map of "codes", want one of data`},
		"saving what is loaded":          {[]string{"-save", "x", "-load", "codes.safetensors"}, 2, "a map that is loaded is saved already"},
		"a map that is not there":        {[]string{"-load", "none.safetensors"}, 1, "none.safetensors"},
		"a map of another space":         {[]string{"-load", "data.safetensors"}, 1, `data.safetensors: a map of "data", want one of codes`},
		"a map of another model":         {[]string{"-run", gan, "-load", "codes.safetensors"}, 1, `codes.safetensors: a map of "codes", want one of data`},
		"a checkpoint as a map":          {[]string{"-load", "runs/vae/step-00000010.safetensors"}, 1, "a checkpoint, not a map"},
		"one example by tsne":            {[]string{"-method", "tsne", "-n", "1"}, 1, "t-SNE of 1 examples, want at least 4"},
		"an unknown split":               {[]string{"-split", "all"}, 2, `-split "all"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(sampler, append([]string{"map"}, test.args...)...)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			if err == nil || cmd.ProcessState.ExitCode() != test.status || !strings.Contains(string(out), test.want) || strings.Contains(string(out), "panic") {
				t.Errorf("got  %v: %s\nwant status %d: %s", err, out, test.status, test.want)
			}
		})
	}
	for _, pattern := range []string{"runs/vae/map*", "map*"} {
		if files, err := filepath.Glob(filepath.Join(dir, pattern)); err != nil || len(files) > 0 {
			t.Errorf("mistakes wrote %v", files)
		}
	}
	flat := trainedRun(t, "flat")
	cmd := exec.Command(sampler, "map", "-thumbnails")
	cmd.Dir = flat
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "-thumbnails: examples of shape 2 are no pictures") {
		t.Errorf("thumbnails of points: %v\n%s", err, out)
	}
}

// In this process, since it is not known when another begins to listen to signals: one
// after the other until it stops.
func TestAnInterruptedMapWritesNothing(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signals from other programs")
	}
	dir := trainedRun(t, "vae")
	t.Chdir(dir)
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, os.Interrupt) // so that none ends the test
	defer signal.Stop(heard)
	status := make(chan int)
	go func() {
		status <- run([]string{"map", "-method", "tsne", "-split", "train", "-iterations", "1000000", "-perplexity", "10"}, io.Discard, io.Discard)
	}()
	for stopped := false; !stopped; {
		select {
		case got := <-status:
			stopped = true
			if got != 130 {
				t.Errorf("exit status %d, want 130", got)
			}
		case <-time.After(50 * time.Millisecond):
			if err := self.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
		}
	}
	if files, err := filepath.Glob(filepath.Join(dir, "runs", "vae", "*map*")); err != nil || len(files) > 0 {
		t.Errorf("an interrupted map wrote %v", files)
	}
}

// Its first line of progress says that the program listens.
func TestATerminatedMapSaysSo(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signals from other programs")
	}
	t.Parallel()
	run := filepath.Join(t.TempDir(), "run")
	many := []string{"-config", "vae", "-out", run, "-set", "data={kind: glyphs, train: 3000, valid: 0, test: 0}", "-set", "model.encoder.hidden=[8]", "-set", "train.epochs=1", "-set", "train.samples=0"}
	if out, err := exec.Command(trainer, many...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(sampler, "map", "-run", run, "-method", "tsne", "-split", "train", "-iterations", "1000000") // half an hour
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	lines := bufio.NewReader(stderr)
	if _, err := lines.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(lines)
	if err != nil || !strings.HasSuffix(string(rest), "sample: interrupted before anything was written\n") {
		t.Errorf("it says %q, %v", rest, err)
	}
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 130 {
		t.Errorf("exit status %d, want 130", got)
	}
}
