//go:build !linux

package main

import (
	"errors"
	"math/rand/v2"
)

var errLinux = errors.New("only on Linux")

func powerCut(*victim, string, *rand.Rand) (int, error) { return 0, errLinux }

func fullDisk(*victim, string, *rand.Rand) (int, error) { return 0, errLinux }
