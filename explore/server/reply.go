package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"latentspace/explore/atlas"
	"latentspace/internal/safejson"
)

// mostReply is the largest reply in bytes.
const mostReply = 8 << 20

// refusal is an answer that is an error: a status of HTTP with a sentence.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string { return r.text }

// refuse returns a refusal.
func refuse(status int, format string, args ...any) error {
	return &refusal{status, fmt.Sprintf(format, args...)}
}

// content is what a reply has.
type content struct {
	kind string // its type
	body []byte
}

// asJSON is a value as the content of a reply.
func asJSON(v any) (content, error) {
	b, err := safejson.Marshal(v)
	return content{"application/json", b}, err
}

// asBytes is an array as the content of a reply.
func asBytes(b []byte) (content, error) { return content{"application/octet-stream", b}, nil }

// reply writes an answer.
func reply(w http.ResponseWriter, c content, err error) {
	status := http.StatusOK
	if err == nil && len(c.body) > mostReply {
		err = refuse(http.StatusRequestEntityTooLarge, "The answer has %d bytes, want at most %d: ask for less at a time.", len(c.body), mostReply)
	}
	if err != nil {
		status = statusOf(err)
		c = content{"application/json", errorBody(err)}
		if status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "1")
		}
	}
	w.Header().Set("Content-Type", c.kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(c.body)))
	w.WriteHeader(status)
	w.Write(c.body)
}

// errorBody is an error as JSON.
func errorBody(err error) []byte {
	if errors.Is(err, context.DeadlineExceeded) {
		err = refuse(http.StatusServiceUnavailable, "The answer takes too long: ask for less at a time.")
	}
	b, _ := safejson.Marshal(struct {
		Error string `json:"error"`
	}{atlas.Sentence(err)}) // of a string
	return b
}

// statusOf is the status of HTTP that stands for an error.
func statusOf(err error) int {
	var r *refusal
	var lack atlas.Lack
	switch {
	case errors.As(err, &r):
		return r.status
	case errors.As(err, &lack), errors.Is(err, atlas.ErrNotReady):
		return http.StatusConflict
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}
