//go:build unix

package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"latentspace/checkpoints"
)

const mebi = 1 << 20

// measured is the name of the variable that makes the test program run a command and print
// its peak memory: a process begins with the peak of the one that starts it, and this one
// has little.
const measured = "TORTURE_MEASURED"

// measure runs a command and prints its peak memory last, in the system's unit.
func measure(args []string) int {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Run()
	fmt.Printf("\npeak %d\n", cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
	return cmd.ProcessState.ExitCode()
}

// peak is the most memory that a command took, in bytes, and what it printed. Its status
// must be that of a refusal, 1 or 2, or 0.
func peak(t *testing.T, refused bool, program string, args ...string) (memory int64, out string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{filepath.Join(programs, program)}, args...)...)
	cmd.Env = append(os.Environ(), measured+"=1")
	b, err := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); refused != (got == 1 || got == 2) {
		t.Errorf("%s %s: status %d and error %v\n%.2000s", program, strings.Join(args, " "), got, err, b)
	}
	if bytes.Contains(b, []byte("panic")) || bytes.Contains(b, []byte("goroutine ")) {
		t.Errorf("%s %s: it panics\n%.2000s", program, strings.Join(args, " "), b)
	}
	at := bytes.LastIndex(b, []byte("\npeak "))
	if _, err := fmt.Sscanf(string(b[at+1:]), "peak %d", &memory); at < 0 || err != nil {
		t.Fatalf("no peak in\n%s", b)
	}
	if runtime.GOOS != "darwin" {
		memory *= 1024
	}
	return memory, string(b[:at])
}

// fill repeats a unit up to a mebibyte.
func fill(start, unit, end string) []byte {
	return []byte(start + strings.Repeat(unit, (mebi-len(start)-len(end))/len(unit)) + end)
}

// laughs is a list of lists of lists…, each by aliases of the one before.
func laughs() []byte {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := range 20 {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 9))
	}
	return []byte(b.String())
}

// gzipped is zeros after a start, as much as a mebibyte of gzip may have.
func gzipped(t *testing.T, start []byte, zeros int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(start)
	for block := make([]byte, mebi); zeros > 0; zeros -= mebi {
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if b.Len() > mebi {
		t.Fatalf("%d bytes of gzip", b.Len())
	}
	return b.Bytes()
}

// idxHeader is that of n pictures of 28 by 28.
func idxHeader(n uint32) []byte {
	b := []byte{0, 0, 8, 3}
	for _, d := range []uint32{n, 28, 28} {
		b = binary.BigEndian.AppendUint32(b, d)
	}
	return b
}

// zipped is an archive with one entry, or with many empty ones.
func zipped(t *testing.T, method uint16, name string, content []byte, entries int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range entries {
		n := name
		if i > 0 {
			n = fmt.Sprintf("%d.npy", i)
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: n, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		w.Write(content)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// array is a .npy file of a shape, with zeros.
func array(descr, shape string, zeros int) []byte {
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n", descr, shape)
	b := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), byte(len(header)>>8))
	return append(append(b, header...), make([]byte, zeros)...)
}

// A hostile file of at most a mebibyte is refused with a word, and takes at most 64 MiB more
// than the program takes for a small honest one. The real programs read it.
func TestHostileFilesTakeLittleMemory(t *testing.T) {
	dir := t.TempDir()
	put := func(name string, content []byte) string {
		if len(content) > mebi {
			t.Fatalf("%s has %d bytes, want at most a mebibyte", name, len(content))
		}
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, content, 0o666); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const honest = `
name: honest
data: {kind: glyphs, train: 40, valid: 10, test: 10}
model: {kind: vae, latent: 2, encoder: {kind: mlp, hidden: [8]}}
train: {epochs: 1, batch: 20, samples: 0}
`
	run := filepath.Join(dir, "run")
	trained, _ := peak(t, false, "train", "-config", put("honest.yaml", []byte(honest)), "-out", run)
	good := steps(run)[0]
	sampled, _ := peak(t, false, "sample", "-checkpoint", good, "-n", "2", "-o", filepath.Join(dir, "x.png"))

	// remade is the honest checkpoint with other metadata: keys, each with its value.
	remade := func(name string, pairs ...string) string {
		c, err := checkpoints.Read(good)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(pairs); i += 2 {
			c.Meta[pairs[i]] = pairs[i+1]
		}
		var b bytes.Buffer
		if err := checkpoints.Encode(&b, c); err != nil {
			t.Fatal(err)
		}
		return put(name, b.Bytes())
	}
	config := func(name, model string) string {
		return remade(name, "config", strings.Replace(honest, "model: {kind: vae, latent: 2, encoder: {kind: mlp, hidden: [8]}}", model, 1))
	}
	header := func(text []byte) []byte {
		return append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...)
	}
	pictures := func(shape string) string {
		return `{"fields":[{"name":"image","kind":"unit","shape":[` + shape + `],"view":"picture"}]}`
	}
	const start = `{"__metadata__":{"checksum":"`
	folder := func(name, file string, content []byte) string {
		b, err := os.ReadFile(filepath.Join(run, "run.json"))
		if err != nil {
			t.Fatal(err)
		}
		y, err := os.ReadFile(filepath.Join(run, "config.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		put(name+"/config.yaml", y)
		put(name+"/run.json", b)
		return filepath.Dir(put(name+"/"+file, content))
	}
	mnist := func(name string, images []byte) string {
		put(name+"/train-images-idx3-ubyte", images)
		return put(name+"/e.yaml", []byte(strings.Replace(honest, "{kind: glyphs, train: 40, valid: 10, test: 10}", "{kind: mnist, dir: "+filepath.Join(dir, name)+"}", 1)))
	}
	dsprites := func(name string, file []byte) string {
		put(name+"/dsprites_ndarray_co1sh3sc6or40x32y32_64x64.npz", file)
		return put(name+"/e.yaml", []byte(strings.Replace(honest, "{kind: glyphs, train: 40, valid: 10, test: 10}", "{kind: dsprites, dir: "+filepath.Join(dir, name)+"}", 1)))
	}
	much := folder("much", "note", nil)
	os.Remove(filepath.Join(much, "run.json")) // which says that it is finished
	remade("much/step-00000002.safetensors", "progress", `{"epochs":[{}`+strings.Repeat(",{}", 250_000)+"]}")
	deflated := array("|u1", "(200000, 64, 64)", 0)

	type test struct {
		name, program string
		args          []string
		says          string
	}
	check := func(name, config, says string) test {
		return test{name, "train", []string{"-config", config, "-check"}, says}
	}
	open := func(name, checkpoint, says string) test {
		return test{name, "sample", []string{"-checkpoint", checkpoint, "-n", "2", "-o", filepath.Join(dir, "y.png")}, says}
	}
	tests := []test{
		check("an experiment nested deep", put("deep.yaml", fill("a: ", "[", "")), "want at most 262144"),
		check("a smaller experiment nested deep", put("deep2.yaml", fill("a: ", "[", "")[:1<<18]), "max depth"),
		check("an experiment of aliases of aliases", put("laughs.yaml", laughs()), "a0: unknown key"),
		check("an experiment of many keys", put("keys.yaml", fill("", "a: 1\n", "")[:1<<18]), "a: a duplicate of line 1"),
		check("an experiment of one long word", put("word.yaml", fill("name: ", "x", "\n")[:1<<18]), "want letters"),
		check("IDX that declares a gigabyte", mnist("idx1", idxHeader(1<<20)), "the file ends after"),
		check("IDX that declares more than there is memory", mnist("idx2", idxHeader(1<<32-1)), "want at most 1073741824"),
		check("IDX that was packed a thousand to one", mnist("idx3", gzipped(t, idxHeader(1<<20), 800*mebi)), "bytes to one, want at most 25"),
		check("IDX in gzip that is cut", mnist("idx4", gzipped(t, idxHeader(100), 0)[:20]), "unexpected EOF"),
		check("an archive whose pictures are packed a thousand to one", dsprites("ds1", zipped(t, zip.Deflate, "imgs.npy", append(deflated, make([]byte, 200*mebi)...), 1)), "at most 256 to one"),
		check("an archive that declares more than it has", dsprites("ds2", zipped(t, zip.Store, "imgs.npy", array("|u1", "(10000000, 64, 64)", 4096), 1)), "of the entry"),
		check("an archive of many entries", dsprites("ds3", zipped(t, zip.Store, "imgs.npy", nil, 9000)), "imgs"),
		check("an array with a long header", dsprites("ds4", zipped(t, zip.Store, "imgs.npy", array("|u1", "("+strings.Repeat("1, ", 20000)+")", 0), 1)), "imgs"),
		open("a checkpoint of junk", put("a.safetensors", fill("", "junk", "")), "a text that begins with"),
		open("a checkpoint with a header of an exabyte", put("b.safetensors", append(binary.LittleEndian.AppendUint64(nil, 1<<60), fill(start, " ", "")[:1000]...)), "header"),
		open("a checkpoint with a nested header", put("c.safetensors", header(fill(start, "[", "")[:mebi-8])), "checksum"),
		open("a checkpoint that declares a network of 500 million values", config("d.safetensors", "model: {kind: vae, latent: 2, encoder: {kind: mlp, hidden: [500000]}}"), "encoder"),
		open("a checkpoint that declares a thousand layers", config("e.safetensors", "model: {kind: vae, latent: 2, encoder: {kind: mlp, hidden: ["+strings.Repeat("8, ", 999)+"8]}}"), "encoder"),
		open("a checkpoint that declares a convolution of a million channels", config("f.safetensors", "model: {kind: vae, latent: 2, encoder: {kind: conv, channels: [1000, 1000000]}}"), "encoder"),
		open("a checkpoint of pictures of 4 megapixels", remade("g.safetensors", "shape", "2048x2048x1", "schema", pictures("2048,2048,1")), "want [4194304 8]"),
		open("a checkpoint of format 1 of pictures of 4 megapixels", remade("g1.safetensors", "format", "1", "shape", "2048x2048x1"), "want [4194304 8]"),
		open("a checkpoint of a schema of more", remade("g2.safetensors", "schema", pictures("8192,8192,1")), "schema: 67108864 values, want at most 4194304"),
		open("a checkpoint of many fields", remade("g3.safetensors", "about", `{"fields":[{}`+strings.Repeat(",{}", 250_000)+"]}"), "about: "),
		open("a checkpoint of pictures of more", remade("h.safetensors", "shape", "8192x8192x1"), "4194305 values, want at most 4194304"),
		open("a checkpoint with an experiment of aliases", remade("i.safetensors", "config", string(laughs())), "config"),
		{"codes packed a thousand to one", "sample", []string{"decode", "-checkpoint", good, "-i", put("j.npz", zipped(t, zip.Deflate, "codes.npy", array("<f4", "(25000000, 2)", 200*mebi), 1))}, "at most 100 to one"},
		{"a table of codes with a million columns", "sample", []string{"decode", "-checkpoint", good, "-i", put("k.csv", fill("z0", ",", "\n"))}, "want at most 100000"},
		{"a table of codes with a long cell", "sample", []string{"decode", "-checkpoint", good, "-i", put("l.csv", fill("z0,z1\n1,", "9", "\n"))}, "want at most 65536"},
		{"a table of codes in UTF-16 that is none", "sample", []string{"decode", "-checkpoint", good, "-i", put("k2.csv", fill("\xff\xfe", "\x00\xd8", ""))}, "half a character"},
		{"a table of codes that are zero bytes", "sample", []string{"decode", "-checkpoint", good, "-i", put("k3.csv", make([]byte, mebi))}, "as in a binary file"},
		{"a table of codes below comments", "sample", []string{"decode", "-checkpoint", good, "-i", put("k4.csv", fill("", "#\n", "z0,z1\n1,2\n"))}, "comments go on"},
		{"attributes with a million columns", "sample", []string{"vary", "-checkpoint", good, "-attributes", put("m.csv", fill("a", ",", "\n")), "-attribute", "a"}, "want at most 100000"},
		{"attributes in an open quote", "sample", []string{"vary", "-checkpoint", good, "-attributes", put("n.csv", fill("a\n\"", "x", "")), "-attribute", "a"}, "a cell in quotes"},
		{"attributes with a million semicolons", "sample", []string{"vary", "-checkpoint", good, "-attributes", put("m2.csv", fill("a", ";", "\n")), "-attribute", "a"}, "want at most 100000"},
		{"attributes with a hundred thousand columns of words", "sample", []string{"vary", "-checkpoint", good, "-attributes", put("m3.csv", words()), "-attribute", "a"}, "want at most 10000"},
		{"attributes of two words, in forty thousand columns", "sample", []string{"vary", "-checkpoint", good, "-attributes", put("m6.csv", attributes()), "-attribute", "a"}, "want at most 10000"},
		{"attributes with a quarter of a million missing cells", "sample", []string{"vary", "-checkpoint", good, "-attributes", put("m4.csv", fill("a,b\n", "NA,\n", "")), "-attribute", "a"}, "every cell is missing"},
		{"attributes of an archive", "sample", []string{"vary", "-checkpoint", good, "-attributes", put("m5.csv", zipped(t, zip.Deflate, "xl/workbook.xml", nil, 10)), "-attribute", "a"}, "a workbook (.xlsx, .ods), want a table as text"},
		{"attributes of 200,000 classes", "sample", []string{"vary", "-checkpoint", good, "-attributes", put("o.csv", classes()), "-attribute", "a:c1"}, "more than 1,000 different words"},
		{"a report nested deep", "sample", []string{"compare", put("p.json", fill(`{"a":`, "[", "")), put("q.json", fill(`{"a":`, "[", ""))}, "nested deeper"},
		{"a report of many keys", "sample", []string{"compare", put("r.json", keys()), put("s.json", keys())}, "report"},
		{"a report of many figures", "sample", []string{"compare", put("s1.json", figures("figures")), put("s2.json", figures("figures"))}, "want at most 50000"},
		{"a report of many sections", "sample", []string{"compare", put("s3.json", figures("x")), put("s4.json", keys())}, "want at most 50000"},
		{"a report of figures without a name", "sample", []string{"compare", put("s5.json", figures("figures")[:140_000]), put("s6.json", keys())}, "unexpected EOF"},
		{"a checkpoint with much progress", "train", []string{"-config", filepath.Join(dir, "honest.yaml"), "-out", much}, "want at most 50000"},
		{"a report with a key twice", "sample", []string{"compare", put("t.json", []byte(`{"model":"vae","model":"vae"}`)), put("u.json", keys())}, "twice"},
		{"a manifest of many keys", "train", []string{"-verify", folder("v", "run.json", keys())}, "want at most 50000"},
		{"a manifest nested deep", "train", []string{"-verify", folder("w", "run.json", fill(`{"metrics":`, "[", ""))}, "nested deeper"},
		{"a run whose experiment is aliases", "train", []string{"-verify", folder("x", "config.yaml", laughs())}, "config.yaml"},
		{"a pipe in place of codes", "sample", []string{"decode", "-checkpoint", good, "-i", pipe(t, dir, "pipe.csv")}, "want a regular file"},
		{"a pipe in place of attributes", "sample", []string{"vary", "-checkpoint", good, "-attribute", "a", "-attributes", pipe(t, dir, "pipe2.csv")}, "want a regular file"},
		{"a pipe in place of a checkpoint", "sample", []string{"-checkpoint", pipe(t, dir, "pipe.safetensors")}, "want a regular file"},
		{"a pipe in place of a report", "sample", []string{"compare", pipe(t, dir, "pipe.json"), "x"}, "want a regular file"},
		{"a pipe in place of an experiment", "train", []string{"-config", pipe(t, dir, "pipe.yaml")}, "regular file"},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			got, out := peak(t, true, c.program, c.args...)
			base := sampled
			if c.program == "train" {
				base = trained
			}
			t.Logf("%d MiB more\n%.600s", (got-base)/mebi, out)
			if got > base+64*mebi {
				t.Errorf("it took %d MiB, %d more than an honest file, want at most 64 more", got/mebi, (got-base)/mebi)
			}
			if !strings.Contains(out, c.says) {
				t.Errorf("it does not say %q:\n%.2000s", c.says, out)
			}
		})
	}
}

// classes is a table with as many classes as rows.
func classes() []byte {
	var b strings.Builder
	b.WriteString("a\n")
	for i := range 130_000 {
		fmt.Fprintf(&b, "c%d\n", i)
	}
	return []byte(b.String())
}

// words is a table of many columns, in which each cell is another word.
func words() []byte {
	var b strings.Builder
	for i := range 80_000 {
		fmt.Fprintf(&b, "%x,", i+16)
	}
	b.WriteString("a\n")
	for b.Len() < mebi-200_000 {
		for range 80_000 {
			b.WriteByte("ghijklmnop"[b.Len()%10])
			b.WriteByte(',')
		}
		b.WriteString("x\n")
	}
	return []byte(b.String())
}

// attributes is a table of many columns of two words, about five examples.
func attributes() []byte {
	var b strings.Builder
	for i := range 40_000 {
		fmt.Fprintf(&b, "%x,", i+16)
	}
	b.WriteString("index\n")
	for row := range 5 {
		for i := range 40_000 {
			b.WriteByte("xy"[(row+i)%2])
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%d\n", row)
	}
	return []byte(b.String())
}

// keys is an object with many keys.
func keys() []byte {
	var b strings.Builder
	b.WriteString(`{"x":1`)
	for i := range 80_000 {
		fmt.Fprintf(&b, `,"x%d":1`, i)
	}
	return append([]byte(b.String()), '}')
}

// figures is a report with a list of many small things.
func figures(name string) []byte {
	return fill(`{"model":"vae","data_sha256":"a","run":{"params_sha256":"b"},"sections":[{"name":"x","`+name+`":[{}`, ",{}", "]}]}")
}

func pipe(t *testing.T, dir, name string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := syscall.Mkfifo(file, 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}
