package kernel

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// coresDiffer asks the system for the capacity of the processors, which arm64 has, or for the
// highest frequency of each. Fast cores of one kind may differ by a tenth in that.
func coresDiffer() bool {
	for _, name := range []string{"cpu_capacity", "cpufreq/cpuinfo_max_freq"} {
		if speeds := coreSpeeds("/sys/devices/system/cpu", name); len(speeds) > 0 {
			return apart(speeds)
		}
	}
	return false
}

// coreSpeeds reads a number of each processor from the files of a name.
func coreSpeeds(root, name string) []int {
	files, _ := filepath.Glob(filepath.Join(root, "cpu[0-9]*", name))
	var speeds []int
	for _, file := range files {
		b, err := os.ReadFile(file)
		if n, bad := strconv.Atoi(strings.TrimSpace(string(b))); err == nil && bad == nil && n > 0 {
			speeds = append(speeds, n)
		}
	}
	return speeds
}
