// Package singlefile writes the page of an explorer as one file of HTML that has everything inside: the
// map, the decoder, what computes it, and no address. It works from a folder, without a network and
// without this program.
package singlefile

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"strings"

	"latentspace/explore/atlas"
	"latentspace/explore/portable"
	"latentspace/internal/safejson"
	"latentspace/training"
	"latentspace/web"
)

// Options say what goes into the file besides what there is at once.
type Options struct {
	// Prepare is what is made before the file is written, such as map:tsne, map:umap and direction:slant: see
	// [atlas.Atlas.Prepare].
	Prepare []string
	Watch   atlas.Watch // of the preparations; may be nil
}

// Result is what was written.
type Result struct {
	Bytes      int64    `json:"bytes"`
	Points     int      `json:"points"`
	Pictures   int      `json:"pictures"` // of the points, as they are in the data
	Maps       []string `json:"maps"`
	Directions []string `json:"directions"`
	// LeftOut says why something is not in the file.
	LeftOut []string `json:"left_out,omitempty"`
}

func (r Result) String() string {
	s := fmt.Sprintf("%.2f MB: points: %d, with pictures: %d, maps: %s\n", float64(r.Bytes)/1e6, r.Points, r.Pictures, cmp.Or(strings.Join(r.Maps, ", "), "none"))
	if len(r.Directions) > 0 {
		s += "directions of " + strings.Join(r.Directions, ", ") + "\n"
	}
	for _, why := range r.LeftOut {
		s += "left out: " + why + "\n"
	}
	return s
}

// Write writes the page of a model and its atlas. A decoder that the page cannot compute is an error.
// What else cannot be in the file is left out, with its reason in the page and in the result.
func Write(ctx context.Context, w io.Writer, m *training.Trained, a *atlas.Atlas, o Options) (Result, error) {
	decoder, err := portable.Of(m.Model)
	if err != nil {
		return Result{}, err
	}
	c := contents{a: a, space: fileSpace{Space: a.Space, Lacks: map[string]string{}}}
	for feature, why := range a.Space.Lacks {
		c.space.Lacks[feature] = why
	}
	if err := c.prepare(ctx, o); err != nil {
		return Result{}, err
	}
	for _, add := range []func() error{
		func() error { return c.decoder(decoder) }, c.told, c.codes, c.maps, c.values, c.thumbnails, c.draws, c.directions, c.describe,
	} {
		if err := add(); err != nil {
			return Result{}, fmt.Errorf("explore: %w", err)
		}
	}
	count := &counter{w: w}
	if err := c.write(count); err != nil {
		return Result{}, err
	}
	c.result.Bytes, c.result.Points = count.n, a.Space.N
	return c.result, nil
}

// contents are what a file has.
type contents struct {
	a        *atlas.Atlas
	space    fileSpace
	elements []element
	result   Result
}

// element is data that the page's code reads.
type element struct{ id, kind, text string }

// json adds an element of JSON, in which no "<" could end it.
func (c *contents) json(id string, v any) error {
	b, err := safejson.Marshal(v)
	c.elements = append(c.elements, element{id, "application/json", strings.ReplaceAll(string(b), "<", `\u003c`)})
	return err
}

// bytes adds an element of bytes.
func (c *contents) bytes(id string, b []byte) error {
	text, err := packed(b)
	c.elements = append(c.elements, element{id, "text/plain", text})
	return err
}

// prepare makes what takes long. One that fails is left out.
func (c *contents) prepare(ctx context.Context, o Options) error {
	watch := o.Watch
	if watch == nil {
		watch = func(string, int, int, string) {}
	}
	for _, what := range o.Prepare {
		err := c.a.Prepare(ctx, what, watch)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			c.result.LeftOut = append(c.result.LeftOut, fmt.Sprintf("%s: %v", what, err))
		}
	}
	return nil
}

// page is the HTML: the policy lets the code and the style of this file alone work, and pictures that
// they make.
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src %s; style-src %s; img-src data: blob:; media-src blob:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>%s</title>
<link rel="icon" href="data:image/svg+xml,%s">
<style>%s</style>
</head>
<body>
<main id="page"><p class="waiting" role="status">Reading the model…</p></main>
<noscript><p class="waiting">This page needs JavaScript.</p></noscript>
`

// scripts are the files of the page's code, in the order in which they work.
var scripts = []string{"page.js", "file.js"}

// write writes the page.
func (c *contents) write(w io.Writer) error {
	style, err := asset("page.css", "</style")
	if err != nil {
		return err
	}
	icon, err := asset("icon.svg", "</style")
	if err != nil {
		return err
	}
	var code []string
	var sums []string
	for _, name := range scripts {
		script, err := asset(name, "</script")
		if err != nil {
			return err
		}
		code, sums = append(code, script), append(sums, sum(script))
	}
	if _, err := fmt.Fprintf(w, page, strings.Join(sums, " "), sum(style), html.EscapeString(c.space.Name+", "+c.space.Kind), url.PathEscape(icon), style); err != nil {
		return err
	}
	for _, e := range c.elements {
		if _, err := fmt.Fprintf(w, "<script type=%q id=%q>%s</script>\n", e.kind, html.EscapeString(e.id), e.text); err != nil {
			return err
		}
	}
	for _, script := range code {
		if _, err := fmt.Fprintf(w, "<script>%s</script>\n", script); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "</body>\n</html>\n")
	return err
}

// sum is how a content security policy names an element of code or style.
func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(s[:]) + "'"
}

// asset is a file of the page, which must not have what ends the element that it is put into.
func asset(name, end string) (string, error) {
	kind, b := web.File(name)
	if kind == "" {
		return "", fmt.Errorf("explore: the program has no %s", name)
	}
	if strings.Contains(strings.ToLower(string(b)), end) {
		return "", errors.New("explore: " + name + " has " + end + ", which would end its element")
	}
	return string(b), nil
}
