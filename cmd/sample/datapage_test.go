package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"latentspace/data/npy"
	"latentspace/data/wav"
)

// commandsOf returns the commands of a page of Markdown, of each section by its heading, in order.
// A command that ends in a backslash goes on in the next line.
func commandsOf(t *testing.T, page string) (all [][2]string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	section := ""
	joined := strings.ReplaceAll(strings.ReplaceAll(string(text), "\r\n", "\n"), "\\\n", " ")
	for _, line := range strings.Split(joined, "\n") {
		if heading, ok := strings.CutPrefix(line, "#"); ok {
			section = strings.TrimLeft(heading, "# ")
		}
		if command, ok := strings.CutPrefix(line, "    "); ok && (strings.HasPrefix(command, "train ") || strings.HasPrefix(command, "sample ")) {
			all = append(all, [2]string{section, command})
		}
	}
	return all
}

// divided is the words of a command, as a shell has them: divided at blanks outside of single quotes.
func divided(command string) (all []string) {
	var b strings.Builder
	quoted, any := false, false
	for _, r := range command {
		switch {
		case r == '\'':
			quoted, any = !quoted, true
		case r == ' ' && !quoted:
			if any {
				all = append(all, b.String())
			}
			b.Reset()
			any = false
		default:
			b.WriteRune(r)
			any = true
		}
	}
	if any {
		all = append(all, b.String())
	}
	return all
}

func TestCommandsAreDividedAsByAShell(t *testing.T) {
	got := divided(`train -set data='{kind: array, file: a.npy}'   -set 'a b'=c`)
	if want := []string{"train", "-set", "data={kind: array, file: a.npy}", "-set", "a b=c"}; fmt.Sprint(got) != fmt.Sprint(want) || len(got) != len(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// cat draws a picture: a disc of a colour on the ground of a breed.
func cat(i, breed int) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, 20, 16+i%5))
	ground := []color.NRGBA{{200, 120, 40, 255}, {30, 30, 30, 255}, {240, 240, 240, 255}}[breed]
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			m.SetNRGBA(x, y, ground)
			if dx, dy := x-8-i%4, y-8; dx*dx+dy*dy < 20+i%9 {
				m.SetNRGBA(x, y, color.NRGBA{uint8(11 * i), uint8(255 - 7*i), 90, 255})
			}
		}
	}
	return m
}

// song is a bird's: a tone that rises or falls.
func song(i int) []float32 {
	x := make([]float32, 8000+200*i)
	for k := range x {
		t := float64(k) / float64(len(x))
		x[k] = float32(math.Sin(float64(i+20)*20*t*(1+float64(i%2)*t)) * (1 - t))
	}
	return x
}

// ownData fills a folder with the data of docs/DATA.md, and returns the home folder of its user.
func ownData(t *testing.T, dir string) (home string) {
	t.Helper()
	home = filepath.Join(dir, "home")
	put := func(path string, write func(b *bytes.Buffer) error) {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for i := range 48 {
		breed := []string{"tabby", "black", "white"}[i%3]
		name := fmt.Sprintf("%s/%d.png", breed, i)
		put(filepath.Join(home, "Pictures", "cats", filepath.FromSlash(name)), func(b *bytes.Buffer) error { return png.Encode(b, cat(i, i%3)) })
		w, err := z.Create(name)
		if err == nil {
			err = png.Encode(w, cat(i, i%3))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	put(filepath.Join(dir, "cats.zip"), func(b *bytes.Buffer) error { _, err := b.Write(archive.Bytes()); return err })
	for i, name := range []string{"photo.jpg", "a.jpg", "b.jpg", "new/c.jpg", "new/d.jpg"} {
		put(filepath.Join(dir, filepath.FromSlash(name)), func(b *bytes.Buffer) error { return jpeg.Encode(b, cat(50+i, i%3), nil) })
	}
	for i := range 64 {
		bird := []string{"robin", "wren"}[i%2]
		put(filepath.Join(dir, "birds", bird, fmt.Sprintf("%d.wav", i)), func(b *bytes.Buffer) error { return wav.Encode(b, 22050, song(i)) })
	}
	for i, name := range []string{"song.wav", "call.wav", "newbirds/1.wav", "newbirds/2.wav"} {
		put(filepath.Join(dir, filepath.FromSlash(name)), func(b *bytes.Buffer) error { return wav.Encode(b, 8000, song(40+i)) })
	}
	table := func(name string, first, n int, gaps bool) {
		put(filepath.Join(dir, name), func(b *bytes.Buffer) error {
			b.WriteString("customer,age,plan,size,income,city,since,churned\n")
			for i := first; i < first+n; i++ {
				income := fmt.Sprint(i * 7919 % 5000)
				if i%3 == 0 {
					income = "0"
				}
				city := []string{"Bonn", "Lyon", "Turin", "Ghent"}[i*i%4]
				if i%10 == 7 {
					city = "" // a gap
				}
				age := fmt.Sprint(20 + i*13%50)
				if gaps && i%4 == 1 {
					age = ""
				}
				fmt.Fprintf(b, "C%04d,%s,%s,%s,%s,%s,20%02d-03-%02d,%s\n", i, age, []string{"basic", "plus", "premium"}[i*7%11%3],
					[]string{"S", "M", "L"}[i%3], income, city, 10+i%9, 1+i%28, []string{"no", "yes"}[i*i%7%2])
			}
			return nil
		})
	}
	table("customers.csv", 0, 240, false)
	table("new.csv", 240, 20, true)
	letter := func(name string, first, n int) {
		put(filepath.Join(dir, filepath.FromSlash(name)), func(b *bytes.Buffer) error {
			for i := first; i < first+n; i++ {
				fmt.Fprintf(b, "Dear friend, it is day %d of the %s. See you soon.\n", i, []string{"year", "journey", "war"}[i%3])
			}
			return nil
		})
	}
	letter("letters.txt", 0, 90)
	letter("new.txt", 50, 4)
	letter("authors/one.txt", 0, 60)
	letter("authors/two.txt", 60, 60)
	const n = 60
	pixels, labels, values := make([]uint8, n*12*12), make([]int64, n), make([]float32, n*5)
	for i := range pixels {
		pixels[i] = uint8(i / 144 * i % 251)
	}
	for i := range values {
		values[i] = float32(i*i%17)/8 - 1
	}
	for i := range labels {
		labels[i] = int64(i % 3)
	}
	put(filepath.Join(dir, "pictures.npy"), func(b *bytes.Buffer) error { return arrayTo(b, npy.Uint8, pixels, n, 12, 12) })
	put(filepath.Join(dir, "vectors.npy"), func(b *bytes.Buffer) error { return arrayTo(b, npy.Float32, values, n, 5) })
	put(filepath.Join(dir, "labelled.npz"), func(b *bytes.Buffer) error {
		z := npy.NewArchiveWriter(b)
		x, err := z.Create("x", npy.Uint8, n, 12, 12)
		if err == nil {
			err = npy.Write(x, pixels)
		}
		if err != nil {
			return err
		}
		y, err := z.Create("y", npy.Int64, n)
		if err == nil {
			err = npy.Write(y, labels)
		}
		return errors.Join(err, z.Close())
	})
	return home
}

// arrayTo writes an array as a .npy file.
func arrayTo[T npy.Number](w io.Writer, kind npy.Type, values []T, shape ...int) error {
	a, err := npy.Create(w, "array", kind, shape...)
	if err != nil {
		return err
	}
	return errors.Join(npy.Write(a, values), a.Close())
}

// quick are edits that make the training of an experiment of docs/DATA.md short.
var quick = map[string][]string{
	"images":    {"train.epochs=1", "train.epoch_examples=0", "data.size=16", "model.latent=4", "model.encoder.channels=[4, 8]"},
	"table":     {"train.epochs=2", "train.epoch_examples=0", "model.latent=4"},
	"cvae":      {"train.epochs=1", "model.encoder.hidden=[16]"},
	"":          {"train.epochs=1", "model.latent=4"},
	"text":      {"train.epochs=1", "model.latent=4", "model.encoder.units=8", "model.decoder.units=8"},
	"sentences": {"train.epochs=1", "model.latent=4", "model.encoder.units=8", "model.decoder.units=8"},
	"sound":     {"train.epochs=1", "train.epoch_examples=0", "data.seconds=0.4", "model.latent=4", "model.encoder.channels=[4, 8]"},
}

// The commands of docs/DATA.md work as they are written there, on data of these names. Training is
// made short. Without LATENTSPACE_LONG these are the commands above its first section.
func TestTheCommandsOfThePageAboutData(t *testing.T) {
	if testing.Short() {
		t.Skip("training is left out in short mode")
	}
	dir := t.TempDir()
	home := ownData(t, dir)
	all := commandsOf(t, "../../docs/DATA.md")
	ran := map[string]int{}
	for _, c := range all {
		if c[0] != all[0][0] && !long {
			continue
		}
		args := divided(c[1])
		program := trainer
		if args[0] == "sample" {
			program = sampler
		} else {
			sets, ok := quick[args[2]]
			if !ok {
				sets = quick[""]
			}
			for _, set := range sets {
				args = append(args, "-set", set)
			}
		}
		cmd := exec.Command(program, args[1:]...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "HOME="+home, "USERPROFILE="+home, "XDG_CACHE_HOME="+filepath.Join(dir, "cache"), "LocalAppData="+filepath.Join(dir, "cache"))
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", c[1], err, out)
		}
		ran[args[0]]++
	}
	if entries, err := os.ReadDir(home); err != nil || len(entries) != 1 {
		t.Errorf("the home folder has %v, %v, want the pictures alone", entries, err)
	}
	if ran["train"] < 3 || ran["sample"] < 3 {
		t.Errorf("%d commands train and %d sample, want at least 3 of each", ran["train"], ran["sample"])
	}
}
