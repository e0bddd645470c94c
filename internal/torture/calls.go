package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
)

// saving are the system calls that a save consists of.
var saving = []string{"fsync", "renameat", "unlinkat", "openat", "write", "close", "getdents64", "newfstatat"}

// causes are how they may fail.
var causes = []string{"ENOSPC", "EDQUOT", "EIO", "EROFS", "EACCES", "EMFILE", "EINTR", "EFBIG"}

// traced runs the program with something done to its n-th call of a name, which strace counts
// by thread.
func traced(v *victim, dir, call, what string, n int) (out []byte, err error) {
	return exec.Command("strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null",
		"-e", "trace="+call, "-e", fmt.Sprintf("inject=%s:%s:when=%d", call, what, n),
		v.train, "-config", v.config, "-out", dir).CombinedOutput()
}

// killedInCall kills the run on its way into a call of a save.
func killedInCall(v *victim, dir string, r *rand.Rand) (int, error) {
	traced(v, dir, saving[r.IntN(len(saving))], "signal=SIGKILL", 1+r.IntN(60))
	return 1, v.finish(dir)
}

// failedCall makes a call of a save fail, once or from then on. The run says so, or can do
// without it; and without the fault it ends as if nothing had been.
func failedCall(v *victim, dir string, r *rand.Rand) (int, error) {
	call, cause, n := saving[r.IntN(len(saving))], causes[r.IntN(len(causes))], 1+r.IntN(60)
	sticky := ""
	if r.IntN(3) == 0 && call != "write" && call != "close" { // nothing could be said without them
		sticky = "+"
	}
	out, err := exec.Command("strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null",
		"-e", "trace="+call, "-e", fmt.Sprintf("inject=%s:error=%s:when=%d%s", call, cause, n, sticky),
		v.train, "-config", v.config, "-out", dir).CombinedOutput()
	what := fmt.Sprintf("%s from call %d%s of %s on a thread", cause, n, sticky, call)
	if err != nil && len(bytes.TrimSpace(out)) == 0 && call != "write" {
		return 0, fmt.Errorf("%s: it ends with %w and says nothing", what, err)
	}
	// A write that fails may be that of Go's own scheduler, which ends the process.
	if s := string(out); strings.Contains(s, "panic:") || strings.Contains(s, "fatal error") && call != "write" {
		return 0, fmt.Errorf("%s: it panics:\n%s", what, out)
	}
	return 1, v.finish(dir)
}
