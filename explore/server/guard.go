package server

import (
	"mime"
	"net"
	"net/http"
	"slices"
	"strconv"
)

// headers are those of every reply.
var headers = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Cache-Control":                "no-store",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cross-Origin-Opener-Policy":   "same-origin",
}

// hosts are the values of the Host header that are answered, of an address that is listened on.
func hosts(at *net.TCPAddr) []string {
	port := strconv.Itoa(at.Port)
	all := []string{net.JoinHostPort(at.IP.String(), port), net.JoinHostPort("localhost", port)}
	if at.Port == 80 {
		all = append(all, at.IP.String(), "localhost")
	}
	return all
}

// guard refuses what no page of this server asks for.
func (s *Server) guard(r *http.Request) error {
	if headerSize(r) > s.limits.header {
		return refuse(http.StatusRequestHeaderFieldsTooLarge, "The header of the request is too large, want at most %d bytes.", s.limits.header)
	}
	if !slices.Contains(s.hosts, r.Host) {
		return refuse(http.StatusForbidden, "The request is for the host %.80q, and this server answers to %s alone.", r.Host, s.hosts[0])
	}
	origins, sites := r.Header.Values("Origin"), r.Header.Values("Sec-Fetch-Site")
	if len(origins) > 1 || len(origins) == 1 && origins[0] != "http://"+r.Host {
		return refuse(http.StatusForbidden, "The request comes from a page of another origin.")
	}
	if len(sites) > 1 || len(sites) == 1 && sites[0] != "same-origin" && (sites[0] != "none" || r.Method == http.MethodPost) {
		return refuse(http.StatusForbidden, "The request comes from a page of another site. Type the address, or copy it.")
	}
	if r.Method == http.MethodPost && len(origins) == 0 {
		return refuse(http.StatusForbidden, "The request does not say what page it comes from: want a header Origin.")
	}
	return nil
}

// headerSize is how many bytes the header of a request has. Package http reads up to 8 KiB more than it
// is told, on a connection that is used again.
func headerSize(r *http.Request) int {
	size := len(r.Method) + len(r.RequestURI) + len(r.Host)
	for name, values := range r.Header {
		for _, v := range values {
			size += len(name) + len(v) + len(": \r\n")
		}
	}
	return size
}

// cookieName is the name of the cookie: browsers share cookies between the ports of a machine.
func (s *Server) cookieName() string { return "explorer-" + strconv.Itoa(s.port) }

// admitted reports whether the request has the cookie.
func (s *Server) admitted(r *http.Request) bool {
	c, err := r.Cookie(s.cookieName())
	return err == nil && s.admission.admits(c.Value)
}

// checkJSON reports a body that does not call itself JSON.
func checkJSON(r *http.Request) error {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	charset, other := parameters["charset"], len(parameters)
	if charset != "" {
		other--
	}
	if err != nil || kind != "application/json" || other > 0 || charset != "" && charset != "utf-8" && charset != "UTF-8" {
		return refuse(http.StatusUnsupportedMediaType, "The body is of the type %.60q, want application/json.", r.Header.Get("Content-Type"))
	}
	return nil
}
