package tensorboard_test

import (
	"bufio"
	"bytes"
	"fmt"

	"latentspace/export/tensorboard"
)

// A file of events begins with the version of the format.
func ExampleAppend() {
	file := tensorboard.Append(nil, tensorboard.Event{Version: tensorboard.Version})
	file = tensorboard.Append(file, tensorboard.Event{Step: 100, Values: []tensorboard.Value{
		tensorboard.Scalar("train/loss", 0.25),
		tensorboard.Histogram("weights/decoder", []float32{-1, 0, 1}),
	}})
	r := bufio.NewReader(bytes.NewReader(file))
	for range 2 {
		e, n, err := tensorboard.Read(r)
		fmt.Printf("step %d, %q, %d values, %d bytes, %v\n", e.Step, e.Version, len(e.Values), n, err)
	}
	// Output:
	// step 0, "brain.Event:2", 0 values, 40 bytes, <nil>
	// step 100, "", 2 values, 603 bytes, <nil>
}
