package wav

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
)

// chunk is a chunk of a file, with the byte that follows an odd one.
func chunk(name string, content ...byte) []byte {
	c := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(content)))
	if c = append(c, content...); len(content)%2 == 1 {
		c = append(c, 0)
	}
	return c
}

// file is a file of chunks.
func file(chunks ...[]byte) []byte {
	all := slices.Concat(chunks...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(all)+4)), append([]byte("WAVE"), all...)...)
}

// plain is the chunk of a format.
func plain(coding, channels, rate, bits int) []byte {
	block := channels * bits / 8
	b := binary.LittleEndian.AppendUint16(nil, uint16(coding))
	b = binary.LittleEndian.AppendUint16(b, uint16(channels))
	b = binary.LittleEndian.AppendUint32(b, uint32(rate))
	b = binary.LittleEndian.AppendUint32(b, uint32(rate*block))
	b = binary.LittleEndian.AppendUint16(b, uint16(block))
	return chunk("fmt ", binary.LittleEndian.AppendUint16(b, uint16(bits))...)
}

// extended is the chunk of an extensible format.
func extended(coding, channels, rate, bits int) []byte {
	c := plain(extensible, channels, rate, bits)[chunkHeader:]
	c = append(c, 22, 0, byte(bits), 0, 0, 0, 0, 0, byte(coding), 0)
	return chunk("fmt ", append(c, subformat...)...)
}

func TestEveryCodingIsRead(t *testing.T) {
	f32 := binary.LittleEndian.AppendUint32(nil, math.Float32bits(-1.5))
	f64 := binary.LittleEndian.AppendUint64(nil, math.Float64bits(0.25))
	for name, c := range map[string]struct {
		format []byte
		data   []byte
		coding string
		want   []float32
	}{
		"8 bits are without a sign":  {plain(1, 1, 8000, 8), []byte{0, 128, 255}, "integers of 8 bits", []float32{-1, 0, 127.0 / 128}},
		"16 bits":                    {plain(1, 1, 8000, 16), []byte{0, 0x80, 0xff, 0x7f, 1, 0}, "integers of 16 bits", []float32{-1, 32767.0 / 32768, 1.0 / 32768}},
		"24 bits, lowest byte first": {plain(1, 1, 8000, 24), []byte{0, 0, 0x80, 0, 0, 0x40, 0xff, 0xff, 0xff}, "integers of 24 bits", []float32{-1, 0.5, -1.0 / (1 << 23)}},
		"32 bits":                    {plain(1, 1, 8000, 32), []byte{0, 0, 0, 0xc0}, "integers of 32 bits", []float32{-0.5}},
		"floats beyond 1 stay":       {plain(3, 1, 8000, 32), f32, "floats of 32 bits", []float32{-1.5}},
		"floats of 64 bits":          {plain(3, 1, 8000, 64), f64, "floats of 64 bits", []float32{0.25}},
		"extensible integers":        {extended(1, 2, 8000, 16), []byte{0, 0x40, 0, 0xc0}, "integers of 16 bits", []float32{0.5, -0.5}},
		"extensible floats":          {extended(3, 1, 8000, 32), f32, "floats of 32 bits", []float32{-1.5}},
	} {
		s, err := Decode(file(c.format, chunk("data", c.data...)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(s.Samples, c.want) || s.Coding != c.coding || s.Rate != 8000 || s.Note != "" {
			t.Errorf("%s: got %v, want %v of %s", name, s, c.want, c.coding)
		}
	}
}

func TestChunksComeInAnyOrder(t *testing.T) {
	data, format := chunk("data", 0, 0x40, 0, 0x20), plain(1, 1, 22050, 16)
	for name, b := range map[string][]byte{
		"samples before the format":       file(data, format),
		"an odd chunk before the format":  file(chunk("LIST", 1, 2, 3), format, data),
		"an odd chunk before the samples": file(format, chunk("bext", 1), data),
		"more after the samples":          file(format, data, chunk("id3 ", 1, 2)),
		"bytes after the last chunk":      append(file(format, data), 1, 2, 3),
	} {
		s, err := Decode(b)
		if err != nil || !slices.Equal(s.Samples, []float32{0.5, 0.25}) || s.Rate != 22050 || s.Note != "" || s.Seconds() != 2.0/22050 {
			t.Errorf("%s: got %v, %v, want two samples at 22,050 Hz and no note", name, s, err)
		}
	}
}

// A recorder that was killed leaves a length of 0xffffffff or one that is too long.
func TestALengthThatLiesIsReadToTheEnd(t *testing.T) {
	whole := file(plain(1, 1, 8000, 16), chunk("data", 0, 0x40, 0, 0x20, 0, 0x10))
	for name, c := range map[string]struct {
		file []byte
		want []float32
		note string
	}{
		"cut off":          {whole[:len(whole)-2], []float32{0.5, 0.25}, "has 6 bytes of samples and has 4: the file is cut off"},
		"cut in a sample":  {whole[:len(whole)-3], []float32{0.5}, "has 6 bytes of samples and has 3"},
		"never filled in":  {slices.Concat(whole[:40], []byte{255, 255, 255, 255}, whole[44:]), []float32{0.5, 0.25, 0.125}, "has 4294967295 bytes of samples and has 6"},
		"ends in a sample": {file(plain(1, 2, 8000, 16), chunk("data", 0, 0x40, 0, 0x20, 0, 0x10)), []float32{0.5, 0.25}, "ends within a sample: 2 bytes"},
	} {
		s, err := Decode(c.file)
		if err != nil || !slices.Equal(s.Samples, c.want) || !strings.Contains(s.Note, c.note) {
			t.Errorf("%s: got %v, %v, want %v and %q", name, s, err, c.want, c.note)
		}
	}
}

func TestWhatIsNoSoundIsRefused(t *testing.T) {
	ok, data := plain(1, 1, 8000, 16), chunk("data", 0, 0)
	nan := binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(math.NaN())))
	far := binary.LittleEndian.AppendUint64(nil, math.Float64bits(1e300))
	wrongBlock := slices.Clone(ok)
	wrongBlock[chunkHeader+12] = 3
	other := extended(1, 1, 8000, 16)
	other[chunkHeader+30] = 7
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"an empty file":          {nil, "an empty file, want a WAV file"},
		"an Ogg file":            {[]byte("OggS...."), "an Ogg file, want a WAV file; ffmpeg -i FILE NEW.wav converts it"},
		"a text":                 {[]byte("hello"), `a text that begins with "hello", want a WAV file`},
		"another RIFF file":      {[]byte("RIFF\x04\x00\x00\x00AVI "), "want a WAV file"},
		"no chunks":              {file(), "byte 12: the file ends without samples, want a chunk called data"},
		"no format":              {file(data), "byte 22: the file ends without a format, want a chunk called fmt"},
		"no samples":             {file(ok), "byte 36: the file ends without samples"},
		"two formats":            {file(ok, ok, data), "byte 36: a second format, want one"},
		"two chunks of samples":  {file(ok, data, data), "byte 46: samples for a second time"},
		"no bytes of samples":    {file(ok, chunk("data")), "byte 44: 0 bytes of samples, want at least 2 for 1 of integers of 16 bits"},
		"half a sample":          {file(ok, chunk("data", 1)), "byte 44: 1 bytes of samples, want at least 2"},
		"0 Hz":                   {file(plain(1, 1, 0, 16), data), "byte 24: a rate of 0 Hz, want one from 100 to 1000000"},
		"4,294,967,295 Hz":       {file(plain(1, 1, -1, 16), data), "byte 24: a rate of 2147483647 Hz"},
		"no channels":            {file(plain(1, 0, 8000, 16), data), "byte 22: 0 channels, want at least 1"},
		"65,535 channels":        {file(plain(1, 65535, 8000, 8), data), "byte 22: 65535 channels, want at most 1024"},
		"12 bits":                {file(plain(1, 1, 8000, 12), data), "byte 34: integers of 12 bits, want integers of 8, 16, 24 or 32 bits"},
		"floats of 16 bits":      {file(plain(3, 1, 8000, 16), data), "byte 34: floats of 16 bits"},
		"A-law":                  {file(plain(6, 1, 8000, 8), data), "byte 20: coding 6 (A-law), want integers (1) or floats (3); ffmpeg -i FILE -c:a pcm_s16le NEW.wav"},
		"an unknown coding":      {file(plain(999, 1, 8000, 8), data), "coding 999 (which has no name here)"},
		"extensible A-law":       {file(extended(6, 1, 8000, 8), data), "byte 44: coding 6 (A-law)"},
		"a coding of its own":    {file(other, data), "byte 44: a coding with the number 010000000000"},
		"an extensible one, cut": {file(plain(extensible, 1, 8000, 16), data), "byte 20: an extensible format of 16 bytes, want at least 40"},
		"a short format":         {file(chunk("fmt ", 1, 0), data), "byte 20: a format of 2 bytes, want at least 16"},
		"a format cut off":       {file(ok)[:30], "byte 12: a format of 16 bytes, and the file ends after 10"},
		"blocks that do not fit": {file(wrongBlock, data), "byte 32: 3 bytes for a sample of each channel, want 2 for 1 of integers of 16 bits"},
		"NaN":                    {file(plain(3, 2, 8000, 32), chunk("data", append(make([]byte, 8), append(nan, nan...)...)...)), "byte 52: sample 1 is NaN, want a finite number"},
		"beyond float32":         {file(plain(3, 1, 8000, 64), chunk("data", far...)), "byte 44: sample 0 is 1e+300, want a finite number"},
		"more than an hour":      {file(plain(1, 1, 100, 8), chunk("data", make([]byte, 360_100)...)), "byte 44: a sound of 3601 seconds, want at most 3600"},
	} {
		if s, err := Decode(c.file); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, %v, want %q", name, s, err, c.want)
		}
	}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	var b bytes.Buffer
	if err := Encode(&b, 8000, []float32{0, 0.5, -1, 1, 7, -7, 0.3}); err != nil {
		t.Fatal(err)
	}
	first := slices.Clone(b.Bytes())
	s, err := Decode(first)
	if want := []float32{0, 0.5, -1, 32767.0 / 32768, 32767.0 / 32768, -1, 9830.0 / 32768}; err != nil || !slices.Equal(s.Samples, want) {
		t.Fatalf("got %v, %v, want %v", s, err, want)
	}
	b.Reset()
	if err := Encode(&b, s.Rate, s.Samples); err != nil || !bytes.Equal(b.Bytes(), first) {
		t.Errorf("written again: %v, other bytes", err)
	}
	if err := Encode(&b, 0, nil); err == nil || !strings.Contains(err.Error(), "0 samples at 0 Hz") {
		t.Errorf("0 Hz: got %v", err)
	}
	if err := Encode(&b, 8000, []float32{0, float32(math.NaN())}); err == nil || !strings.Contains(err.Error(), "sample 1 is not a number") {
		t.Errorf("NaN: got %v", err)
	}
}

// Whatever is read is finite, of whole frames and at most as many samples as there are bytes, and
// what is written of it is read with the same bits.
func FuzzDecode(f *testing.F) {
	whole := file(extended(1, 2, 44100, 24), chunk("LIST", 1), chunk("data", make([]byte, 18)...))
	f.Add(whole)
	f.Add(whole[:len(whole)-5])
	f.Add(file(chunk("data", 1, 2, 3, 4), plain(3, 1, 8000, 32)))
	f.Add(file(plain(1, 65535, 8000, 8), chunk("data", 1)))
	f.Add(file(plain(1, 1, 0, 16), chunk("data", 1, 2)))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Decode(b)
		if err != nil {
			return
		}
		if len(s.Samples) == 0 || len(s.Samples)%s.Channels != 0 || len(s.Samples) > len(b) || s.Seconds() > 3601 {
			t.Fatalf("%d samples of %d channels out of %d bytes", len(s.Samples), s.Channels, len(b))
		}
		var w bytes.Buffer
		if err := Encode(&w, s.Rate, s.Samples); err != nil {
			t.Fatal(err)
		}
		again, err := Decode(w.Bytes())
		if err != nil || len(again.Samples) != len(s.Samples) {
			if int64(len(s.Samples)/s.Rate) > 3600 { // the channels of an hour are longer, one after another
				return
			}
			t.Fatalf("written and read again: %v", err)
		}
		for i, v := range s.Samples {
			if want := min(max(v, -1), 32767.0/32768); math.Abs(float64(again.Samples[i]-want)) > 0.51/32768 {
				t.Fatalf("sample %d: got %v, want %v", i, again.Samples[i], v)
			}
		}
	})
}
