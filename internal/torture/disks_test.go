//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Disks without room, folders that may not be written or are gone, and files that are none:
// the run says what is in its way, and once that is gone it ends as if it had never been.
func TestDisksAndFoldersThatDoNotTakeASave(t *testing.T) {
	v, err := newVictim(programs, t.TempDir(), brief)
	if err != nil {
		t.Fatal(err)
	}
	for _, kib := range []int{4, 8, 16, 24, 32, 48, 64, 96, 128, 160} {
		t.Run(fmt.Sprintf("a disk of %d KiB", kib), func(t *testing.T) {
			if lacks := faults["no room on the disk"].lacks(); lacks != "" {
				t.Skip(lacks)
			}
			if err := v.onDisk(filepath.Join(t.TempDir(), "disk"), kib); err != nil {
				t.Error(err)
			}
		})
	}
	for _, blocks := range []int{0, 1, 10, 20, 40} {
		t.Run(fmt.Sprintf("files of at most %d blocks", blocks), func(t *testing.T) {
			if err := v.limit(filepath.Join(t.TempDir(), "run"), blocks); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("a folder that is read only", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "run")
		cmd := v.command(dir)
		if os.Geteuid() == 0 { // root may write everywhere
			if lacks := faults["no room on the disk"].lacks(); lacks != "" {
				t.Skip(lacks)
			}
			cmd = exec.Command("unshare", "-m", "sh", "-c", `mkdir -p "$2" && mount -t tmpfs -o ro tmpfs "$2" && exec "$0" -config "$1" -out "$2"`, v.train, v.config, dir)
		} else if err := os.Mkdir(dir, 0o555); err != nil {
			t.Fatal(err)
		}
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "read-only file system") && !strings.Contains(string(out), "permission denied") {
			t.Errorf("got %v\n%s", err, out)
		}
	})
	t.Run("a folder that is deleted while it trains", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "run")
		cmd := v.command(dir)
		var out strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			if len(steps(dir)) > 0 {
				break
			}
			exec.Command("sleep", "0.01").Run()
		}
		if err := os.Rename(dir, dir+".gone"); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil || !strings.Contains(out.String(), "no such file or directory") {
			t.Errorf("got %v\n%s", err, out.String())
		}
		if err := v.finish(dir + ".gone"); err != nil {
			t.Error(err)
		}
	})
	for _, name := range []string{"run.json", "config.yaml", "run.lock", "metrics.jsonl", "step-00000400.safetensors"} {
		for kind, put := range map[string]func(string) error{
			"pipe": func(path string) error { return syscall.Mkfifo(path, 0o666) },
			"link": func(path string) error {
				return os.Symlink(filepath.Join(filepath.Dir(filepath.Dir(path)), "precious"), path)
			},
		} {
			t.Run("a "+kind+" in place of "+name, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "run")
				precious := filepath.Join(filepath.Dir(dir), "precious")
				if err := os.WriteFile(precious, []byte("precious"), 0o666); err != nil {
					t.Fatal(err)
				}
				if err := os.Mkdir(dir, 0o777); err != nil {
					t.Fatal(err)
				}
				if err := put(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
				out, err := v.command(dir).CombinedOutput()
				if err == nil {
					err = v.same(dir) // it was replaced, as a whole file is
				} else if !strings.Contains(string(out), name) {
					err = fmt.Errorf("it ends with %w and does not name %s:\n%s", err, name, out)
				} else {
					err = nil
				}
				if err != nil {
					t.Error(err)
				}
				if b, err := os.ReadFile(precious); err != nil || string(b) != "precious" {
					t.Errorf("what the link led to is now %.40q", b)
				}
			})
		}
	}
}
