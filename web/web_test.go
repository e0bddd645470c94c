package web

import "testing"

func TestThePageIsCarriedAlong(t *testing.T) {
	for name := range types {
		if contentType, b := File(name); contentType == "" || len(b) == 0 {
			t.Errorf("%s: %q, %d bytes", name, contentType, len(b))
		}
	}
	for _, name := range []string{"", "../web.go", "dist/page.html", "other.js"} {
		if contentType, b := File(name); contentType != "" || b != nil {
			t.Errorf("%s is a file of the page: %q", name, contentType)
		}
	}
}
