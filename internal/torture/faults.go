package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"latentspace/kernel"
)

// fault is something that happens to a run.
type fault struct {
	// do makes it happen to a run in a folder of its own, and returns how often it did.
	do func(v *victim, dir string, r *rand.Rand) (int, error)
	// lacks says why it cannot happen here, "" if it can.
	lacks func() string
}

var faults = map[string]fault{
	"killed at a random moment":            {killed, nothing},
	"killed within a system call":          {killedInCall, needs("strace")},
	"a system call that fails":             {failedCall, needs("strace")},
	"a power cut on ext4":                  {powerCut, needsRoot("mkfs.ext4")},
	"no room on the disk":                  {fullDisk, needsRoot("mount")},
	"no room for files above a size":       {limited, nothing},
	"stopped by a signal, exit 128+n":      {stopped, nothing},
	"other processors and instructions":    {processors, nothing},
	"a flipped bit in the newest file":     {flipped, nothing},
	"the newest file cut":                  {cut, nothing},
	"several processes on one folder":      {contended, nothing},
	"checkpoints read while being written": {observed, nothing},
	"stdout and stderr closed":             {deaf, nothing},
	resuming:                               {resumed, nothing},
}

const resuming = "resumed at a step of a run of 200"

func nothing() string { return "" }

// needs is for a fault that takes a program.
func needs(program string) func() string {
	return func() string {
		if _, err := exec.LookPath(program); err != nil {
			return program + " is not installed"
		}
		return ""
	}
}

// needsRoot is for a fault that takes a file system of its own.
func needsRoot(program string) func() string {
	return func() string {
		if runtime.GOOS != "linux" || os.Geteuid() != 0 {
			return "only root on Linux can mount a file system"
		}
		return needs(program)()
	}
}

// moment is up to as long as a run takes.
func moment(r *rand.Rand) time.Duration { return time.Duration(r.IntN(1200)) * time.Millisecond }

// killed kills a run by SIGKILL again and again, and lets it finish.
func killed(v *victim, dir string, r *rand.Rand) (int, error) {
	n := 1 + r.IntN(6)
	for range n {
		cmd := v.command(dir)
		if err := cmd.Start(); err != nil {
			return 0, err
		}
		time.Sleep(moment(r))
		cmd.Process.Kill()
		cmd.Wait()
	}
	return n, v.finish(dir)
}

// stopped ends a run by a signal: it saves and ends within two seconds with 128 and the
// signal's number, or is finished already.
func stopped(v *victim, dir string, r *rand.Rand) (int, error) {
	s := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}[r.IntN(3)]
	cmd := v.command(dir)
	var out bytes.Buffer
	cmd.Stderr = &out
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	for range 500 { // it handles signals once it saves
		if len(steps(dir)) > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(moment(r) / 3)
	start := time.Now()
	cmd.Process.Signal(s)
	twice := r.IntN(2) == 0
	if twice { // a second one ends it at once, whatever it is doing
		time.Sleep(time.Duration(r.IntN(20)) * time.Millisecond)
		cmd.Process.Signal(s)
	}
	got := status(cmd.Wait())
	if got == 0 { // it was finished before
		return 0, v.same(dir)
	}
	if got != 128+int(s) {
		return 0, fmt.Errorf("status %d after %v, want %d:\n%s", got, s, 128+int(s), &out)
	}
	if err := says(out.Bytes(), "the same command goes on"); err != nil && !twice {
		return 0, err
	}
	if took := time.Since(start); took > 2*time.Second {
		return 0, fmt.Errorf("it took %v to end after %v, want 2 s", took, s)
	}
	return 1, v.finish(dir)
}

// processors finishes a run with another number of processors and path of instructions.
func processors(v *victim, dir string, r *rand.Rand) (int, error) {
	return 1, v.finish(dir, fmt.Sprintf("GOMAXPROCS=%d", 1+r.IntN(8)), "LATENTSPACE_KERNEL="+paths[r.IntN(len(paths))])
}

// paths of instructions that are tried: those that there are here.
var paths = kernel.Paths()

// begun makes a part of a run with at least two checkpoints.
func begun(v *victim, dir string, r *rand.Rand) error {
	cmd := v.command(dir)
	if err := cmd.Start(); err != nil {
		return err
	}
	for range 500 {
		time.Sleep(10 * time.Millisecond)
		if len(steps(dir)) >= 2 {
			break
		}
	}
	time.Sleep(moment(r) / 4)
	cmd.Process.Kill()
	cmd.Wait()
	if n := len(steps(dir)); n < 2 {
		return fmt.Errorf("%d checkpoints, want two", n)
	}
	return nil
}

// damaged changes the newest file of a part of a run: it is named, the one before is taken,
// and the run ends as if nothing had been.
func damaged(v *victim, dir string, r *rand.Rand, damage func(b []byte) []byte) (int, error) {
	if err := begun(v, dir, r); err != nil {
		return 0, err
	}
	files := steps(dir)
	newest := files[len(files)-1]
	b, err := os.ReadFile(newest)
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(newest, damage(b), 0o644); err != nil {
		return 0, err
	}
	var out bytes.Buffer
	cmd := v.command(dir)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("going on: %w\n%s", err, &out)
	}
	if err := says(out.Bytes(), filepath.Base(newest)+" is damaged"); err != nil {
		return 0, err
	}
	return 1, v.same(dir)
}

func flipped(v *victim, dir string, r *rand.Rand) (int, error) {
	return damaged(v, dir, r, func(b []byte) []byte {
		b[r.IntN(len(b))] ^= 1 << r.IntN(8)
		return b
	})
}

func cut(v *victim, dir string, r *rand.Rand) (int, error) {
	return damaged(v, dir, r, func(b []byte) []byte { return b[:r.IntN(len(b))] })
}

// limited runs with a bound on the size of files, which a save may not fit: the run fails with
// a word of the file, nothing that was saved is lost, and without the bound it ends well.
func limited(v *victim, dir string, r *rand.Rand) (int, error) {
	return 1, v.limit(dir, r.IntN(120))
}

// limit runs with files of at most some blocks, of 512 or 1024 bytes by the shell.
func (v *victim) limit(dir string, blocks int) error {
	cmd := exec.Command("sh", "-c", fmt.Sprintf("ulimit -f %d; trap '' XFSZ; exec '%s' -config '%s' -out '%s'", blocks, v.train, v.config, dir))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return v.same(dir)
	}
	if !strings.Contains(string(out), "file too large") {
		return fmt.Errorf("with files of %d blocks it does not say why it ends: %w\n%s", blocks, err, out)
	}
	return v.finish(dir)
}

// contended starts several processes on one folder: one trains, the others say who does.
func contended(v *victim, dir string, r *rand.Rand) (int, error) {
	n := 2 + r.IntN(5)
	if r.IntN(4) == 0 {
		n = 64
	}
	cmds, outs := make([]*exec.Cmd, n), make([]bytes.Buffer, n)
	for i := range cmds {
		cmds[i] = v.command(dir)
		cmds[i].Stderr = &outs[i]
		if err := cmds[i].Start(); err != nil {
			return 0, err
		}
	}
	done := 0
	for i, cmd := range cmds {
		if err := cmd.Wait(); err == nil {
			done++ // or found it finished
		} else if e := says(outs[i].Bytes(), "process "); e != nil {
			return 0, fmt.Errorf("process %d of %d ends with %w: %w", i, n, err, e)
		}
	}
	if done == 0 {
		return 0, fmt.Errorf("none of %d processes trained:\n%s", n, &outs[0])
	}
	return n, v.same(dir)
}

// observed samples from the newest checkpoint while the run saves: what is there is whole.
func observed(v *victim, dir string, r *rand.Rand) (int, error) {
	cmd := v.command(dir)
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	n := 0
	for {
		select {
		case err := <-ended:
			if err != nil {
				return 0, err
			}
			return n, v.same(dir)
		default:
		}
		if len(steps(dir)) == 0 {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		out, err := exec.Command(v.sample, "-run", dir, "-n", "2", "-o", filepath.Join(filepath.Dir(dir), "seen.csv")).CombinedOutput()
		if err == nil && strings.Contains(string(out), "damaged") {
			err = errors.New("it saw half a file")
		}
		if err != nil {
			cmd.Process.Kill()
			<-ended
			return 0, fmt.Errorf("sample while it trains: %w\n%s", err, out)
		}
		n++
	}
}

// deaf trains with stdout and stderr closed, or read by no one: it ends, and files are whole.
func deaf(v *victim, dir string, r *rand.Rand) (int, error) {
	how := []string{">&- 2>&-", "2>&1 | true", "2>/dev/full"}[r.IntN(3)]
	cmd := exec.Command("sh", "-c", fmt.Sprintf("'%s' -config '%s' -out '%s' %s", v.train, v.config, dir, how))
	cmd.Run() // the status may be that of another
	return 1, v.same(dir)
}
