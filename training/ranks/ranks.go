// Package ranks sums arrays over processes, and compares what they have. A process has a number,
// its rank. How two of them exchange bytes is not its concern.
package ranks

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unsafe"

	"latentspace/kernel"
)

// World is a power of two of processes that make the same calls in the same order, as one of them
// sees it. Nil is a process by itself.
type World struct {
	Number int // the rank of this process, from 0
	Count  int // of all processes, a power of two

	// Exchange sends bytes to another rank and receives as many as there is room for from it. No more
	// than Most bytes are sent or received at once.
	Exchange func(with int, send, receive []byte) error

	received []float32 // of a piece of a sum
}

// Most is how many bytes an exchange has at most.
const Most = 1 << 22

// whole is the length up to which a sum is exchanged at once: fewer messages take less time there than
// fewer bytes.
const whole = 2048

// Rank returns the number of this process and how many there are.
func (w *World) Rank() (number, of int) {
	if w == nil {
		return 0, 1
	}
	return w.Number, w.Count
}

// First reports whether this process is the one that writes: rank 0.
func (w *World) First() bool { return w == nil || w.Number == 0 }

// Agreed is an error that all ranks have, with the same text.
type Agreed struct{ Err error }

func (e *Agreed) Error() string { return e.Err.Error() }

// Unwrap returns the error of this rank, or what another one's says.
func (e *Agreed) Unwrap() error { return e.Err }

// Agree returns an error on every rank if any of them gives one: that of the lowest such rank, as an
// [Agreed]. A process by itself has its own.
func (w *World) Agree(own error) error {
	if w == nil {
		return own
	}
	text := ""
	if own != nil {
		text = own.Error()
	}
	all, err := w.Gather([]byte(text))
	if err != nil {
		return errors.Join(own, err)
	}
	for rank, text := range all {
		switch {
		case len(text) == 0:
		case rank == 0 && w.Number == 0:
			return &Agreed{own}
		case rank == 0:
			return &Agreed{errors.New(string(text))}
		default:
			return &Agreed{fmt.Errorf("rank %d: %s", rank, text)}
		}
	}
	return nil
}

// Same is an error on every rank, an [Agreed], if one of them has another value than rank 0.
func (w *World) Same(what, value string) error {
	if w == nil {
		return nil
	}
	all, err := w.Gather([]byte(value))
	if err != nil {
		return err
	}
	for rank, other := range all {
		if string(other) != string(all[0]) {
			return &Agreed{fmt.Errorf("ranks: rank %d has another %s than rank 0: %s, and rank 0 %s", rank, what, other, all[0])}
		}
	}
	return nil
}

// Sum puts into v the sum over all ranks, which all give as many values. Neighbours are added, then
// neighbouring pairs, up to the whole,
//
//	(v₀ + v₁) + (v₂ + v₃)
//
// in float32. All ranks have the same bits, whichever of them computed them.
//
// Long arrays are halved: each rank adds half of what the pair of it has, then a quarter, and in the
// end each has a part of the whole, which it sends back along the same way.
func (w *World) Sum(v []float32) error {
	if w == nil {
		return nil
	}
	if len(v) <= whole {
		for d := 1; d < w.Count; d *= 2 {
			if err := w.add(d, v, v); err != nil {
				return err
			}
		}
		return nil
	}
	var kept, given [][]float32
	for d := 1; d < w.Count; d *= 2 {
		mine, other := v[:len(v)/2], v[len(v)/2:]
		if w.Number&d != 0 {
			mine, other = other, mine
		}
		if err := w.add(d, other, mine); err != nil {
			return err
		}
		kept, given, v = append(kept, mine), append(given, other), mine
	}
	for level := len(kept) - 1; level >= 0; level-- {
		if err := w.swap(w.Number^1<<level, bytesOf(kept[level]), bytesOf(given[level])); err != nil {
			return err
		}
	}
	return nil
}

// add gives the partner at a distance one array and adds what it gives to another, the lower rank's
// first.
func (w *World) add(distance int, give, to []float32) error {
	const piece = Most / 4
	if w.received == nil {
		w.received = make([]float32, piece)
	}
	for at := 0; at < max(len(give), len(to)); at += piece {
		send, sum := cut(give, at, piece), cut(to, at, piece)
		got := w.received[:len(sum)]
		if err := w.Exchange(w.Number^distance, bytesOf(send), bytesOf(got)); err != nil {
			return err
		}
		if w.Number&distance == 0 {
			kernel.Add(sum, sum, got)
		} else {
			kernel.Add(sum, got, sum)
		}
	}
	return nil
}

// swap sends one array to a rank and receives another.
func (w *World) swap(with int, send, receive []byte) error {
	for at := 0; at < max(len(send), len(receive)); at += Most {
		if err := w.Exchange(with, cut(send, at, Most), cut(receive, at, Most)); err != nil {
			return err
		}
	}
	return nil
}

// cut returns up to n elements from a place on; there may be none.
func cut[E any](v []E, at, n int) []E {
	at = min(at, len(v))
	return v[at:min(at+n, len(v))]
}

// mostGathered is how many bytes all ranks together give to Gather at most.
const mostGathered = 64 << 20

// Gather returns what each rank gives, in the order of ranks.
func (w *World) Gather(own []byte) ([][]byte, error) {
	if w == nil {
		return [][]byte{own}, nil
	}
	all := make([][]byte, w.Count)
	all[w.Number] = own
	for d := 1; d < w.Count; d *= 2 {
		with, first := w.Number^d, w.Number&^(d-1)
		var send []byte
		for _, b := range all[first : first+d] {
			send = binary.LittleEndian.AppendUint64(send, uint64(len(b)))
			send = append(send, b...)
		}
		var size, others [8]byte
		binary.LittleEndian.PutUint64(size[:], uint64(len(send)))
		if err := w.Exchange(with, size[:], others[:]); err != nil {
			return nil, err
		}
		n := binary.LittleEndian.Uint64(others[:])
		if len(send) > mostGathered {
			return nil, fmt.Errorf("ranks: rank %d gives %d bytes to rank %d, want at most %d", w.Number, len(send), with, mostGathered)
		}
		if n > mostGathered {
			return nil, fmt.Errorf("ranks: rank %d gives %d bytes, want at most %d", with, n, mostGathered)
		}
		got := make([]byte, n)
		if err := w.swap(with, send, got); err != nil {
			return nil, err
		}
		for rank := with &^ (d - 1); len(got) > 0; rank++ {
			if len(got) < 8 || rank >= w.Count || uint64(len(got)-8) < binary.LittleEndian.Uint64(got) {
				return nil, fmt.Errorf("ranks: rank %d gives what is not of this program", with)
			}
			n := binary.LittleEndian.Uint64(got)
			all[rank], got = got[8:8+n], got[8+n:]
		}
	}
	return all, nil
}

// bytesOf returns the memory of values.
func bytesOf(v []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), 4*len(v))
}
