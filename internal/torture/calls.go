package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
)

// saving are the system calls that a save consists of.
var saving = []string{"fsync", "renameat", "unlinkat", "openat", "write", "close", "getdents64", "newfstatat"}

// causes are how they may fail.
var causes = []string{"ENOSPC", "EDQUOT", "EIO", "EROFS", "EACCES", "EMFILE", "EINTR", "EFBIG"}

// traced runs the program with something done to its n-th call of a name, which strace counts
// by thread, and reports whether there was one.
func traced(v *victim, dir, call, what, when string) (happened bool, out []byte, err error) {
	log := dir + ".strace"
	// Not with --seccomp-bpf, which delivers no SIGKILL.
	out, err = exec.Command("strace", "-f", "-q", "-o", log,
		"-e", "trace="+call, "-e", fmt.Sprintf("inject=%s:%s:when=%s", call, what, when),
		v.train, "-config", v.config, "-out", dir).CombinedOutput()
	b, readErr := os.ReadFile(log)
	if len(b) == 0 {
		return false, nil, errors.Join(fmt.Errorf("strace did nothing: %w\n%s", err, out), readErr)
	}
	return bytes.Contains(b, []byte("(INJECTED)")) || bytes.Contains(b, []byte("killed by SIGKILL")), out, err
}

// nth is which call it is: more often one of the first, as a thread makes few.
func nth(r *rand.Rand) int { return 1 + r.IntN(1<<r.IntN(7)) }

// killedInCall kills the run on its way into a call of a save.
func killedInCall(v *victim, dir string, r *rand.Rand) (int, error) {
	happened, out, err := traced(v, dir, saving[r.IntN(len(saving))], "signal=SIGKILL", fmt.Sprint(nth(r)))
	return survived(v, dir, happened, out, err)
}

// failedCall makes a call of a save fail, once or from then on. The run says so, or can do
// without it; and without the fault it ends as if nothing had been.
func failedCall(v *victim, dir string, r *rand.Rand) (int, error) {
	call, cause, when := saving[r.IntN(len(saving))], causes[r.IntN(len(causes))], fmt.Sprint(nth(r))
	// Nothing could be said without write and close, and what is interrupted is tried again.
	if r.IntN(3) == 0 && call != "write" && call != "close" && cause != "EINTR" {
		when += "+"
	}
	happened, out, err := traced(v, dir, call, "error="+cause, when)
	what := fmt.Sprintf("%s from call %s of %s on a thread", cause, when, call)
	if err != nil && len(bytes.TrimSpace(out)) == 0 && call != "write" {
		return 0, fmt.Errorf("%s: it ends with %w and says nothing", what, err)
	}
	// A write that fails may be that of Go's own scheduler, which ends the process.
	if s := string(out); strings.Contains(s, "panic:") || strings.Contains(s, "fatal error") && call != "write" {
		return 0, fmt.Errorf("%s: it panics:\n%s", what, out)
	}
	n, err := survived(v, dir, happened, out, err)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return n, nil
}

// survived looks at a run after a fault, which counts if it happened, and lets it finish.
func survived(v *victim, dir string, happened bool, out []byte, err error) (int, error) {
	if err != nil && !happened {
		return 0, fmt.Errorf("without a fault: %w\n%s", err, out)
	}
	if err := holds(dir, acknowledged(dir)); err != nil {
		return 0, err
	}
	if err := v.finish(dir); err != nil || !happened {
		return 0, err
	}
	return 1, nil
}
