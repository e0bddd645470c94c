package web

import (
	"bytes"
	"fmt"
	"image/gif"
	"os/exec"
	"path/filepath"
	"testing"
)

// node runs a script of testdata and returns what it prints.
func node(t *testing.T, arguments ...string) []byte {
	t.Helper()
	path, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node here to run the page's scripts by")
	}
	var failed bytes.Buffer
	c := exec.Command(path, arguments...)
	c.Stderr = &failed
	out, err := c.Output()
	if err != nil {
		t.Fatalf("node %v: %v\n%s%s", arguments, err, out, failed.Bytes())
	}
	return out
}

// The tests in testdata are of the parts of the page that need no browser.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.test.mjs")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d tests, %v", len(files), err)
	}
	node(t, append([]string{"--test"}, files...)...)
}

// Our GIFs are read by another program's reader: Go's. The pictures are noise, so that the
// table of words fills and is begun again.
func TestGIFsAreRead(t *testing.T) {
	for _, side := range []int{1, 3, 15, 16, 17, 90} {
		t.Run(fmt.Sprint(side), func(t *testing.T) {
			out := node(t, "testdata/gif.mjs", fmt.Sprint(side))
			g, err := gif.DecodeAll(bytes.NewReader(out))
			if err != nil {
				t.Fatal(err)
			}
			if len(g.Image) != 2 || g.Image[0].Bounds().Dx() != 2*side {
				t.Fatalf("%d frames of %v, want 2 of %d pixels in width", len(g.Image), g.Image[0].Bounds(), 2*side)
			}
			for f, frame := range g.Image {
				for i, got := range frame.Pix {
					x, y := i%(2*side)/2, i/(2*side)/2
					if want := byte((x*x*31 + y*y*17 + x*y*7 + f*3) % 251); got != want {
						t.Fatalf("frame %d, pixel %d, %d: %d, want %d", f, x, y, got, want)
					}
				}
			}
		})
	}
}
