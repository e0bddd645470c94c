package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"latentspace/explore"
	"latentspace/training"
)

// exploring starts the explorer of a run, under another program if there is one before it, and returns
// its process and its address.
func exploring(t *testing.T, dir string, before []string, args ...string) (*exec.Cmd, string) {
	t.Helper()
	args = append(append(before, sampler, "explore", "-no-browser"), args...)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	out, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+/\?token=[0-9a-f]{64}`)
	said := ""
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if said += lines.Text() + "\n"; address.MatchString(lines.Text()) {
			go io.Copy(io.Discard, out)
			return cmd, address.FindString(lines.Text())
		}
	}
	t.Fatalf("explore prints no address:\n%s", said)
	return nil, ""
}

// visitor is a client that has opened the page.
func visitor(t *testing.T, address string) (*http.Client, string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	r, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != 200 {
		t.Fatalf("the page has the status %s", r.Status)
	}
	base, _, _ := strings.Cut(address, "/?")
	return c, base
}

// posted posts JSON as the page does.
func posted(t *testing.T, c *http.Client, base, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", base)
	r.Header.Set("Content-Type", "application/json")
	answer, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(b)
}

// An interrupt ends the explorer at once, while it works too.
func TestAnInterruptEndsTheExplorer(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no process is interrupted there")
	}
	dir := trainedRun(t, "vae")
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		cmd, address := exploring(t, dir, nil)
		c, base := visitor(t, address)
		for _, what := range []string{"map:tsne", "direction:slant", "prior:flow"} {
			if status, body := posted(t, c, base, "/api/prepare", `{"what":"`+what+`"}`); status != 200 {
				t.Fatalf("prepare: %d %s", status, body)
			}
		}
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: the explorer ends with %v", signal, err)
		}
	}
}

func TestExplorerOfWhatThereIsNot(t *testing.T) {
	dir := trainedRun(t, "vae")
	for args, want := range map[string]string{
		"-run none":                       "-run none, want the folder of a run",
		"-checkpoint no.safetensors":      "want a file of a checkpoint",
		"-run .":                          "neither run.json nor a checkpoint",
		"-addr 0.0.0.0:0":                 "no loopback address",
		"-split other":                    "-split",
		"-n 0":                            "-n 0, want at least 1",
		"-n 9999999":                      "want at most 1000000",
		"-checkpoint x.safetensors -best": "goes without -run and -best",
	} {
		cmd := exec.Command(sampler, append([]string{"explore", "-no-browser"}, strings.Fields(args)...)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("explore %s: %v, want %q\n%s", args, err, want, out)
		}
	}
}

// A model that cannot be opened is told in the terminal too.
func TestExplorerTellsOfAModelThatCannotBeOpened(t *testing.T) {
	var said bytes.Buffer
	open := telling(func(string) (*training.Trained, error) { return nil, errors.New("a.safetensors is damaged") }, explore.Options{Log: &said})
	if _, err := open("runs/a"); err == nil || !strings.Contains(said.String(), "a.safetensors is damaged") {
		t.Errorf("%v is told as %q", err, said.String())
	}
}

// quiet are the calls of the system that a server may make with the paths of files or with addresses
// once it shows its page: it opens files for reading alone, answers, and asks nobody.
func quiet(line string) bool {
	switch {
	case strings.Contains(line, "openat(") || strings.Contains(line, "open("):
		return !regexp.MustCompile(`O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND`).MatchString(line)
	case strings.Contains(line, "--- SIG"), strings.Contains(line, "+++ exited"), strings.Contains(line, "+++ killed"), strings.Contains(line, "resumed>"), strings.HasPrefix(line, "strace:"):
		return true
	}
	return false
}

// Of thousands of requests of every kind, none makes the program write a file or connect to anything. The calls
// of the system are traced from the first request on.
func TestTheExplorerWritesNothingAndConnectsNowhere(t *testing.T) {
	if testing.Short() {
		t.Skip("thousands of requests are left out in short mode")
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("no strace here")
	}
	dir := trainedRun(t, "vae")
	trace := filepath.Join(t.TempDir(), "trace")
	cmd, address := exploring(t, dir, []string{
		strace, "-f", "-o", trace, "-e",
		"trace=open,openat,openat2,creat,connect,socket,bind,sendto,sendmsg,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,truncate,ftruncate,chmod,fchmod,fchmodat,chown,fchown,fchownat,utimensat,mknod,mknodat,setxattr,execve,execveat,fallocate,pwrite64",
	})
	before, err := os.ReadFile(trace)
	if err != nil || !strings.Contains(string(before), "bind(") {
		t.Skipf("strace does not trace here: %v", err)
	}
	c, base := visitor(t, address)
	child := childOf(t, cmd.Process.Pid)
	t.Cleanup(func() { child.Kill() })
	ask := requests()
	asked := 2000
	if long {
		asked = 10_000
	}
	for i := range asked {
		r := ask[i%len(ask)]
		if r.body == "" {
			a, err := c.Get(base + r.path)
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, a.Body)
			a.Body.Close()
		} else if status, body := posted(t, c, base, r.path, r.body); status == 500 {
			t.Fatalf("%s: %s", r.path, body)
		}
	}
	if err := child.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the explorer ends with %v", err)
	}
	all, err := os.ReadFile(trace)
	if err != nil || len(all) < len(before) {
		t.Fatalf("%d bytes of a trace after %d, %v", len(all), len(before), err)
	}
	if !strings.Contains(string(all[len(before):]), "run.json") {
		t.Error("the trace does not show that the manifest is read")
	}
	for line := range strings.Lines(string(all[len(before):])) {
		if !quiet(line) {
			t.Errorf("the explorer calls %s", line)
		}
	}
}

// childOf is the only child of a process.
func childOf(t *testing.T, pid int) *os.Process {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		t.Skipf("no list of children here: %v", err)
	}
	child, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	p, err := os.FindProcess(child)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// asked is a request: with a body it is a POST.
type asked struct{ path, body string }

// requests are requests of every kind, right and wrong ones.
func requests() []asked {
	return []asked{
		{"/", ""}, {"/live.js", ""}, {"/page.css", ""}, {"/api/space", ""}, {"/api/codes?from=3&n=9", ""}, {"/api/places?map=pca", ""}, {"/api/values?attribute=class", ""},
		{"/api/thumbnails?n=5", ""}, {"/api/example?i=3", ""}, {"/api/run", ""}, {"/api/runs", ""}, {"/api/picture?kind=samples", ""}, {"/api/direction?of=slant", ""},
		{"/../../etc/passwd", ""}, {"/api/space?run=9", ""}, {"/api/picture?kind=../x", ""}, {"/?token=other", ""}, {"/other", ""},
		{"/api/decode", `{"codes":[[0,0,0],[1,2,3]]}`}, {"/api/decode", `{"codes":[[1e30,0,0]]}`}, {"/api/decode", `{"codes":`}, {"/api/draw", `{"prior":"model","n":4,"seed":1}`},
		{"/api/draw", `{"prior":"gaussian","n":4,"seed":1}`}, {"/api/sound", `{"code":[0,0,0]}`}, {"/api/prepare", `{"what":"map:tsne"}`}, {"/api/prepare", `{"what":"prior:gaussian"}`},
		{"/api/prepare", `{"what":"direction:slant"}`}, {"/api/prepare", `{"what":"x"}`},
	}
}
