// Package web has the page of the explorer, as files that the program carries with it.
package web

import "embed"

//go:embed dist
var dist embed.FS

// types are the content types of the files of the page, by name: there are no others.
var types = map[string]string{
	"page.html": "text/html; charset=utf-8",
	"page.css":  "text/css; charset=utf-8",
	"icon.svg":  "image/svg+xml",
	"page.js":   "text/javascript; charset=utf-8",
	"live.js":   "text/javascript; charset=utf-8",
	"file.js":   "text/javascript; charset=utf-8",
}

// File returns a file of the page: what it is and its bytes; "" for a name that there is not.
func File(name string) (contentType string, b []byte) {
	contentType, ok := types[name]
	if !ok {
		return "", nil
	}
	b, err := dist.ReadFile("dist/" + name)
	if err != nil {
		return "", nil
	}
	return contentType, b
}
