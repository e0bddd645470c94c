package kernel

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestSpeedsOfProcessorsAreRead(t *testing.T) {
	root := t.TempDir()
	for i, text := range []string{"446\n", "1024\n", "none\n"} {
		dir := filepath.Join(root, fmt.Sprintf("cpu%d", i))
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "cpu_capacity"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := coreSpeeds(root, "cpu_capacity"), []int{446, 1024}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := coreSpeeds(root, "cpufreq/cpuinfo_max_freq"); len(got) != 0 {
		t.Errorf("files that are not there: got %v", got)
	}
}
