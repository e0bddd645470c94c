package main

import (
	"encoding/json"
	"image"
	"image/gif"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// labelled checks a picture with labels: rows of pictures of some pixels, with gaps of
// 2, below a line of 18, beside labels of at least 10.
func labelled(t *testing.T, file string, columns, rows, pixels int) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, _, err := image.DecodeConfig(f)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	least := (pixels+2)*columns + 2 + 10
	if c.Height != (pixels+2)*rows+2+18 || c.Width < least || c.Width > least+150 {
		t.Errorf("%s: %d×%d, want %d columns and %d rows of pictures with labels", file, c.Width, c.Height, columns, rows)
	}
	picture(t, file, c.Width, c.Height)
}

// frames checks an animation.
func frames(t *testing.T, file string, want int) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	g, err := gif.DecodeAll(f)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	if len(g.Image) != want {
		t.Errorf("%s: %d frames, want %d", file, len(g.Image), want)
	}
}

// into runs sample with -json and reads what it prints, over nothing of a call before.
func into(t *testing.T, to any, dir string, args ...string) {
	t.Helper()
	reflect.ValueOf(to).Elem().SetZero()
	if out := sample(t, dir, append(args, "-json")...); json.Unmarshal(out, to) != nil {
		t.Fatalf("-json printed %s", out)
	}
}

type variedJSON struct {
	File      string    `json:"file"`
	Also      []string  `json:"also"`
	Attribute string    `json:"attribute"`
	Removed   []string  `json:"removed"`
	Strengths []float64 `json:"strengths"`
	Split     string    `json:"split"`
	Codes     int       `json:"codes"`
	Missing   int       `json:"missing"`
	Drawn     bool      `json:"codes_drawn"`
	Checked   int       `json:"checked"`
	HeldOut   bool      `json:"held_out"`
	Direction []float64 `json:"direction"`
	Prior     string    `json:"prior"`
	Readings  []struct {
		Attribute string    `json:"attribute"`
		Shift     []float64 `json:"shift"`
		Changed   []float64 `json:"changed"`
		Share     []float64 `json:"share"`
	} `json:"readings"`
	Unread []struct {
		Attribute string `json:"attribute"`
		Why       string `json:"why"`
	} `json:"unread"`
}

// told is how many attributes have readings, or a reason why they have none.
func (v variedJSON) told() int {
	n := len(v.Readings)
	for _, u := range v.Unread {
		if u.Attribute != "" && u.Why != "" {
			n++
		}
	}
	return n
}

type traversedJSON struct {
	File       string   `json:"file"`
	Also       []string `json:"also"`
	N          int      `json:"n"`
	Order      string   `json:"order"`
	Around     string   `json:"around"`
	Dimensions []struct {
		Index       int      `json:"index"`
		Deviation   float64  `json:"deviation"`
		KL          *float64 `json:"kl"`
		Sensitivity float64  `json:"sensitivity"`
	} `json:"dimensions"`
}

func TestSteeringPictures(t *testing.T) {
	for _, name := range []string{"vae", "conv", "ae", "gan"} {
		t.Run(name, func(t *testing.T) {
			if name == "conv" && !long {
				t.Skip("without LATENTSPACE_LONG one kind of network stands for all")
			}
			t.Parallel()
			dir := trainedRun(t, name)
			encodes, kl := name != "gan", name == "vae" || name == "conv"

			var tr traversedJSON
			into(t, &tr, dir, "traverse", "-steps", "5", "-fit", "80", "-dims", "2")
			labelled(t, filepath.Join(dir, tr.File), 5, 2, 56)
			frames(t, filepath.Join(dir, tr.Also[0]), 8)
			if want := map[bool]string{true: "kl", false: "sensitivity"}[kl]; tr.Order != want || tr.N != 2 || len(tr.Dimensions) != 3 {
				t.Errorf("traverse: %+v, want 2 of 3 dimensions by %s", tr, want)
			}
			last := math.Inf(1)
			for _, d := range tr.Dimensions {
				by := d.Sensitivity
				if kl {
					by = *d.KL
				} else if d.KL != nil {
					t.Errorf("a %s has a KL of %v", name, *d.KL)
				}
				if by > last || by < 0 || d.Deviation < 0 {
					t.Errorf("dimensions %+v, want falling figures", tr.Dimensions)
				}
				last = by
			}

			var v variedJSON
			into(t, &v, dir, "vary", "-attribute", "slant", "-n", "2", "-steps", "3", "-fit", "90", "-check", "20")
			labelled(t, filepath.Join(dir, v.File), 3, 2, 56)
			frames(t, filepath.Join(dir, v.Also[0]), 4)
			if !slices.Equal(v.Strengths, []float64{-2, 0, 2}) || v.Codes != 90 || v.Checked != 20 || !v.HeldOut || v.Drawn == encodes || len(v.Direction) != 3 || v.told() != 8 {
				t.Errorf("vary: %+v", v)
			}
			for _, r := range v.Readings {
				if r.Shift == nil && r.Changed == nil || r.Shift != nil && r.Shift[1] != 0 || r.Changed != nil && r.Changed[1] != 0 {
					t.Errorf("%s has moved at strength 0: %+v", r.Attribute, r)
				}
			}
			v = variedJSON{}
			into(t, &v, dir, "vary", "-attribute", "stroke", "-method", "regression", "-against", "slant, scale", "-strengths", "-1,3",
				"-draws", "-n", "2", "-fit", "90", "-check", "20", "-o", "strokes.png")
			if !slices.Equal(v.Removed, []string{"slant", "scale"}) || !slices.Equal(v.Strengths, []float64{-1, 3}) || v.File != "strokes.png" || v.Also[0] != "strokes.gif" {
				t.Errorf("vary -against: %+v", v)
			}
			if !encodes {
				return
			}

			v = variedJSON{}
			into(t, &v, dir, "vary", "-attribute", "class:3", "-method", "logistic", "-n", "1", "-fit", "90", "-check", "20", "-split", "valid")
			if v.Attribute != "class:3" || v.told() != 8 || len(v.Strengths) != 9 {
				t.Errorf("vary class:3: %+v", v)
			}
			var d drawn
			into(t, &d, dir, "vary", "-expr", "class:3 - 0.5*(class:8 + 4) + 17", "-n", "2", "-o", "sum.png")
			labelled(t, filepath.Join(dir, d.File), 5, 2, 112)
			for _, prior := range []string{"gaussian", "gmm", "kde", "aggregate"} {
				var p struct {
					drawn
					Prior string `json:"prior"`
					Split string `json:"prior_split"`
					Codes int    `json:"prior_codes"`
				}
				into(t, &p, dir, "-prior", prior, "-fit", "70", "-n", "4", "-o", prior+".png")
				picture(t, filepath.Join(dir, p.File), 118, 118)
				if p.Prior != prior || p.Split != "train" || p.Codes != 70 {
					t.Errorf("-prior %s: %+v", prior, p)
				}
			}
			into(t, &v, dir, "interpolate", "-prior", "gmm", "-components", "2", "-diagonal", "-split", "test", "-n", "1")
			if v.Prior != "gmm" {
				t.Errorf("interpolate -prior gmm: %+v", v)
			}
		})
	}
}

func TestSteeringVectors(t *testing.T) {
	dir := trainedRun(t, "table")
	var tr traversedJSON
	into(t, &tr, dir, "traverse")
	if got := rows(t, filepath.Join(dir, tr.File)); len(got) != 10 {
		t.Errorf("%s has %d rows, want a header and 9 steps of one dimension", tr.File, len(got))
	}
	var v variedJSON
	into(t, &v, dir, "vary", "-attribute", "class:2", "-n", "2")
	if got := rows(t, filepath.Join(dir, v.File)); len(got) != 19 {
		t.Errorf("%s has %d rows, want a header and 2·9 points", v.File, len(got))
	}
	var d drawn
	into(t, &d, dir, "vary", "-expr", "(1+2)/2")
	if got := rows(t, filepath.Join(dir, d.File)); len(got) != 4 {
		t.Errorf("%s has %d rows, want a header, two operands and the result", d.File, len(got))
	}
	into(t, &d, dir, "-prior", "kde", "-n", "25")
	if got := rows(t, filepath.Join(dir, d.File)); len(got) != 26 {
		t.Errorf("%s has %d rows, want a header and 25 draws", d.File, len(got))
	}
	dir = trainedRun(t, "flat") // a GAN of points
	into(t, &tr, dir, "traverse", "-fit", "50", "-from", "3")
	if tr.Order != "sensitivity" || tr.Around != "draw 3" {
		t.Errorf("a GAN's dimensions are ordered by %s around %s", tr.Order, tr.Around)
	}
}

func TestAttributesFromAFile(t *testing.T) {
	dir := trainedRun(t, "vae")
	var b strings.Builder
	b.WriteString("index,weight,kind\n")
	for i := range 60 {
		b.WriteString(strconv.Itoa(99-i) + "," + strconv.Itoa(i*i%17) + "," + []string{"odd", "even"}[i%2] + "\n")
	}
	if err := os.WriteFile(filepath.Join(dir, "known.csv"), []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	var v variedJSON
	into(t, &v, dir, "vary", "-attributes", "known.csv", "-attribute", "weight", "-conditional", "-n", "2")
	if v.Split != "train" || v.Codes != 48 || v.Checked != 12 || !v.HeldOut || !slices.Equal(v.Removed, []string{"kind"}) || v.told() != 2 {
		t.Errorf("got %+v, want 48 rows fitted and 12 checked", v)
	}
	into(t, &v, dir, "vary", "-attributes", "known.csv", "-attribute", "kind", "-method", "logistic", "-n", "1")
	if v.Attribute != "kind:odd" {
		t.Errorf("the direction is of %s, want kind:odd", v.Attribute)
	}
}

func TestSteeringMistakes(t *testing.T) {
	vae, gan, flat := trainedRun(t, "vae"), trainedRun(t, "gan"), trainedRun(t, "flat")
	var gaps strings.Builder
	gaps.WriteString("index;a;file\n")
	for i := range 60 {
		gaps.WriteString(strconv.Itoa(i) + ";" + strconv.Itoa(i%7) + ",5;" + strconv.Itoa(i) + ".png\n")
	}
	for name, text := range map[string]string{
		"ids.csv": "id,a\nx,1\ny,2\nz,2\n", "gaps.csv": gaps.String(), "short.csv": "a\n1\n2\n", "one.csv": "index,a\n" + "0,5\n1,5\n2,5\n3,5\n4,5\n5,5\n",
		"far.csv": "index,a\n100,1\n",
	} {
		if err := os.WriteFile(filepath.Join(vae, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tests := map[string]struct {
		dir    string
		args   []string
		status int
		want   string
	}{
		"no attribute":                   {vae, []string{"vary"}, 2, "want -attribute, one of class, style, slant, scale, stroke, rotation, shift_x, shift_y, or -expr"},
		"an unknown attribute":           {vae, []string{"vary", "-attribute", "boldness"}, 1, `no attribute "boldness" among class, style, slant`},
		"a class without its name":       {vae, []string{"vary", "-attribute", "class"}, 2, "attribute class has 10 classes, want one of them, as in class:0"},
		"an unknown class":               {vae, []string{"vary", "-attribute", "class:ten"}, 1, `no class "ten" among 0, 1, 2`},
		"a class of a number":            {vae, []string{"vary", "-attribute", "slant:3"}, 1, `attribute slant is a number and has no class "3"`},
		"an unknown way":                 {vae, []string{"vary", "-attribute", "slant", "-method", "median"}, 2, `-method "median", want logistic, means or regression`},
		"numbers for classes":            {vae, []string{"vary", "-attribute", "slant", "-method", "logistic"}, 1, "want two classes, of values 0 and 1"},
		"itself removed":                 {vae, []string{"vary", "-attribute", "slant", "-against", "slant"}, 2, "-against slant, want attributes other than"},
		"an unknown one removed":         {vae, []string{"vary", "-attribute", "slant", "-against", "x"}, 1, `-against: no attribute "x" among`},
		"removed twice":                  {vae, []string{"vary", "-attribute", "slant", "-against", "scale", "-conditional"}, 2, "it goes without -against"},
		"one strength":                   {vae, []string{"vary", "-attribute", "slant", "-strengths", "1,1"}, 2, "strengths [1], want at least two"},
		"a strength that is none":        {vae, []string{"vary", "-attribute", "slant", "-strengths", "1,NaN"}, 2, `"NaN" is not a number`},
		"an example beyond the set":      {vae, []string{"vary", "-attribute", "slant", "-from", "28", "-n", "8"}, 1, "-n 8 examples of the test split from 28 on, want at most the 2 that there are"},
		"a prior where none is drawn":    {vae, []string{"vary", "-attribute", "slant", "-prior", "gmm"}, 2, "-prior gmm is of random draws"},
		"nothing to check":               {vae, []string{"vary", "-attribute", "slant", "-check", "0"}, 2, "-check 0 held-out examples"},
		"a range of nothing":             {vae, []string{"vary", "-attribute", "slant", "-range", "0"}, 2, "-range 0, want it above 0"},
		"attributes of no file":          {vae, []string{"vary", "-attributes", "none.csv", "-attribute", "a"}, 1, "-attributes: open none.csv"},
		"attributes of identifiers":      {vae, []string{"vary", "-attributes", "gaps.csv", "-attribute", "file"}, 1, "explore: attribute file is left out: 60 different words in 60 rows, taken for identifiers"},
		"identifiers removed":            {vae, []string{"vary", "-attributes", "gaps.csv", "-attribute", "a", "-against", "File"}, 1, "explore: attribute File is left out: 60 different words in 60 rows, taken for identifiers"},
		"too few rows of identifiers":    {vae, []string{"vary", "-attributes", "ids.csv", "-attribute", "a"}, 1, "ids.csv: column id is left out: 3 different words in 3 rows, taken for identifiers"},
		"a dialect without a table":      {vae, []string{"vary", "-attribute", "slant", "-dialect", "tab"}, 2, "-dialect has no effect with the attributes that the data know; -attributes reads a table"},
		"too few attributes":             {vae, []string{"vary", "-attributes", "short.csv", "-attribute", "a"}, 1, "2 rows, want one for each of the 100 examples"},
		"attributes of other examples":   {vae, []string{"vary", "-attributes", "far.csv", "-attribute", "a"}, 1, "want an example from 0 to 99"},
		"attributes of one value":        {vae, []string{"vary", "-attributes", "one.csv", "-attribute", "a"}, 1, "attribute a is the same for all of 5 examples, want two classes or values that differ"},
		"an expression with a gap":       {vae, []string{"vary", "-expr", "1 + - 2"}, 2, `column 5: found "-", want an example's number`},
		"an expression of no class":      {vae, []string{"vary", "-expr", "class:3 - bag"}, 1, `column 11: explore: no class "bag" among 0, 1`},
		"an expression of no example":    {vae, []string{"vary", "-expr", "class:3 - 30"}, 1, "column 11: trained: examples 30 to 30, want them from 0 to 29"},
		"an expression and an attribute": {vae, []string{"vary", "-expr", "1", "-attribute", "slant"}, 2, "-attribute has no effect with -expr"},
		"rows of means alone":            {vae, []string{"vary", "-expr", "class:3", "-n", "2"}, 2, "names no example that others could follow"},
		"an expression without codes":    {gan, []string{"vary", "-expr", "1 + 2"}, 1, "a model of kind gan has no encoder"},
		"an unknown prior":               {vae, []string{"-prior", "normal"}, 2, `-prior "normal", want model, aggregate, flow, gaussian, gmm or kde`},
		"a prior without codes":          {gan, []string{"-prior", "kde"}, 1, "a model of kind gan has no encoder"},
		"components of a kernel":         {vae, []string{"-prior", "kde", "-components", "3"}, 2, "are of -prior gmm"},
		"more components than codes":     {vae, []string{"-prior", "gmm", "-components", "300"}, 1, "300 components of 100 codes"},
		"a fit to nothing":               {vae, []string{"-prior", "kde", "-fit", "1"}, 2, "-fit 1 codes, want it from 2"},
		"an unknown order":               {vae, []string{"traverse", "-order", "size"}, 2, `-order "size", want kl, sensitivity or index`},
		"the KL of a GAN":                {gan, []string{"traverse", "-order", "kl"}, 1, "a model of kind gan has no posterior"},
		"around no example":              {vae, []string{"traverse", "-from", "30"}, 1, "examples 30 to 30, want them from 0 to 29"},
		"a class that is never read":     {flat, []string{"vary", "-attribute", "class:77"}, 1, `no class "77" among 0, 1`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(sampler, append(test.args, "-o", "mistake.png")...)
			cmd.Dir = test.dir
			out, err := cmd.CombinedOutput()
			if err == nil {
				t.Fatalf("no error\n%s", out)
			}
			if got := cmd.ProcessState.ExitCode(); got != test.status {
				t.Errorf("exit status %d, want %d\n%s", got, test.status, out)
			}
			if !strings.Contains(string(out), test.want) || strings.Contains(string(out), "panic") {
				t.Errorf("got  %s\nwant %s", out, test.want)
			}
			if left, _ := filepath.Glob(filepath.Join(test.dir, "mistake*")); left != nil {
				t.Errorf("it wrote %v", left)
			}
		})
	}
}
