// Package maptest has what the tests of maps share: points in clusters, points of a file, and the
// check that a map has the same bits with any number of processors and any instructions.
package maptest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"latentspace/kernel"
	"latentspace/tensor"
)

// Clusters is n points in d dimensions about count centres, point i about i mod count. The centres are
// so many times as far apart as the points of one.
func Clusters(n, d, count int, apart float32) *tensor.Tensor {
	centres, x := tensor.New(count, d), tensor.New(n, d)
	kernel.Normal(centres.Data, kernel.Seed(1, "centres"))
	kernel.Normal(x.Data, kernel.Seed(1, "points"))
	for i := range n {
		for j := range d {
			x.Data[i*d+j] += float32(apart * centres.Data[i%count*d+j])
		}
	}
	return x
}

// Read is the points of a file of float32 numbers, little endian, row by row.
func Read(t *testing.T, name string, columns int) *tensor.Tensor {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	x := tensor.New(len(b)/4/columns, columns)
	if err := binary.Read(bytes.NewReader(b), binary.LittleEndian, x.Data); err != nil {
		t.Fatal(err)
	}
	return x
}

// printing is the variable that asks the process of another path for its checksums.
const printing = "LATENTSPACE_TEST_CHECKSUMS"

// Print writes the checksums of maps, in the process that SameBits starts. It is the whole of a test
// named TestPrintChecksums.
func Print(t *testing.T, checksums func(t *testing.T) string) {
	t.Helper()
	if os.Getenv(printing) == "" {
		t.Skip("is run by another test")
	}
	fmt.Println("checksums", checksums(t))
}

// SameBits wants some checksums with 1, 2 and 4 processors and on every path of instructions, which is
// chosen at start, so that another process has it.
func SameBits(t *testing.T, want string, checksums func(t *testing.T) string) {
	t.Helper()
	for _, processors := range []int{1, 2, 4} {
		before := runtime.GOMAXPROCS(processors)
		got := checksums(t)
		runtime.GOMAXPROCS(before)
		if got != want {
			t.Errorf("GOMAXPROCS %d: %s, want %s", processors, got, want)
		}
	}
	for _, path := range kernel.Paths() {
		out, err := printed(path)
		if err != nil {
			t.Fatalf("%s: %v\n%s", path, err, out)
		}
		if got := strings.TrimPrefix(regexp.MustCompile(`checksums [0-9a-f ]+`).FindString(out), "checksums "); got != want {
			t.Errorf("path %s: %s, want %s", path, got, want)
		}
	}
}

// NoPath wants the error of a package for a path of instructions that is not here.
func NoPath(t *testing.T, pkg string) {
	t.Helper()
	out, err := printed("none")
	if says := pkg + `: kernel: LATENTSPACE_KERNEL="none": no such path of instructions; want `; err == nil || !strings.Contains(out, says) {
		t.Errorf("got %v and %s, want %s", err, out, says)
	}
}

func printed(path string) (string, error) {
	cmd := exec.Command(os.Args[0], "-test.run=TestPrintChecksums", "-test.v")
	cmd.Env = append(os.Environ(), "LATENTSPACE_KERNEL="+path, printing+"=1")
	out, err := cmd.CombinedOutput()
	return string(out), err
}
