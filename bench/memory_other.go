//go:build !unix

package main

import "os"

// peakMB is not known here.
func peakMB(*os.ProcessState) float64 { return 0 }

// forgetPeak is for systems that know peaks.
func forgetPeak() {}

// ownPeakMB is not known here.
func ownPeakMB() float64 { return 0 }
