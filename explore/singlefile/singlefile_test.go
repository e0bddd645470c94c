package singlefile

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"latentspace/experiments"
	"latentspace/explore/atlas"
	"latentspace/training"
)

// learned trains an experiment and returns its model.
func learned(t *testing.T, text string) *training.Trained {
	t.Helper()
	cfg, err := experiments.Parse("test.yaml", []byte("name: test\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "test")
	if _, err := training.Run(t.Context(), cfg, training.Options{Dir: dir, Log: io.Discard}); err != nil {
		t.Fatal(err)
	}
	m, _, err := training.Find(dir, "", false, func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const (
	digits = "data: {kind: glyphs, train: 300, valid: 60, test: 40}\n"
	small  = digits + "train: {epochs: 1, batch: 30, samples: 0}\n"
)

// written is the file of an experiment, and what was written.
func written(t *testing.T, text string, o Options) (string, Result, *atlas.Atlas) {
	t.Helper()
	m := learned(t, text)
	a, err := atlas.New(t.Context(), m, atlas.Options{N: 200, Split: "train", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	r, err := Write(t.Context(), &b, m, a, o)
	if err != nil {
		t.Fatal(err)
	}
	if int64(b.Len()) != r.Bytes {
		t.Errorf("%d bytes are reported of %d", r.Bytes, b.Len())
	}
	return b.String(), r, a
}

var elements = regexp.MustCompile(`(?s)<script type="([^"]+)" id="([^"]+)">(.*?)</script>`)

// parts are the elements of a file by their ids.
func parts(t *testing.T, page string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, e := range elements.FindAllStringSubmatch(page, -1) {
		if all[e[2]] != "" {
			t.Errorf("two elements %q", e[2])
		}
		all[e[2]] = e[3]
	}
	return all
}

// unpacked are the bytes of an element.
func unpacked(t *testing.T, text string) []byte {
	t.Helper()
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAFileHasEverythingInside(t *testing.T) {
	page, r, a := written(t, small+"model: {kind: vae, latent: 3, encoder: {kind: mlp, hidden: [16]}}\n",
		Options{Prepare: []string{"map:tsne", "direction:slant", "direction:none"}})
	page = strings.ReplaceAll(page, "http:%2F%2Fwww.w3.org%2F2000%2Fsvg", "") // the name of a format
	if strings.Contains(page, "http:") || strings.Contains(page, "https:") || strings.Contains(page, "src=") {
		t.Error("the file names an address")
	}
	all := parts(t, page)
	var s fileSpace
	if err := json.Unmarshal([]byte(all["space"]), &s); err != nil {
		t.Fatal(err)
	}
	if s.N != 200 || len(s.Maps) != 2 || !slices.Equal(s.Directions, []string{"slant"}) || !slices.Equal(s.Priors, []string{"model"}) || s.Lacks["runs"] == "" || s.Lacks["draws.fitted"] == "" || s.Lacks["decode"] != "" {
		t.Errorf("the space is %+v", s)
	}
	if len(r.LeftOut) != 1 || !strings.Contains(r.LeftOut[0], "direction:none") {
		t.Errorf("left out: %q, want the direction that there is not", r.LeftOut)
	}
	z, err := a.Codes(0, 200)
	if err != nil {
		t.Fatal(err)
	}
	for i, q := range unpacked(t, all["codes"]) {
		if got := s.Codes.Low[i%3] + float64(q)*s.Codes.Step[i%3]; math.Abs(got-float64(z[i])) > s.Codes.Step[i%3]*0.51 {
			t.Fatalf("value %d of the codes is %v, want %v within half a step of %v", i, got, z[i], s.Codes.Step[i%3])
		}
	}
	if n := len(unpacked(t, all["thumbnails"])); n != 28*28*r.Pictures || r.Pictures < 1 {
		t.Errorf("%d bytes of %d thumbnails", n, r.Pictures)
	}
	if n := len(unpacked(t, all["places-tsne"])); n != 200*2*2 {
		t.Errorf("%d bytes of places", n)
	}
}

// The page computes the rows of a table too.
func TestAFileOfATableDecodes(t *testing.T) {
	rows := "age,city\n" + strings.Repeat("31,Oslo\n47,Rome\n", 30)
	table := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(table, []byte(rows), 0o666); err != nil {
		t.Fatal(err)
	}
	page, r, _ := written(t, "data: {kind: table, file: "+table+"}\nmodel: {kind: vae, latent: 2, encoder: {kind: mlp, hidden: [4]}}\ntrain: {epochs: 1, batch: 10, samples: 0}\n", Options{})
	var s fileSpace
	if err := json.Unmarshal([]byte(parts(t, page)["space"]), &s); err != nil {
		t.Fatal(err)
	}
	if s.View != "row" || s.Lacks["decode"] != "" {
		t.Errorf("the view is %s, and decode lacks %q", s.View, s.Lacks["decode"])
	}
	if !strings.Contains(r.String(), "with pictures: 0, maps: plain") {
		t.Errorf("the result is %q", r)
	}
}

// Each feature that the page asks for is one of which the atlas or the file says why it lacks it.
func TestThePageAsksForFeaturesThatThereAre(t *testing.T) {
	known := atlas.Without(t.TempDir(), errors.New("no model")).Space.Lacks
	known["runs"] = "of a file"
	files, err := filepath.Glob("../../web/src/*/*.js")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scripts, %v", len(files), err)
	}
	asked := 0
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\bcan\('([^']+)'\)`).FindAllStringSubmatch(string(b), -1) {
			if asked++; known[m[1]] == "" {
				t.Errorf("%s asks for %q, which nothing lacks", name, m[1])
			}
		}
	}
	if asked == 0 {
		t.Error("the page asks for nothing")
	}
}

// The policy allows the scripts and the style of the file, and no others.
func TestThePolicyNamesWhatIsInside(t *testing.T) {
	page, _, _ := written(t, digits+"model: {kind: pca, latent: 3}\n", Options{})
	policy := regexp.MustCompile(`content="(default-src 'none'[^"]*)"`).FindStringSubmatch(page)
	if policy == nil {
		t.Fatal("no policy")
	}
	inline := regexp.MustCompile(`(?s)<(?:script|style)>(.*?)</(?:script|style)>`).FindAllStringSubmatch(page, -1)
	if len(inline) != len(scripts)+1 {
		t.Fatalf("%d elements of code and style, want %d", len(inline), len(scripts)+1)
	}
	for i, e := range inline {
		if !strings.Contains(policy[1], sum(e[1])) {
			t.Errorf("element %d is not in the policy %q", i, policy[1])
		}
	}
	if strings.Contains(policy[1], "unsafe") || strings.Contains(policy[1], "*") {
		t.Errorf("the policy is %q", policy[1])
	}
}

func TestPlanesAndRoundedValues(t *testing.T) {
	if got := planes([]float32{1, -2}); !bytes.Equal(got, []byte{0, 0, 0, 0, 0x80, 0, 0x3f, 0xc0}) {
		t.Errorf("planes %x", got)
	}
	l, b := rounded([]float32{0, 5, 255, 5}, 2, 8)
	if l.Step[0] != 1 || l.Low[0] != 0 || l.Step[1] != 0 || l.Low[1] != 5 || !bytes.Equal(b, []byte{0, 0, 255, 0}) {
		t.Errorf("levels %+v of %v", l, b)
	}
	l, b = rounded([]float32{-1, 1}, 1, 16)
	if !bytes.Equal(b, []byte{0, 0, 0xff, 0xff}) || l.Low[0] != -1 {
		t.Errorf("levels %+v of %v", l, b)
	}
	if _, b := rounded(nil, 3, 8); len(b) != 0 {
		t.Errorf("%d bytes of no values", len(b))
	}
}

// What is not known has a number of its own.
func TestKnownValues(t *testing.T) {
	none := float32(math.NaN())
	l, b := known([]float32{-1, none, 1, 0}, 0)
	if !bytes.Equal(b, []byte{0, 255, 254, 127}) || l.Low[0] != -1 || l.Low[0]+254*l.Step[0] != 1 {
		t.Errorf("numbers: %+v of %v", l, b)
	}
	if _, b = known([]float32{2, none, 0}, 3); !bytes.Equal(b, []byte{2, 255, 0}) {
		t.Errorf("classes: %v", b)
	}
	if l, b = known([]float32{300, none}, 301); l.Bits != 16 || !bytes.Equal(b, []byte{300 & 255, 1, 255, 255}) {
		t.Errorf("many classes: %+v of %v", l, b)
	}
	if l, b = known([]float32{none}, 0); !bytes.Equal(b, []byte{255}) || l.Step[0] != 0 {
		t.Errorf("nothing known: %+v of %v", l, b)
	}
}

// The file that the documents show is what this program writes: it has the page as it is now.
func TestTheFileOfTheDocumentsIsFresh(t *testing.T) {
	b, err := os.ReadFile("../../docs/space.html")
	if err != nil {
		t.Fatal(err)
	}
	again := "make it again: train -config vae, then sample explore -n 5000 -o docs/space.html"
	for _, name := range append([]string{"page.css"}, scripts...) {
		if part, err := asset(name, "</"); err != nil || !strings.Contains(string(b), part) {
			t.Errorf("docs/space.html has not the %s of now; %s", name, again)
		}
	}
	if len(b) > 2_000_000 {
		t.Errorf("docs/space.html has %d bytes, want at most 2 MB", len(b))
	}
	var s fileSpace
	if err := json.Unmarshal([]byte(parts(t, string(b))["space"]), &s); err != nil {
		t.Fatal(err)
	}
	if s.Version != atlas.Version || s.N != 5000 || s.Name != "vae" {
		t.Errorf("docs/space.html is version %d of %s with %d points; %s", s.Version, s.Name, s.N, again)
	}
}
