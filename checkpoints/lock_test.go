package checkpoints

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// holderDir tells a copy of the test binary to hold the lock of a folder.
const holderDir = "LATENTSPACE_TEST_LOCK"

// TestLockHolder is not a test but the other process: it takes the lock, says so,
// and holds it until its input ends.
func TestLockHolder(t *testing.T) {
	dir := os.Getenv(holderDir)
	if dir == "" {
		t.Skip("is run by the other tests")
	}
	release, err := Lock(dir)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("locked")
	bufio.NewReader(os.Stdin).ReadByte()
	if err := release(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

// startHolder starts the other process and returns its first line of output. It
// ends when finish is called.
func startHolder(t *testing.T, dir string) (cmd *exec.Cmd, line string, finish func()) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command(exe, "-test.run=^TestLockHolder$")
	cmd.Env = append(os.Environ(), holderDir+"="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err = bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return cmd, strings.TrimSpace(line), func() { in.Close(); cmd.Wait() }
}

func checkFree(t *testing.T, dir string) {
	t.Helper()
	release, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
}

func TestSecondProcessIsToldWhoHoldsTheLock(t *testing.T) {
	dir := t.TempDir()
	holder, line, finish := startHolder(t, dir)
	if line != "locked" {
		t.Fatalf("holder says %q, want locked", line)
	}
	_, err := Lock(dir)
	want := fmt.Sprintf(`^checkpoints: %s is in use by process %d on host \S+ since 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$`,
		regexp.QuoteMeta(dir), holder.Process.Pid)
	if !errors.Is(err, ErrInUse) || !regexp.MustCompile(want).MatchString(err.Error()) {
		t.Errorf("error %v, want %s", err, want)
	}
	finish()
	checkFree(t, dir)
}

func TestOtherProcessIsKeptOutByThisOne(t *testing.T) {
	dir := t.TempDir()
	release, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, line, _ := startHolder(t, dir)
	if want := fmt.Sprintf("is in use by process %d on host ", os.Getpid()); !strings.Contains(line, want) {
		t.Errorf("the other says %q, want %q in it", line, want)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if _, line, finish := startHolder(t, dir); line != "locked" {
		t.Errorf("after the release the other says %q, want locked", line)
	} else {
		finish()
	}
}

func TestLockOfAKilledProcessDoesNotBlock(t *testing.T) {
	dir := t.TempDir()
	holder, line, _ := startHolder(t, dir)
	if line != "locked" {
		t.Fatalf("holder says %q, want locked", line)
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	holder.Wait()
	if info, err := os.Stat(filepath.Join(dir, LockName)); err != nil || info.Size() == 0 {
		t.Errorf("lock file %v and error %v, want what the killed process wrote", info, err)
	}
	checkFree(t, dir)
}

func TestLockIsHeldWithinAProcessToo(t *testing.T) {
	dir := t.TempDir()
	release, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir); !errors.Is(err, ErrInUse) {
		t.Errorf("error %v, want %v", err, ErrInUse)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	checkContent(t, filepath.Join(dir, LockName), nil)
	if err := release(); err == nil {
		t.Error("second release: no error")
	}
	checkFree(t, dir)
}

func TestUnsignedLockIsReportedAsSuch(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "damaged": "{", "of another kind": `{"x":1}`} {
		dir := t.TempDir()
		release, err := Lock(dir)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, LockName)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err = Lock(dir)
		if want := "checkpoints: " + dir + " is in use by another process, see " + path; err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", name, err, want)
		}
		if err := release(); err != nil {
			t.Error(err)
		}
	}
}

func TestLockRefusesWhatIsNoFileOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, LockName)
	if err := os.Mkdir(path, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir); err == nil || !strings.HasPrefix(err.Error(), "checkpoints: "+path+": mode d") {
		t.Errorf("folder: error %v, want one with its mode", err)
	}
	missing := filepath.Join(dir, "missing")
	if _, err := Lock(missing); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing folder: error %v, want %v", err, os.ErrNotExist)
	}
}
