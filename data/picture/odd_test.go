package picture

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// odd are pictures in modes that readers forget, as Pillow 12 and NumPy read them: the SHA-256 of all
// pixels where decoders agree to the bit, or else 16 pixels, which decoders round differently.
//
//	def load(name):
//	    im = Image.open(name)
//	    if name.endswith((".pgm", ".tif")):
//	        a = np.asarray(im).astype(int)
//	        return np.repeat(((a*255*2 + 65535)//(2*65535))[:, :, None], 3, 2).astype(np.uint8)
//	    im = ImageOps.exif_transpose(im)
//	    if im.mode in ("P", "LA"):
//	        im = im.convert("RGBA")
//	        im = Image.alpha_composite(Image.new("RGBA", im.size, "white"), im)
//	    return np.asarray(im.convert("RGB"))
//	a = load(name); h, w = a.shape[:2]
//	print(sha256(a.tobytes()).hexdigest(), [a[(2*j+1)*h//8, (2*i+1)*w//8] for j in range(4) for i in range(4)])
var odd = []struct {
	name, what    string
	width, height int
	sha256        string
	pixels        string
}{
	{"16_bit_binary.pgm", "PNM grey deep", 20, 100, "3953a01c986d906113b500ce48ae1d7c9eda652ac2d5de343a49e7b6a4097ab1",
		""},
	{"16_bit_noise.tif", "TIFF grey deep", 32, 32, "f22619af8174e8c8ce35078ae594c034e231041d148ba1cf1aee5923f9300c04",
		""},
	{"apng_mode_palette_alpha.png", "PNG palette frames", 128, 64, "7a4e5a99e543299bce0d769d9a790cd622ed516cc90b4b7e8883659c506967ff",
		""},
	{"hopper.gif", "GIF palette", 128, 128, "7578762e570ef751ab2bb167ce50cae82886c93733d00c9a5c6c2835c8ea8ff1",
		""},
	{"hopper.webp", "WebP colour", 128, 128, "",
		"238 241 240  207 188 163  58 39 14  69 107 178  27 19 67  149 74 31  213 137 102  104 140 201  143 9 9  87 49 17  10 12 14  111 147 208  14 8 12  20 17 23  22 23 29  14 15 21"},
	{"hopper_bw_500.png", "PNG grey", 500, 500, "ef89bb998892e6680595e3c17a0421848d908a098ec4251de29825e574ab5f38",
		""},
	{"hopper_gray.jpg", "JPEG grey", 128, 128, "",
		"237 237 237  204 204 204  47 47 47  105 105 105  27 27 27  100 100 100  156 156 156  138 138 138  51 51 51  67 67 67  13 13 13  145 145 145  11 11 11  20 20 20  24 24 24  16 16 16"},
	{"hopper_orientation_6.jpg", "JPEG colour turned", 128, 128, "",
		"251 245 255  201 189 167  63 49 36  67 107 179  19 21 69  159 69 32  217 150 108  106 142 202  144 8 10  115 74 46  15 11 10  111 145 208  7 5 8  17 17 25  19 21 20  16 14 15"},
	{"p_trns_single.png", "PNG palette transparent", 64, 64, "450a48004f75bacad820738f75fbb299871cfeabaed0ced7a736a0bc3e6de027",
		""},
	{"pil_sample_cmyk.jpg", "JPEG CMYK", 100, 100, "",
		"1 4 5  1 4 5  1 4 5  1 4 5  255 14 23  1 4 5  1 4 5  255 14 26  1 4 5  1 4 4  1 4 5  1 4 4  1 4 5  1 4 5  1 4 5  1 4 5"},
	{"uncompressed_la.png", "PNG grey transparent", 128, 128, "768bc42282036583fdeb7b0fc8767d1081f30a9390eeb49aea372ccc865c1eba",
		""},
}

// mostOff is how far a value of a lossy format may be from Pillow's.
const mostOff = 3

// describe is what is known of a picture, in words.
func (i Info) describe() string {
	s := fmt.Sprint(i.Format, " ", i.Mode)
	for _, f := range []struct {
		yes  bool
		word string
	}{{i.Deep, " deep"}, {i.Transparent, " transparent"}, {i.Turned, " turned"}, {i.Frames, " frames"}} {
		if f.yes {
			s += f.word
		}
	}
	return s
}

func TestOddPicturesAreReadRight(t *testing.T) {
	shared := os.Getenv("LATENTSPACE_DATA")
	if shared == "" {
		t.Skip("LATENTSPACE_DATA is unset: it names the folder of the real files")
	}
	var r Reader
	for _, c := range odd {
		b, err := os.ReadFile(filepath.Join(shared, "odd-pictures", c.name))
		if err != nil {
			t.Fatal(err)
		}
		o := Options{Height: c.height, Width: c.width, Background: Colour{255, 255, 255}}
		got := make([]byte, o.Size())
		info, err := r.Read(b, got, o)
		if err != nil || info.describe() != c.what || info.Width != c.width || info.Height != c.height {
			t.Errorf("%s: %s of %d × %d, %v, want %s of %d × %d", c.name, info.describe(), info.Width, info.Height, err, c.what, c.width, c.height)
			continue
		}
		if sum := sha256.Sum256(got); c.sha256 != "" && hex.EncodeToString(sum[:]) != c.sha256 {
			t.Errorf("%s: pixels with SHA-256 %x, want %s", c.name, sum, c.sha256)
		}
		for k, field := range strings.Fields(c.pixels) {
			var want int
			fmt.Sscan(field, &want)
			x, y := (2*(k/3%4)+1)*c.width/8, (2*(k/12)+1)*c.height/8
			if v := int(got[(y*c.width+x)*3+k%3]); abs(v-want) > mostOff {
				t.Errorf("%s: channel %d of pixel (%d, %d) is %d, want %d", c.name, k%3, x, y, v, want)
			}
		}
	}
}
