package kernel

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"unsafe"
)

// A pair of strips fails where one of them does in Go, and has the same sums where none does.
func TestChainsOfSSE2AreThoseInGo(t *testing.T) {
	var own, want twinTile
	var succeeded, failed [2]int // of all, and of pairs with ordinary numbers
	for seed := range uint64(4000) {
		width := 1 + int(mix(seed)%twinWidth)
		count := int(mix(seed+1<<32) % (mostTerms + 1))
		number := func(i, j int) float32 {
			h := mix(seed<<20 + uint64(i)<<10 + uint64(j))
			if v := awkwardNumber(h); seed%2 == 0 && h>>40%16 == 0 && v-v == 0 {
				return v
			}
			return float32(int32(h>>16)) * 0x1p-31
		}
		d := &twinTile{}
		var a, row [twinWidth]float32
		d.count, d.leastOfAll, d.mostOfAll = count, 1, 1
		for k := range count {
			a[k], d.a[k], d.least[k] = number(100, k), 4*k, 1
			for j := range width {
				d.double[j/chainColumns][k][j%chainColumns] = float64(number(k, j))
			}
		}
		for j := range row {
			row[j] = number(101, j)
		}
		for k := count; k%4 != 0; k++ {
			d.a[k] = d.a[max(0, count-1)]
		}
		terms, ok := d.regular(&plainChains, unsafe.Pointer(&a))
		if !ok || count == 0 {
			continue
		}
		n, least, most := plainChains.list(d, unsafe.Pointer(&a))
		own = *d
		if gotN, gotLeast, gotMost := own.listSSE2(unsafe.Pointer(&a)); gotN != n || gotLeast != least || gotMost != most || !slices.Equal(own.terms[:n], terms) {
			t.Fatalf("seed %d: got %d terms %v from %g to %g, want %d, %v from %g to %g", seed, gotN, own.terms[:gotN], gotLeast, gotMost, n, terms, least, most)
		}
		own, want = *d, *d
		got, sums := row, row
		bits := own.chainsSSE2(got[:width], own.terms[:len(terms)])
		wantBits := want.chains(sums[:width], want.terms[:len(terms)])
		for j := 0; j < width; j += 2 * chainColumns {
			pair := uint64(3) << (j / chainColumns)
			to := min(j+2*chainColumns, width)
			if bits&pair != 0 {
				failed[seed%2]++
				if wantBits&pair == 0 || bits&pair != pair || !slices.Equal(got[j:to], row[j:to]) {
					t.Fatalf("seed %d: strips %b failed with sums %v, want %b with %v", seed, bits, got[j:to], wantBits, row[j:to])
				}
				continue
			}
			succeeded[seed%2]++
			if wantBits&pair != 0 || !equal(got[j:to], sums[j:to]) {
				t.Fatalf("seed %d: strips %b failed, with sums %v, want %b with %v", seed, bits, got[j:to], wantBits, sums[j:to])
			}
		}
		if !equal(got[width:], row[width:]) {
			t.Fatalf("seed %d: got %v behind the row, want %v", seed, got[width:], row[width:])
		}
	}
	if failed[0] < 100 || succeeded[0] < 100 || failed[1] > 5 || succeeded[1] < 1000 {
		t.Errorf("with awkward numbers %d pairs failed of %d, with ordinary ones %d of %d", failed[0], failed[0]+succeeded[0], failed[1], failed[1]+succeeded[1])
	}
}

// Code for SSE2 uses what every amd64 has.
func TestSSE2NeedsNoMore(t *testing.T) {
	files, _ := filepath.Glob("*_sse2_amd64.s")
	if len(files) != 2 {
		t.Fatalf("got files %v, want two", files)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		functions := regexp.MustCompile(`(?m)^TEXT`).FindAll(text, -1)
		needs := regexp.MustCompile(`(?m)^// Requires: (.*)\nTEXT`).FindAllSubmatch(text, -1)
		if len(functions) == 0 || len(needs) != len(functions) {
			t.Fatalf("%s: %d functions say what they need, of %d", name, len(needs), len(functions))
		}
		for _, n := range needs {
			if s := string(n[1]); s != "SSE" && s != "SSE2" && s != "SSE, SSE2" {
				t.Errorf("%s: a function needs %s", name, s)
			}
		}
	}
}
