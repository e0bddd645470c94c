package show

import (
	"fmt"
	"os"
	"testing"
)

// The tests have a cache of their own, in which the classifier of each data set is trained once.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "show")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Setenv("XDG_CACHE_HOME", dir)
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}
