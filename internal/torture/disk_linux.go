package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// command runs a program of the system.
func command(name string, args ...string) error {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

// shutdown is EXT4_IOC_SHUTDOWN, with the flag that leaves the journal as it is: from then on
// nothing reaches the disk.
const (
	shutdown   = 0x8004587d
	noLogFlush = 2
)

// powerCut stops the file system under a run again and again, as a power cut would: what is
// not on the disk is lost. After each the newest checkpoint is no older than the one that the
// run had called saved.
func powerCut(v *victim, dir string, r *rand.Rand) (n int, err error) {
	image, at := dir+".img", dir+".mnt"
	if err := os.MkdirAll(at, 0o755); err != nil {
		return 0, err
	}
	if f, err := os.Create(image); err != nil {
		return 0, err
	} else if err := f.Truncate(24 << 20); err != nil {
		return 0, err
	} else if err := f.Close(); err != nil {
		return 0, err
	}
	defer os.Remove(image)
	if err := command("mkfs.ext4", "-q", "-F", image); err != nil {
		return 0, err
	}
	if err := command("mount", "-o", "loop", image, at); err != nil {
		return 0, err
	}
	defer exec.Command("umount", "-l", at).Run()
	run := filepath.Join(at, "run")
	n = 1 + r.IntN(8)
	for range n {
		cmd := v.command(run)
		if err := cmd.Start(); err != nil {
			return 0, err
		}
		time.Sleep(moment(r) / 2)
		saved := acknowledged(run)
		err := cutPower(at)
		cmd.Process.Kill()
		cmd.Wait()
		if err != nil {
			return 0, err
		}
		if err := command("umount", at); err != nil {
			return 0, err
		}
		if err := command("mount", "-o", "loop", image, at); err != nil {
			return 0, err
		}
		if err := holds(run, saved); err != nil {
			return 0, fmt.Errorf("after a power cut: %w", err)
		}
	}
	if err := v.finish(run); err != nil {
		return 0, err
	}
	return n, command("umount", at)
}

// cutPower ends what reaches the disk of a file system.
func cutPower(at string) error {
	f, err := os.Open(at)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := unix.IoctlSetPointerInt(int(f.Fd()), shutdown, noLogFlush); err != nil {
		return fmt.Errorf("EXT4_IOC_SHUTDOWN: %w", err)
	}
	return nil
}

// fullDisk runs on a disk of a few pages. The run says that there is no room, what was saved
// stays, and with more room it ends well.
func fullDisk(v *victim, dir string, r *rand.Rand) (int, error) {
	return 1, v.onDisk(dir, 4*(1+r.IntN(256)))
}

// onDisk runs on a disk of some KiB, and then on one that is large enough.
func (v *victim) onDisk(dir string, size int) (err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dk", size), "tmpfs", dir); err != nil {
		return err
	}
	defer exec.Command("umount", "-l", dir).Run()
	run := filepath.Join(dir, "run")
	out, err := v.command(run).CombinedOutput()
	if err != nil && !strings.Contains(string(out), "no space left on device") {
		return fmt.Errorf("on a disk of %d KiB it does not say why it ends: %w\n%s", size, err, out)
	}
	if err := holds(run, acknowledged(run)); err != nil {
		return fmt.Errorf("on a disk of %d KiB: %w", size, err)
	}
	if err := command("mount", "-o", "remount,size=64m", dir); err != nil {
		return err
	}
	return v.finish(run)
}
