package locate

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"
)

// Where nothing is downloaded, a file that is not there is an error, and no folder is made for it.
func TestNothingIsDownloadedOffline(t *testing.T) {
	cache := t.TempDir() + "/cache"
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache)
	t.Setenv("LATENTSPACE_DATA", "")
	for name, ctx := range map[string]context.Context{"offline": Offline(t.Context()), "read only": ReadOnly(t.Context())} {
		_, err := Find(ctx, Shelf{Kind: "toy", Mirrors: []string{"http://127.0.0.1:1/"}}, File{Name: "toy"},
			func(string) (int, error) { return 0, nil }, func(io.Reader) error { return nil })
		if err == nil || !strings.Contains(err.Error(), "nothing is downloaded here") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := os.Stat(cache); err == nil {
		t.Error("a folder was made")
	}
	if IsOffline(t.Context()) || IsReadOnly(t.Context()) || IsReadOnly(Offline(t.Context())) || !IsReadOnly(ReadOnly(t.Context())) {
		t.Error("means are mixed up")
	}
}
