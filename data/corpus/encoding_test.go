package corpus

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTextIsReadInItsEncoding(t *testing.T) {
	for _, c := range []struct{ name, bytes, encoding, want string }{
		{"UTF-8", "né\n", UTF8, "né\n"},
		{"UTF-8 with a mark", "\xef\xbb\xbfné", UTF8, "né"},
		{"ends of lines of Windows", "a\r\nb\r\n", UTF8, "a\nb\n"},
		{"ends of lines of old Macs", "a\rb\r", UTF8, "a\nb\n"},
		{"Latin 1", "n\xe9\x85", Latin1, "né\u0085"},
		{"Windows", "\x93n\xe9\x94 \x80", Windows1252, "“né” €"},
		{"UTF-16 with a mark", "\xff\xfea\x00\xe9\x00", UTF16, "aé"},
		{"UTF-16, high bytes first", "\xfe\xff\x00a\xd8\x3d\xde\x00", UTF16, "a😀"},
		{"UTF-16 without a mark", "a\x00b\x00\r\x00\n\x00", UTF16, "ab\n"},
		{"UTF-16 without a mark, high bytes first", "\x00a\x00b", UTF16, "ab"},
		{"UTF-16 that is not of ASCII", "\x42\x30\x44\x30\x00\x4e\xff\xff", UTF16, "あい一\uffff"},
		{"nothing", "", UTF8, ""},
		{"nothing in UTF-16", "", UTF16, ""},
	} {
		if got, err := Decode([]byte(c.bytes), c.encoding); err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

func TestWrongEncodings(t *testing.T) {
	for _, c := range []struct{ name, bytes, encoding, want string }{
		{"Latin 1", "one\ncaf\xe9\n", UTF8, "line 2: byte 8 is 0xe9, which is not UTF-8, want UTF-8, or encoding: latin1"},
		{"Windows", "one\n\x93caf\xe9\x94\n", UTF8, "line 2: byte 5 is 0x93, which is not UTF-8, want UTF-8, or encoding: windows-1252"},
		{"a character that is cut", "é\xc3", UTF8, "line 1: byte 3 is 0xc3, which is not UTF-8, want UTF-8, or encoding: latin1"},
		{"bytes of no text", "a\x81\xe9", UTF8, "line 1: byte 2 is 0x81, which is not UTF-8, want UTF-8; it may be a binary file"},
		{"zeros", "a\xe9\x00\x00", UTF8, "line 1: byte 2 is 0xe9, which is not UTF-8, want UTF-8; it may be a binary file"},
		{"a zero", "ab\ncdefgh\x00i", UTF8, "line 2: a character of code 0, as binary files have, want text"},
		{"UTF-16 with a mark", "\xff\xfea\x00", UTF8, "it is text in UTF-16, want UTF-8, or encoding: utf-16"},
		{"UTF-16 without a mark", "a\x00b\x00", UTF8, "it is text in UTF-16, want UTF-8, or encoding: utf-16"},
		{"UTF-16 in Latin 1", "a\x00b\x00", Latin1, "it is text in UTF-16, want latin1, or encoding: utf-16"},
		{"UTF-8 in Windows", "\xef\xbb\xbfa", Windows1252, "it begins with the byte order mark of UTF-8, want windows-1252, or encoding: utf-8"},
		{"no character of Windows", "a\nb\x9d", Windows1252, "line 2: byte 4 is 0x9d, which is no character of windows-1252"},
		{"UTF-8 in UTF-16", "plain", UTF16, "it is text in UTF-8, want utf-16, or encoding: utf-8"},
		{"half a character", "\xff\xfea", UTF16, "half a character at the end, want text in UTF-16"},
		{"half a pair", "\xff\xfea\x00\n\x00\x3d\xd8", UTF16, "line 2: byte 7 begins half a character, want text in UTF-16"},
		{"a picture", "\x89PNG\r\n\x1a\n....", UTF8, "a PNG picture, want text"},
		{"a page", "<!DOCTYPE html><html>", UTF8, "an HTML page, as servers send in place of a file that they refuse, want text; get the file itself"},
	} {
		if got, err := Decode([]byte(c.bytes), c.encoding); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %q, %v, want %s", c.name, got, err, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "a\nb\r\n", "\xef\xbb\xbfé", "caf\xe9", "\xff\xfea\x00\x3d\xd8\x00\xde", "\xfe\xff\x00a", "a\x00b\x00", "\x93\x81"} {
		for k := range Encodings {
			f.Add([]byte(s), byte(k))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, k byte) {
		text, err := Decode(b, Encodings[int(k)%len(Encodings)])
		if err != nil {
			if text != "" || !utf8.ValidString(err.Error()) {
				t.Errorf("got %q and %v, want an error of UTF-8 alone", text, err)
			}
			return
		}
		if !utf8.ValidString(text) || strings.ContainsAny(text, "\r\x00") || len(text) > 3*len(b) {
			t.Errorf("%q is read as %q", b, text)
		}
	})
}
