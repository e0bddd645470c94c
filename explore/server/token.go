package server

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"sync"
)

// secret is 256 random bits in hexadecimal.
func secret() string {
	var b [32]byte
	rand.Read(b[:]) // which never fails
	return hex.EncodeToString(b[:])
}

// admission lets in who has the address with its token. A token opens once, and gives a cookie.
type admission struct {
	mu     sync.Mutex
	token  string // that opens now
	used   string // that opened last
	cookie string // what the cookie has to be
}

func newAdmission() *admission { return &admission{token: secret(), cookie: secret()} }

// same compares secrets in a time that says nothing of them.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// The answers to a token.
type answer int

const (
	wrong answer = iota
	again        // it was the right one, and opened before
	right
)

// open takes a token. After the right one there is no other until renew.
func (a *admission) open(token string) answer {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.token != "" && same(token, a.token):
		a.used, a.token = a.token, ""
		return right
	case a.used != "" && same(token, a.used):
		return again
	}
	return wrong
}

// renew makes another token, unless there is one that was not used; then it returns "".
func (a *admission) renew() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.token != "" {
		return ""
	}
	a.token = secret()
	return a.token
}

// current is the token that opens now.
func (a *admission) current() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.token
}

// admits reports whether a cookie is the right one.
func (a *admission) admits(cookie string) bool { return same(cookie, a.cookie) }
