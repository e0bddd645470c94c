package server

import (
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"strings"
	"testing"
)

// A token opens the page once. What it gives is a cookie that no script reads, that no other site sends,
// and that the token does not tell.
func TestATokenOpensOnce(t *testing.T) {
	dir, err := learned()
	if err != nil {
		t.Fatal(err)
	}
	b := serving(t, dir, usual)
	address := <-b.address
	if !regexp.MustCompile(`^http://127\.0\.0\.1:\d+/\?token=[0-9a-f]{64}$`).MatchString(address) {
		t.Fatalf("the address is %s", address)
	}
	wants(t, "without a cookie", b.get("/api/space", "", nil), 403)
	if r := b.get("/", "", nil); r.StatusCode != 403 || !strings.Contains(text(r), "open the last address that it printed") {
		t.Errorf("the page without a token has the status %s", r.Status)
	}
	for _, wrong := range []string{"", strings.Repeat("0", 64), address[len(address)-63:]} {
		if r := b.get("", b.base+"/?token="+wrong, nil); r.StatusCode != 403 || len(r.Cookies()) > 0 {
			t.Errorf("token %q: %s", wrong, r.Status)
		}
	}
	wants(t, "a token for another path", b.get("/api/space?token="+address[len(address)-64:], "", nil), 400)

	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r := b.get("", address, nil)
	if r.StatusCode != 303 || r.Header.Get("Location") != "/" || len(r.Cookies()) != 1 {
		t.Fatalf("the token gives %s to %q with %d cookies", r.Status, r.Header.Get("Location"), len(r.Cookies()))
	}
	c := r.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || len(c.Value) != 64 || strings.Contains(address, c.Value) {
		t.Errorf("the cookie is %v", c)
	}
	wants(t, "with the cookie", b.get("/api/space", "", nil), 200)
	if r := b.get("", address, nil); r.StatusCode != 303 || len(r.Cookies()) != 0 {
		t.Errorf("the same browser again: %s, want its page", r.Status)
	}

	// A thief comes too late, and the person is told a new address.
	thief, mine := &http.Client{Transport: b.client.Transport, CheckRedirect: b.client.CheckRedirect}, b.client
	thief.Jar, _ = cookiejar.New(nil) // which has no errors
	b.client = thief
	if r := b.get("", address, nil); r.StatusCode != 403 || len(r.Cookies()) > 0 || !strings.Contains(text(r), "opened before, and opens once") {
		t.Errorf("a stolen token: %s", r.Status)
	}
	wants(t, "a wrong cookie", b.get("/api/space", "", map[string]string{"Cookie": c.Name + "=" + strings.Repeat("0", 64)}), 403)
	var next string
	select {
	case next = <-b.address:
	default:
	}
	if next == address || next == "" {
		t.Fatalf("the new address is %q", next)
	}
	if r := b.get("", address, nil); r.StatusCode != 403 {
		t.Errorf("a stolen token again: %s", r.Status)
	}
	select {
	case a := <-b.address:
		t.Errorf("another address, %s, while one is unused", a)
	default:
	}
	if r := b.get("", next, nil); r.StatusCode != 303 {
		t.Errorf("the new address: %s", r.Status)
	}
	b.client = mine
	wants(t, "the first browser", b.get("/api/space", "", nil), 200)
}

// Browsers send a cookie to every port of a host: two explorers do not take, or replace, each other's.
func TestTheCookieIsOfOnePort(t *testing.T) {
	one, other := opened(t, usual), opened(t, usual)
	name, value, _ := strings.Cut(one.cookie(), "=")
	both := one.cookie() + "; " + other.cookie()
	theirs, _, _ := strings.Cut(other.cookie(), "=")
	other.client.Jar = nil // which would send its own
	if name == theirs {
		t.Errorf("two ports have the cookie %s", name)
	}
	for _, cookie := range []string{name + "=" + value, theirs + "=" + value} {
		wants(t, "the cookie of another port", other.get("/api/space", "", map[string]string{"Cookie": cookie}), 403)
	}
	wants(t, "both cookies", other.get("/api/space", "", map[string]string{"Cookie": both}), 200)
}

func TestOnlyAddressesOfThisMachine(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", "[::]:0", ":0", ":8080", "192.168.1.5:80", "10.0.0.1:0", "example.com:80", "localhost:0", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:-1", "127.0.0.1:70000", ""} {
		if s, err := Listen(Options{Address: address}); err == nil {
			s.listener.Close()
			t.Errorf("%q is listened on", address)
		} else if !strings.Contains(err.Error(), "-addr") || !strings.Contains(err.Error(), "want ") && !strings.Contains(err.Error(), "such as 127.0.0.1:0") {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, address := range []string{"127.0.0.1:0", "127.0.0.2:0", "[::1]:0"} {
		s, err := Listen(Options{Address: address})
		if err != nil {
			t.Logf("%s: %v", address, err) // a machine may lack it
			continue
		}
		if !strings.HasPrefix(s.address(""), "http://"+strings.TrimSuffix(address, "0")) {
			t.Errorf("%s is at %s", address, s.address(""))
		}
		s.listener.Close()
	}
}
