package compact

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// random is n rows of a size, with a share of bytes that are not zero.
func random(r *rand.Rand, n, size int, dense float64) []byte {
	b := make([]byte, n*size)
	for k := range b {
		if r.Float64() < dense {
			b[k] = byte(1 + r.IntN(255))
		}
	}
	return b
}

// check wants rows to be those of b, in every form in which they are read.
func check(t *testing.T, rows *Rows, b []byte, size int) {
	t.Helper()
	n := len(b) / size
	if rows.Len() != n || rows.Size() != size {
		t.Fatalf("got %d rows of %d, want %d of %d", rows.Len(), rows.Size(), n, size)
	}
	room, floats := make([]byte, size), make([]float32, size)
	for i := range n {
		want := b[i*size : (i+1)*size]
		for k := range room {
			room[k] = 99
		}
		if got := rows.Row(i, room); !bytes.Equal(got, want) {
			t.Fatalf("row %d of %d bytes: got %v, want %v", i, size, got, want)
		}
		for _, by := range []float32{1, 255} {
			rows.Floats(i, floats, by)
			for k, got := range floats {
				if want := float32(want[k]) / by; got != want {
					t.Fatalf("row %d of %d bytes: value %d over %v: got %v, want %v", i, size, k, by, got, want)
				}
			}
		}
	}
	for i := -2; i < n+2; i++ {
		rows.FetchPlace(i)
		rows.Fetch(i)
	}
}

func TestRowsAreReadAsTheyWereWritten(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, size := range []int{1, 2, 7, 8, 15, 16, 17, 63, 64, 65, 100, 127, 128, 784, 3072, chunkBytes/2 + 1, chunkBytes + 5} {
		for _, dense := range []float64{0, 0.01, 0.2, 0.6, 1} {
			n := min(40, 1+3*chunkBytes/size)
			b := random(r, n, size, dense)
			check(t, Of(b, size), b, size)
		}
	}
	check(t, Of(nil, 5), nil, 5)
}

// Rows of many chunks, of which each is stored in the form that is best for it, written in pieces that
// are no rows.
func TestChunksAreStoredEachByItself(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const size = 1001
	var b []byte
	for k := range 6 {
		b = append(b, random(r, 700, size, []float64{0.1, 1}[k%2])...)
	}
	w := New(size)
	for at := 0; at < len(b); {
		n := min(len(b)-at, 1+r.IntN(100_000))
		w.Write(b[at : at+n])
		at += n
	}
	rows := w.Rows()
	check(t, rows, b, size)
	packed := 0
	for _, c := range rows.chunks {
		if c.starts != nil {
			packed++
		}
	}
	if packed == 0 || packed == len(rows.chunks) {
		t.Errorf("%d of %d chunks are packed, want some", packed, len(rows.chunks))
	}
}

// memory is how many bytes rows take.
func memory(r *Rows) int {
	n := 0
	for _, c := range r.chunks {
		n += cap(c.bytes) + 4*cap(c.starts)
	}
	return n
}

// A fifth of the bytes, and a bit for each, take a third; dense rows are as they were.
func TestRowsTakeLessMemoryWhereThatPays(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	const n, size = 3000, 784
	for _, c := range []struct {
		dense float64
		most  float64 // bytes for each of the rows'
	}{{0, 0.15}, {0.2, 0.35}, {0.5, 0.65}, {0.7, 1}, {1, 1}} {
		rows := Of(random(r, n, size, c.dense), size)
		if got := float64(memory(rows)) / (n * size); got > c.most {
			t.Errorf("with %v of the bytes not zero rows take %.3f of theirs, want at most %v", c.dense, got, c.most)
		}
		for _, k := range rows.chunks {
			if plain := k.starts == nil; plain != (c.most == 1) {
				t.Errorf("with %v of the bytes not zero: plain is %v", c.dense, plain)
			}
		}
	}
}

func TestRowsAreChanged(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, dense := range []float64{0.1, 1} {
		for _, size := range []int{9, 300} {
			b := random(r, 9000, size, dense)
			rows := Of(b, size)
			rows.Change(slices.Reverse[[]byte])
			for at := 0; at < len(b); at += size {
				slices.Reverse(b[at : at+size])
			}
			check(t, rows, b, size)
			rows.Change(func(row []byte) { copy(row, bytes.Repeat([]byte{7}, size)) })
			check(t, rows, bytes.Repeat([]byte{7}, len(b)), size)
			rows.Change(func(row []byte) { clear(row) })
			check(t, rows, make([]byte, len(b)), size)
		}
	}
}

func TestRowsAreReadAtOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	const size = 200
	b := random(r, 2000, size, 0.2)
	rows := Of(b, size)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			room := make([]byte, size)
			for i := range rows.Len() {
				if got := rows.Row(i, room); !bytes.Equal(got, b[i*size:(i+1)*size]) {
					t.Errorf("row %d: got %v", i, got)
					return
				}
			}
		})
	}
	wait.Wait()
}

func TestPartsOfRowsPanic(t *testing.T) {
	w := New(3)
	w.Write([]byte{1, 2, 3, 4})
	defer func() {
		if p := recover(); fmt.Sprint(p) != "compact: a row that is not whole" {
			t.Errorf("got %v", p)
		}
	}()
	w.Rows()
}

func FuzzRows(f *testing.F) {
	f.Add([]byte{0, 0, 1, 0}, 2)
	f.Add(make([]byte, 1000), 100)
	f.Fuzz(func(t *testing.T, b []byte, size int) {
		if size < 1 || size > len(b) {
			return
		}
		b = b[:len(b)/size*size]
		check(t, Of(b, size), b, size)
	})
}

func BenchmarkRows(b *testing.B) {
	const n, size = 20_000, 784
	r := rand.New(rand.NewPCG(13, 14))
	digits := make([]byte, n*size)
	for k := range digits {
		if k%size/5%5 == 0 { // strokes
			digits[k] = byte(1 + r.IntN(255))
		}
	}
	for name, all := range map[string][]byte{"digits": digits, "dense": random(r, n, size, 1)} {
		rows := Of(all, size)
		dst, room := make([]float32, size), make([]byte, size)
		at := func(k int) int { return k * 7919 % n }
		b.Run(name+"/floats", func(b *testing.B) {
			k := 0
			for b.Loop() {
				rows.Floats(at(k), dst, 255)
				k++
			}
		})
		b.Run(name+"/bytes", func(b *testing.B) {
			k := 0
			for b.Loop() {
				rows.Row(at(k), room)
				k++
			}
		})
		b.Run(name+"/build", func(b *testing.B) {
			b.SetBytes(n * size)
			for b.Loop() {
				Of(all, size)
			}
		})
	}
}
