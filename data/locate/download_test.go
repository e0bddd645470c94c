package locate

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"
)

func TestDownloadGivesUpOnASilentServer(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer s.Close()
	err := fetch(t.Context(), s.URL+"/toy", filepath.Join(t.TempDir(), "toy"), nil, 20*time.Millisecond)
	if want := "the server sent nothing for 20ms"; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %q", err, want)
	}
}
