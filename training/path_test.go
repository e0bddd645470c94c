package training

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A program that trains or opens a model gets an error where LATENTSPACE_KERNEL names a path that is
// not here. The path is chosen at start, so that it is another process that gets it.
func TestAPathThatIsNotHereIsAnError(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	m, err := Run(context.Background(), parse(t, tiny["vae"]), Options{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestPrintErrorsOfAPath$", "-test.v")
	cmd.Env = append(os.Environ(), "LATENTSPACE_KERNEL=fast", "ERRORS_OF="+filepath.Join(dir, m.Checkpoint))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, call := range []string{"Run", "Check", "Verify", "Open"} {
		from, says := "\n"+call+": training: ", `kernel: LATENTSPACE_KERNEL="fast": no such path of instructions; want `
		_, line, found := strings.Cut(string(out), from)
		if line, _, _ = strings.Cut(line, "\n"); !found || !strings.Contains(line, says) {
			t.Errorf("%s: got %q, want an error that says %s", call, line, says)
		}
	}
}

func TestPrintErrorsOfAPath(t *testing.T) {
	file := os.Getenv("ERRORS_OF")
	if file == "" {
		t.Skip("is run by another test")
	}
	ctx, cfg, dir := context.Background(), parse(t, tiny["ae"]), filepath.Join(t.TempDir(), "run")
	_, err := Run(ctx, cfg, Options{Dir: dir, Log: io.Discard})
	fmt.Printf("\nRun: %v\n", err)
	_, err = Check(ctx, cfg, CheckOptions{Dir: dir})
	fmt.Printf("Check: %v\n", err)
	_, err = Verify(ctx, filepath.Dir(file), VerifyOptions{Log: io.Discard})
	fmt.Printf("Verify: %v\n", err)
	_, err = Open(file)
	fmt.Printf("Open: %v\n", err)
}
