// Package corpus makes examples of texts: of lines, sentences or windows, in tokens, out of files that
// people have.
package corpus

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"latentspace/internal/untrusted"
)

// The encodings of text.
const (
	UTF8        = "utf-8"
	Latin1      = "latin1"
	Windows1252 = "windows-1252"
	UTF16       = "utf-16"
)

// Encodings are the encodings of text that are read.
var Encodings = []string{UTF8, Latin1, Windows1252, UTF16}

// Decode returns the text that a file's bytes stand for, in UTF-8 and with lines that end by "\n". A
// byte order mark is no part of it. Bytes that are no text in the encoding are an error, which names
// the place and the encoding that they are likely in.
func Decode(b []byte, encoding string) (string, error) {
	if what, _ := untrusted.Foreign(b[:min(len(b), untrusted.HeadSize)]); what != "" {
		return "", untrusted.NotA("text", b[:min(len(b), untrusted.HeadSize)])
	}
	var text string
	var err error
	switch encoding {
	case UTF16:
		text, err = fromUTF16(b)
	case Latin1, Windows1252:
		text, err = fromBytes(b, encoding)
	default:
		text, err = fromUTF8(b)
	}
	if err != nil {
		return "", err
	}
	if at := strings.IndexByte(text, 0); at >= 0 {
		return "", fmt.Errorf("line %d: a character of code 0, as binary files have, want text", lineOf(text, at))
	}
	if strings.Contains(text, "\r") {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	return text, nil
}

// lineOf is the line, from 1, of a place in a text.
func lineOf[T string | []byte](text T, at int) int {
	return 1 + strings.Count(string(text[:at]), "\n")
}

func fromUTF8(b []byte) (string, error) {
	if order, _ := orderOf(b); order != nil {
		return "", fmt.Errorf("it is text in UTF-16, want UTF-8, or encoding: %s", UTF16)
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if utf8.Valid(b) {
		return string(b), nil
	}
	at := 0
	for {
		r, n := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return "", fmt.Errorf("line %d: byte %d is 0x%02x, which is not UTF-8, want UTF-8%s", lineOf(b, at), at+1, b[at], likely(b))
}

// likely names the encoding that bytes which are not UTF-8 are likely in.
func likely(b []byte) string {
	control := false // has Latin 1 control characters in it, which Windows has other characters for
	for _, c := range b {
		switch {
		case c == 0 || c >= 0x80 && c < 0xa0 && windows[c-0x80] == 0:
			return "; it may be a binary file"
		case c >= 0x80 && c < 0xa0:
			control = true
		}
	}
	if control {
		return ", or encoding: " + Windows1252
	}
	return ", or encoding: " + Latin1
}

// windows are the characters of the bytes 0x80 to 0x9f in Windows-1252, 0 for none.
var windows = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// fromBytes reads an encoding of one byte for each character.
func fromBytes(b []byte, encoding string) (string, error) {
	if bytes.HasPrefix(b, []byte("\ufeff")) {
		return "", fmt.Errorf("it begins with the byte order mark of UTF-8, want %s, or encoding: %s", encoding, UTF8)
	}
	if order, _ := orderOf(b); order != nil {
		return "", fmt.Errorf("it is text in UTF-16, want %s, or encoding: %s", encoding, UTF16)
	}
	var text strings.Builder
	text.Grow(len(b))
	for at, c := range b {
		r := rune(c)
		if c >= 0x80 && c < 0xa0 && encoding == Windows1252 {
			if r = windows[c-0x80]; r == 0 {
				return "", fmt.Errorf("line %d: byte %d is 0x%02x, which is no character of %s", lineOf(b, at), at+1, c, encoding)
			}
		}
		text.WriteRune(r)
	}
	return text.String(), nil
}

// orderOf is the byte order of UTF-16, nil for text in another encoding, and how long its mark is.
// Text without a mark is taken for UTF-16 if every other byte of its beginning is mostly 0 and the
// rest never are.
func orderOf(b []byte) (order binary.ByteOrder, mark int) {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return binary.LittleEndian, 2
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return binary.BigEndian, 2
	}
	head := b[:min(len(b), untrusted.HeadSize)]
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case zeros[0] == 0 && zeros[1] > len(head)/4:
		return binary.LittleEndian, 0
	case zeros[1] == 0 && zeros[0] > len(head)/4:
		return binary.BigEndian, 0
	}
	return nil, 0
}

func fromUTF16(b []byte) (string, error) {
	order, mark := orderOf(b)
	if order == nil {
		if len(b) > 0 && utf8.Valid(b) {
			return "", fmt.Errorf("it is text in UTF-8, want %s, or encoding: %s", UTF16, UTF8)
		}
		order = binary.LittleEndian
	}
	if b = b[mark:]; len(b)%2 != 0 {
		return "", fmt.Errorf("half a character at the end, want text in UTF-16")
	}
	var text strings.Builder
	text.Grow(len(b) / 2)
	for at := 0; at < len(b); at += 2 {
		r := rune(order.Uint16(b[at:]))
		if utf16.IsSurrogate(r) {
			second := rune(0)
			if at+4 <= len(b) {
				second = rune(order.Uint16(b[at+2:]))
			}
			if r = utf16.DecodeRune(r, second); r == utf8.RuneError {
				return "", fmt.Errorf("line %d: byte %d begins half a character, want text in UTF-16", lineOf(text.String(), text.Len()), mark+at+1)
			}
			at += 2
		}
		text.WriteRune(r)
	}
	return text.String(), nil
}
