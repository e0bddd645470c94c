//go:build linux

package main

import (
	"os/exec"
	"testing"
)

// keep is memory that the compiler cannot do without.
var keep []byte

func TestMemoryOfThisProcessIsNotCountedToItsChildren(t *testing.T) {
	if _, err := exec.LookPath("true"); err != nil {
		t.Skip("there is no program that does nothing")
	}
	const size = 200 << 20
	keep = make([]byte, size)
	for i := 0; i < size; i += 1 << 12 {
		keep[i] = 1
	}
	keep = nil
	forgetPeak()
	cmd := exec.Command("true")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	if mb := peakMB(cmd.ProcessState); mb > 100 {
		t.Errorf("a program that does nothing had %.0f MB after this one had 200, want next to none", mb)
	}
}
