package sound_test

import (
	"fmt"

	"latentspace/example"
	"latentspace/kernel"
	"latentspace/sound"
)

// A spectrogram has the level of each band in each frame: half the amplitude is 6 dB less. Samples
// makes sound of a spectrogram again.
func ExampleTransform() {
	schema := example.Spectrograms(32, 16, example.Sound{Rate: 8000, Window: 512, Hop: 128, Points: 512, High: 4000, Floor: -80})
	transform := sound.New(schema.Fields[0])
	loud, quiet := make([]float32, 16*128), make([]float32, 16*128)
	kernel.Uniform(loud, kernel.Seed(1)) // noise
	for i, v := range loud {
		quiet[i] = v / 2
	}
	a, b := make([]float32, 32*16), make([]float32, 32*16)
	transform.Levels(loud, a)
	transform.Levels(quiet, b)
	fmt.Printf("%.2f dB, %d samples\n", transform.LevelDistance(a, b), len(transform.Samples(a)))
	// Output: 6.02 dB, 2048 samples
}
