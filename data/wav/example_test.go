package wav_test

import (
	"bytes"
	"fmt"

	"latentspace/data/wav"
)

func ExampleDecode() {
	var file bytes.Buffer
	if err := wav.Encode(&file, 8000, make([]float32, 4000)); err != nil { // half a second of silence
		fmt.Println(err)
		return
	}
	s, err := wav.Decode(file.Bytes())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Rate, s.Channels, s.Seconds(), s.Coding)
	// Output: 8000 1 0.5 integers of 16 bits
}
