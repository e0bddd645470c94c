package checkpoints

import (
	"bytes"
	"encoding/binary"
	"testing"

	"latentspace/tensor"
)

// FuzzRead looks for a file that makes Decode panic, or that Decode takes and
// Encode does not give back. Each input is read as it is, and once more with the
// header's checksum put right: without that nothing would reach the parser.
func FuzzRead(f *testing.F) {
	file := encoded(f, small())
	f.Add(file)
	f.Add(encoded(f, &Checkpoint{}))
	f.Add(encoded(f, &Checkpoint{Tensors: map[string]*tensor.Tensor{"a": tensor.New(2), "b": tensor.New()}}))
	f.Add([]byte{})
	f.Add(file[:4])
	f.Add(file[:len(file)/2])
	f.Add(file[:len(file)-1])
	f.Add(append(bytes.Clone(file), 0))
	for i := 0; i < len(file); i += 29 {
		damaged := bytes.Clone(file)
		damaged[i] ^= 4
		f.Add(damaged)
	}
	f.Add(seal(sums("w")+`,"w":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}`, nil))
	f.Add(seal(sums("w")+`,"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":[{}]}}`, make([]byte, 4)))
	f.Add(seal(sums("w")+`,"w":{"dtype":"F32","shape":[1],"data_offsets":[1,5]},"w":{}}`, make([]byte, 5)))

	f.Fuzz(func(t *testing.T, file []byte) {
		checkReread(t, file)
		if len(file) < sumAt+sumSize {
			return
		}
		n := binary.LittleEndian.Uint64(file)
		if n > uint64(len(file)-lengthSize) || int(n) < sumAt+sumSize-lengthSize {
			return
		}
		right := bytes.Clone(file)
		copy(right[sumAt:], headerSum(right[:lengthSize+n]))
		checkReread(t, right)
	})
}

func checkReread(t *testing.T, file []byte) {
	c, err := Decode(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return
	}
	again := encoded(t, c)
	d, err := Decode(bytes.NewReader(again), int64(len(again)))
	if err != nil {
		t.Fatalf("written again it is refused: %v", err)
	}
	checkSame(t, d, c)
}
