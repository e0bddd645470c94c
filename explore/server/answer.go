package server

import (
	"context"
	"fmt"
	"html"
	"net/http"

	"latentspace/internal/panics"
	"latentspace/web"
)

// request is a request that was let in.
type request struct {
	*http.Request
	query query
	run   int // that it is about
}

// body reads the body of the request.
func (r *request) body(into any) error { return readBody(r.Body, into) }

// answer answers a request.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	for name, value := range headers {
		w.Header().Set(name, value)
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostBody)
	err := panics.Caught(func() error {
		s.let(w, r)
		return nil
	})
	if err != nil {
		reply(w, content{}, refuse(http.StatusInternalServerError, "The program is at fault: %v.", err))
	}
}

// let answers a request that may come in.
func (s *Server) let(w http.ResponseWriter, r *http.Request) {
	if err := s.guard(r); err != nil {
		reply(w, content{}, err)
		return
	}
	known, ok := routes[r.URL.Path]
	if !ok || r.URL.EscapedPath() != r.URL.Path {
		reply(w, content{}, refuse(http.StatusNotFound, "There is nothing at this path."))
		return
	}
	if method := known.method(); r.Method != method && !(r.Method == http.MethodHead && method == http.MethodGet) {
		w.Header().Set("Allow", method)
		reply(w, content{}, refuse(http.StatusMethodNotAllowed, "The method is %s, want %s here.", r.Method, method))
		return
	}
	q, err := readQuery(r.URL.RawQuery, append([]string{"run"}, known.parameters...))
	if err != nil {
		reply(w, content{}, err)
		return
	}
	if token, ok := q["token"]; ok {
		s.admit(w, r, token)
		return
	}
	if !s.admitted(r) {
		s.refusePage(w, r, "This page is for who opened it from its program.")
		return
	}
	if known.post {
		if err := checkJSON(r); err != nil {
			reply(w, content{}, err)
			return
		}
	}
	s.known(w, &request{Request: r, query: q}, known)
}

// known answers a request of a route.
func (s *Server) known(w http.ResponseWriter, r *request, known route) {
	var err error
	if r.run, err = r.query.number("run", 0, 0, s.runs.len()-1); err != nil {
		reply(w, content{}, err)
		return
	}
	if known.stream != nil {
		known.stream(s, w, r)
		return
	}
	ctx, stop := context.WithTimeout(r.Context(), s.limits.request)
	defer stop()
	r.Request = r.WithContext(ctx)
	c, err := known.answer(s, r)
	reply(w, c, err)
}

// admit makes a cookie of a token.
func (s *Server) admit(w http.ResponseWriter, r *http.Request, token string) {
	switch s.admission.open(token) {
	case right:
		http.SetCookie(w, &http.Cookie{Name: s.cookieName(), Value: s.admission.cookie, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	case again:
		if s.admitted(r) {
			break
		}
		if token := s.admission.renew(); token != "" {
			s.o.Tell(s.address(token))
		}
		s.refusePage(w, r, "This address was opened before, and opens once.")
		return
	case wrong:
		s.refusePage(w, r, "This address is not the one that the program printed.")
		return
	}
	w.Header().Set("Location", "/")
	w.WriteHeader(http.StatusSeeOther)
}

// refusePage refuses one who is not admitted: a person by a page.
func (s *Server) refusePage(w http.ResponseWriter, r *http.Request, why string) {
	if r.URL.Path != "/" {
		reply(w, content{}, refuse(http.StatusForbidden, "%s Open the address that sample explore printed.", why))
		return
	}
	page := fmt.Sprintf("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Explorer</title>\n"+
		"<p>%s</p>\n<p>Look at the terminal in which <code>sample explore</code> runs: open the last address that it printed. "+
		"If there is none, start <code>sample explore</code> again.</p>\n</html>\n", html.EscapeString(why))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprint(w, page)
}

// file is an answer with a file of the page.
func file(name string) func(*Server, *request) (content, error) {
	return func(*Server, *request) (content, error) {
		kind, b := web.File(name)
		return content{kind, b}, nil
	}
}
