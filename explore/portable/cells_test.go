package portable

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"latentspace/data/columns"
	"latentspace/example"
	"latentspace/experiments"
)

// Cells are written as the program writes them.
func TestCellsAreThoseOfTheTables(t *testing.T) {
	dir := page(t)
	r := rand.New(rand.NewPCG(11, 12))
	names := []string{"fixed", "any", "price", "share", "whole", "small", "below", "day", "time", "named", "stamp", "colour", "yes", "gaps", "same", "few"}
	var b strings.Builder
	b.WriteString(strings.Join(names, ";") + "\n")
	for i := range 600 {
		x := r.NormFloat64()
		at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(1e9)) * 1e6 * 700)
		gap := ""
		if i%4 > 0 {
			gap = fmt.Sprintf("%.2f", x*30)
		}
		price := strconv.Itoa(r.IntN(900)+100) + fmt.Sprintf(".%02d", r.IntN(100))
		if i%2 == 0 {
			price = strconv.Itoa(r.IntN(90)+1) + "," + price
		}
		b.WriteString(strings.Join([]string{
			fmt.Sprintf("%.3f", x), strconv.FormatFloat(x*1000, 'g', 5, 64), price, fmt.Sprintf("%.1f%%", 50+10*x),
			strconv.Itoa(int(x * 1e6)), strconv.FormatFloat(x*1e-6, 'g', 3, 64), strings.TrimPrefix(fmt.Sprintf("%.2f", r.Float64()*0.98), "0"),
			at.Format("2006-01-02"), at.Format("02.01.2006 15:04:05"), at.Format("2 Jan 2006"), at.Format("2006-01-02T15:04:05.000Z07:00"),
			[]string{"red", "green", "blue"}[i%3], []string{"yes", "no"}[i%2], gap, "EUR", strconv.Itoa(r.IntN(4) * 25),
		}, ";") + "\n")
	}
	file := filepath.Join(t.TempDir(), "table.csv")
	write(t, file, []byte(b.String()))
	c, err := experiments.Load("table", "data.file="+file)
	if err != nil {
		t.Fatal(err)
	}
	splits, err := c.Data.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same := func(name string, s example.Schema) {
		width := s.Width()
		rows := make([]float32, 500*width)
		for i := range rows {
			switch rows[i] = float32(r.NormFloat64() * math.Pow(2, float64(r.IntN(6)-2))); r.IntN(30) {
			case 0:
				rows[i] = float32(math.NaN())
			case 1:
				rows[i] = float32(r.IntN(3))
			case 2:
				rows[i] *= 1e9
			}
		}
		text, err := json.Marshal(cells(s))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "columns"), text)
		write(t, filepath.Join(dir, "rows"), blob(rows))
		var got [][]string
		if err := json.Unmarshal([]byte(node(t, dir, "cells.js", "columns", "rows", strconv.Itoa(width))), &got); err != nil {
			t.Fatal(err)
		}
		w, wrong := columns.NewWriter(s, false, 0), 0
		for i, row := range got {
			want := w.Cells(0, rows[i*width:(i+1)*width])
			if !slices.Equal(row, want) && wrong < 5 {
				wrong++
				t.Errorf("%s: row %d: got %q, want %q", name, i, row, want)
			}
		}
		if len(got) != 500 {
			t.Errorf("%s: %d rows, want 500", name, len(got))
		}
	}
	s := splits.Train.Schema()
	same("table", s)
	plain := example.Schema{}
	for _, f := range s.Fields {
		if !f.Indexed() {
			f.Column = nil
		}
		plain.Fields = append(plain.Fields, f)
	}
	same("cells without columns", plain)
}
