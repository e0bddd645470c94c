package picture

import (
	"errors"
	"fmt"
	"image"
	"io"
)

// pnm reads PBM, PGM and PPM: P1 to P3 in decimal numbers, P4 to P6 in bytes.
type pnm struct {
	b             []byte // what is not read yet
	kind          byte   // '1' … '6'
	width, height int
	most          int // the value of white
}

func blank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// number reads a decimal number after blanks and comments.
func (p *pnm) number() (int, error) {
	for len(p.b) > 0 && (blank(p.b[0]) || p.b[0] == '#') {
		comment := p.b[0] == '#'
		p.b = p.b[1:]
		for comment && len(p.b) > 0 && p.b[0] != '\n' && p.b[0] != '\r' {
			p.b = p.b[1:]
		}
	}
	n, digits := 0, 0
	for ; len(p.b) > 0 && p.b[0] >= '0' && p.b[0] <= '9'; digits++ {
		if n = 10*n + int(p.b[0]-'0'); n > 1<<30 {
			return 0, errors.New("a number above 2³⁰")
		}
		p.b = p.b[1:]
	}
	if digits == 0 && len(p.b) == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	if digits == 0 {
		return 0, fmt.Errorf("%q, want a number", p.b[0])
	}
	return n, nil
}

func newPNM(b []byte) (p *pnm, err error) {
	p = &pnm{b: b[2:], kind: b[1], most: 1}
	numbers := []*int{&p.width, &p.height, &p.most}
	if p.bits() {
		numbers = numbers[:2]
	}
	for _, n := range numbers {
		if *n, err = p.number(); err != nil {
			return nil, err
		}
	}
	if p.most < 1 || p.most > 65535 {
		return nil, fmt.Errorf("white is %d, want 1 to 65535", p.most)
	}
	if !p.plain() {
		if len(p.b) == 0 || !blank(p.b[0]) {
			return nil, errors.New("no blank before the pixels")
		}
		p.b = p.b[1:]
	}
	return p, nil
}

func (p *pnm) bits() bool   { return p.kind == '1' || p.kind == '4' }
func (p *pnm) plain() bool  { return p.kind <= '3' }
func (p *pnm) colour() bool { return p.kind == '3' || p.kind == '6' }

// size is how many bytes the pixels take in the file at least.
func (p *pnm) size() int64 {
	values := int64(p.width) * int64(p.height)
	if p.colour() {
		values *= 3
	}
	switch {
	case p.kind == '4':
		return int64((p.width+7)/8) * int64(p.height)
	case p.kind == '1':
		return values // without blanks
	case p.plain():
		return 2*values - 1
	case p.most > 255:
		return 2 * values
	}
	return values
}

func pnmHeader(b []byte) (header, error) {
	p, err := newPNM(b)
	if err != nil {
		return header{}, err
	}
	h := header{Info: Info{Width: p.width, Height: p.height, Mode: Grey, Deep: p.most > 255}, orientation: 1}
	pixels := int64(p.width) * int64(p.height)
	h.stored = pixels
	if p.colour() {
		h.Mode, h.stored = RGB, 4*pixels
	}
	h.memory = h.stored
	if n := int64(len(p.b)); p.size() > n {
		return h, fmt.Errorf("%d bytes of pixels, want at least %d for %d × %d", n, p.size(), p.width, p.height)
	}
	return h, nil
}

// decodePNM reads the pixels, scaled to 0 … 255.
func decodePNM(b []byte) (image.Image, error) {
	p, err := newPNM(b)
	if err != nil {
		return nil, err
	}
	bounds := image.Rect(0, 0, p.width, p.height)
	if !p.colour() {
		m := image.NewGray(bounds)
		return m, p.fill(m.Pix, 1)
	}
	m := image.NewRGBA(bounds)
	for k := 3; k < len(m.Pix); k += 4 {
		m.Pix[k] = 255
	}
	return m, p.fill(m.Pix, 4)
}

// fill writes values to pixels of one or, with a fourth byte that stays, three channels.
func (p *pnm) fill(pix []byte, step int) error {
	for y := range p.height {
		for x := range p.width {
			for c := range min(step, 3) {
				v, err := p.value(x)
				if err != nil {
					return err
				}
				if v > p.most {
					return fmt.Errorf("the value %d in row %d, want at most %d", v, y, p.most)
				}
				pix[(y*p.width+x)*step+c] = byte((2*v*255 + p.most) / (2 * p.most))
			}
		}
	}
	return nil
}

// value reads the next value of the row, in column x.
func (p *pnm) value(x int) (int, error) {
	switch {
	case p.kind == '1':
		for len(p.b) > 0 && blank(p.b[0]) {
			p.b = p.b[1:]
		}
		if len(p.b) == 0 {
			return 0, io.ErrUnexpectedEOF
		}
		bit := p.b[0] - '0'
		if p.b = p.b[1:]; bit > 1 {
			return 0, fmt.Errorf("%q, want 0 or 1", bit+'0')
		}
		return 1 - int(bit), nil // 1 is black
	case p.plain():
		return p.number()
	case p.kind == '4':
		if len(p.b) == 0 {
			return 0, io.ErrUnexpectedEOF
		}
		bit := p.b[0] >> (7 - x%8) & 1
		if x%8 == 7 || x == p.width-1 {
			p.b = p.b[1:]
		}
		return 1 - int(bit), nil
	case p.most > 255:
		if len(p.b) < 2 {
			return 0, io.ErrUnexpectedEOF
		}
		v := int(p.b[0])<<8 | int(p.b[1])
		p.b = p.b[2:]
		return v, nil
	}
	if len(p.b) == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	v := int(p.b[0])
	p.b = p.b[1:]
	return v, nil
}
