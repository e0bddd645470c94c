package tensorboard

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

// onePixel is a picture of one black pixel, in PNG.
const onePixel = "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae426082"

func decode(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The bytes are those that TensorBoard's RecordWriter wrote of the same protocol buffers.
func TestFramesAreThoseOfTensorBoard(t *testing.T) {
	picture, err := Picture("p", decode(t, onePixel))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		event Event
		want  string
	}{
		{Event{Wall: 1.5, Version: Version}, "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c"},
		{
			Event{Wall: 2, Step: 300, Values: []Value{Scalar("train/loss", 0.25), Histogram("weights/w", []float32{2, float32(math.NaN()), 2})}},
			"71000000000000009c97e77309000000000000004010ac022a630a110a0a747261696e2f6c6f7373150000803e0a4e0a09776569676874732f772a41090000000000000040110000000000000040190000000000000040210000000000001040290000000000002040320800000000000000403a0800000000000000409f4b01a9",
		},
		{
			Event{Wall: 2, Step: 1, Values: []Value{Text("note", "hi")}},
			"2d000000000000003c418afb09000000000000004010012a200a1e0a046e6f7465420c0807120412020801420268694a080a060a0474657874de7213a2",
		},
		{
			Event{Wall: 2, Step: 1, Values: []Value{Hyperparameters("g", map[string]string{"lr": "0.5"})}},
			"5e00000000000000d8b06ebc09000000000000004010012a510a4f0a1c5f68706172616d735f2f73657373696f6e5f73746172745f696e666f420a080112002a04000000004a230a210a0768706172616d7312161a140a0f0a026c72120911000000000000e03f22016746e37759",
		},
		{
			Event{Wall: 2, Step: 1, Values: []Value{picture}},
			"5f00000000000000503f288609000000000000004010012a520a500a0170224b080110011803224389504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636000000002000148afa4710000000049454e44ae42608240898457",
		},
	} {
		got := Append(nil, test.event)
		if hex.EncodeToString(got) != test.want {
			t.Errorf("%+v: got\n%x, want\n%s", test.event, got, test.want)
		}
		back, n, err := Read(bufio.NewReader(bytes.NewReader(got)))
		if err != nil || n != int64(len(got)) || !bytes.Equal(back.marshal(), test.event.marshal()) {
			t.Errorf("read again: %+v, %d bytes, %v", back, n, err)
		}
	}
}

func TestAHistogramCountsEqualIntervals(t *testing.T) {
	x := make([]float32, 61)
	for i := range x {
		x[i] = float32(i)
	}
	var limits, counts []byte
	v := Histogram("h", append(x, float32(math.Inf(1))))
	err := fields(v.message, func(f field) error {
		if f.number != valueHisto {
			return nil
		}
		return fields(f.bytes, func(f field) error {
			switch f.number {
			case 6:
				limits = f.bytes
			case 7:
				counts = f.bytes
			}
			return nil
		})
	})
	wantLimits, wantCounts := make([]float64, 30), make([]float64, 30)
	for i := range wantLimits {
		wantLimits[i], wantCounts[i] = float64(2*i+2), 2
	}
	wantCounts[29] = 3 // with the greatest
	if err != nil || !bytes.Equal(limits, packed(wantLimits)) || !bytes.Equal(counts, packed(wantCounts)) {
		t.Errorf("%v: limits\n%x, want\n%x; counts\n%x, want\n%x", err, limits, packed(wantLimits), counts, packed(wantCounts))
	}
	if none := Histogram("h", nil); none.message == nil {
		t.Error("no histogram of no numbers")
	}
}

// A file that was cut or changed anywhere is read up to there.
func TestDamagedFramesAreErrors(t *testing.T) {
	first := Append(nil, Event{Version: Version})
	whole := Append(bytes.Clone(first), Event{Step: 2, Values: []Value{Scalar("a", 1)}})
	read := func(b []byte) (events int, err error) {
		for r := bufio.NewReader(bytes.NewReader(b)); ; events++ {
			if _, _, err = Read(r); err != nil {
				return events, err
			}
		}
	}
	if n, err := read(whole); n != 2 || err != io.EOF {
		t.Fatalf("%d events, %v", n, err)
	}
	for i := len(first) + 1; i < len(whole); i++ {
		if n, err := read(whole[:i]); n != 1 || errors.Is(err, io.EOF) {
			t.Errorf("cut at %d: %d events, %v", i, n, err)
		}
	}
	for i := len(first); i < len(whole); i++ {
		b := bytes.Clone(whole)
		b[i] ^= 4
		if n, err := read(b); n != 1 || err == nil || !strings.HasPrefix(err.Error(), "tensorboard: ") {
			t.Errorf("byte %d changed: %d events, %v", i, n, err)
		}
	}
}

func TestAPictureIsAPNG(t *testing.T) {
	if _, err := Picture("p", []byte("GIF89a")); err == nil || !strings.Contains(err.Error(), "tensorboard: p: ") {
		t.Errorf("got %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(Append(nil, Event{Wall: 1, Step: 2, Values: []Value{Scalar("a", 1), Text("b", "c")}}))
	f.Fuzz(func(_ *testing.T, b []byte) {
		for r := bufio.NewReader(bytes.NewReader(b)); ; {
			if _, _, err := Read(r); err != nil {
				break
			}
		}
		_, _ = parseEvent(b)
	})
}
