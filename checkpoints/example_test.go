package checkpoints_test

import (
	"fmt"
	"os"
	"path/filepath"

	"latentspace/checkpoints"
	"latentspace/tensor"
)

// A store keeps the newest checkpoints of a run.
func ExampleStore() {
	dir, err := os.MkdirTemp("", "run")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	store := checkpoints.Store{Dir: dir, Keep: 2}
	for step := 1; step <= 3; step++ {
		w, _ := tensor.From([]float32{float32(step)}, 1)
		c := &checkpoints.Checkpoint{Meta: map[string]string{"note": "an example"}, Tensors: map[string]*tensor.Tensor{"w": w}}
		if _, err := store.Save(step, c); err != nil {
			fmt.Println(err)
			return
		}
	}
	steps, err := store.List()
	fmt.Println(steps, err)
	c, step, path, err := store.Latest(func(err error) { fmt.Println("passed over:", err) })
	fmt.Println(c.Meta["note"], c.Tensors["w"].Data, step, filepath.Base(path), err)
	// Output:
	// [2 3] <nil>
	// an example [3] 3 step-00000003.safetensors <nil>
}
