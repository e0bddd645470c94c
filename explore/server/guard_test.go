package server

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A page of another site that reaches the server, by a name of its own for 127.0.0.1 or by a form, is
// refused, whatever cookie comes along.
func TestOtherHostsAndSitesAreRefused(t *testing.T) {
	b := opened(t, usual)
	port := strings.TrimPrefix(b.base, "http://127.0.0.1:")
	const decode = `{"codes":[[0,0,0]]}`
	for name, c := range map[string]struct {
		header map[string]string
		get    int
		post   int
	}{
		"the page itself":                      {map[string]string{"Sec-Fetch-Site": "same-origin"}, 200, 200},
		"a program without these headers":      {map[string]string{"Sec-Fetch-Site": "", "Origin": ""}, 200, 403},
		"an address that was typed":            {map[string]string{"Sec-Fetch-Site": "none"}, 200, 403},
		"a link on another site":               {map[string]string{"Sec-Fetch-Site": "cross-site"}, 403, 403},
		"another port of this machine":         {map[string]string{"Sec-Fetch-Site": "same-site"}, 403, 403},
		"another origin":                       {map[string]string{"Origin": "http://evil.example"}, 403, 403},
		"another port as origin":               {map[string]string{"Origin": "http://127.0.0.1:1"}, 403, 403},
		"the same origin by https":             {map[string]string{"Origin": "https://127.0.0.1:" + port}, 403, 403},
		"an origin that is hidden":             {map[string]string{"Origin": "null"}, 403, 403},
		"a name that stands for 127.0.0.1":     {map[string]string{"Host": "evil.example:" + port}, 403, 403},
		"a name that stands for 127.0.0.1, 80": {map[string]string{"Host": "evil.example"}, 403, 403},
		"no port":                              {map[string]string{"Host": "127.0.0.1"}, 403, 403},
		"another address of this machine":      {map[string]string{"Host": "127.0.0.2:" + port}, 403, 403},
		"a name that begins alike":             {map[string]string{"Host": "127.0.0.1.evil.example:" + port}, 403, 403},
		"a name that ends alike":               {map[string]string{"Host": "evil.localhost:" + port}, 403, 403},
		"localhost with a dot":                 {map[string]string{"Host": "localhost.:" + port}, 403, 403},
		"localhost with the origin 127.0.0.1":  {map[string]string{"Host": "localhost:" + port}, 200, 403},
	} {
		header := map[string]string{"Cookie": b.cookie()}
		for k, v := range c.header {
			header[k] = v
		}
		wants(t, name+": get", b.get("/api/space", "", header), c.get)
		wants(t, name+": post", b.post("/api/decode", decode, header), c.post)
	}
	local := map[string]string{"Host": "localhost:" + port, "Origin": "http://localhost:" + port, "Cookie": b.cookie()}
	wants(t, "localhost", b.post("/api/decode", decode, local), 200)
	for _, twice := range []string{"Origin", "Sec-Fetch-Site", "Host"} {
		value := map[string]string{"Origin": b.base, "Sec-Fetch-Site": "same-origin", "Host": "127.0.0.1:" + port}[twice]
		got := b.raw(fmt.Sprintf("GET / HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nCookie: %s\r\n%s: %s\r\n%s: evil\r\nConnection: close\r\n\r\n", port, b.cookie(), twice, value, twice))
		if !strings.HasPrefix(got, "HTTP/1.1 403") && !strings.HasPrefix(got, "HTTP/1.1 400") {
			t.Errorf("%s twice: %.60s", twice, got)
		}
	}
}

// Every answer, an error too, says that it is for nobody else, and no answer lets others in.
func TestEveryAnswerHasTheHeaders(t *testing.T) {
	b := opened(t, usual)
	answers := []*http.Response{
		b.get("/", "", nil), b.get("/live.js", "", nil), b.get("/api/space", "", nil), b.get("/other", "", nil),
		b.get("/", "", map[string]string{"Host": "evil.example"}), b.get("/", b.base+"/?token=other", nil), b.post("/api/decode", "{", nil),
	}
	for _, r := range answers {
		for name, want := range headers {
			if got := r.Header.Values(name); len(got) != 1 || got[0] != want {
				t.Errorf("%s: %s is %q, want %q", r.Request.URL, name, got, want)
			}
		}
		for name := range r.Header {
			if strings.HasPrefix(name, "Access-Control") || name == "Server" || name == "X-Powered-By" {
				t.Errorf("%s: header %s", r.Request.URL, name)
			}
		}
	}
	policy := headers["Content-Security-Policy"]
	if !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
		t.Errorf("the policy is %s", policy)
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"} {
		if headers[name] != want {
			t.Errorf("%s is %q", name, headers[name])
		}
	}
}

func TestOtherMethodsAndTypesAreRefused(t *testing.T) {
	b := opened(t, usual)
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{"HEAD", "/", 200}, {"HEAD", "/api/space", 200}, {"POST", "/", 405}, {"POST", "/api/space", 405}, {"GET", "/api/decode", 405}, {"HEAD", "/api/decode", 405},
		{"PUT", "/api/decode", 405}, {"DELETE", "/", 405}, {"OPTIONS", "/api/decode", 405}, {"OPTIONS", "/", 405}, {"PATCH", "/", 405}, {"TRACE", "/", 405}, {"PROPFIND", "/", 405},
	} {
		r, err := http.NewRequest(c.method, b.base+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", b.base)
		r.Header.Set("Content-Type", "application/json")
		resp := b.do(r, nil)
		if body := text(resp); resp.StatusCode != c.status || c.method == "HEAD" && body != "" {
			t.Errorf("%s %s: %s with %d bytes, want %d", c.method, c.path, resp.Status, len(body), c.status)
		}
	}
	if got := b.raw("OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 40") {
		t.Errorf("OPTIONS *: %.60s", got)
	}
	for kind, status := range map[string]int{
		"application/json": 200, "application/json; charset=utf-8": 200, "Application/JSON": 200,
		"text/plain": 415, "application/x-www-form-urlencoded": 415, "multipart/form-data; boundary=x": 415, "": 415, "application/jsonp": 415,
		"application/json; charset=utf-16": 415, "application/json; x=y": 415, "text/plain, application/json": 415,
	} {
		wants(t, kind, b.post("/api/decode", `{"codes":[[0,0,0]]}`, map[string]string{"Content-Type": kind}), status)
	}
}

// A path is one of those that are known, to the letter. None leads to a file.
func TestPathsThatAreTricks(t *testing.T) {
	b := opened(t, usual)
	for _, path := range []string{
		"/page.html", "/../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//", "//evil.example/", "/api", "/api/", "/api/space/", "/api/space/..", "/./live.js",
		"/live%2ejs", "/%6cive.js", "/live.js%00", "/live.js\\..", "/LIVE.JS", "/api/./space", "/favicon.ico", "/.git/config", "/api/space;x", "/C:/windows", "/runs/test/run.json",
	} {
		got := b.raw("GET " + path + " HTTP/1.1\r\nHost: " + strings.TrimPrefix(b.base, "http://") + "\r\nCookie: " + b.cookie() + "\r\nConnection: close\r\n\r\n")
		if !strings.HasPrefix(got, "HTTP/1.1 404") && !strings.HasPrefix(got, "HTTP/1.1 400") {
			t.Errorf("%s: %.60s", path, got)
		}
	}
	// The path of a request to a proxy is a path of the host that it names.
	if got := b.raw("GET http://evil.example/ HTTP/1.1\r\nHost: " + strings.TrimPrefix(b.base, "http://") + "\r\nCookie: " + b.cookie() + "\r\nConnection: close\r\n\r\n"); !strings.HasPrefix(got, "HTTP/1.1 403") {
		t.Errorf("as a proxy: %.60s", got)
	}
}
