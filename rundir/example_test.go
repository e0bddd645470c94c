package rundir_test

import (
	"fmt"
	"os"

	"latentspace/rundir"
)

// What was measured after each epoch is a line of metrics.jsonl, in the folder of the run.
func ExampleReadMetrics() {
	dir, err := os.MkdirTemp("", "run")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	err = rundir.WriteMetrics(dir, []rundir.Record{
		{Step: 100, Epoch: 1, Train: rundir.Metrics{{Name: "loss", Value: 180.5}}},
		{Step: 200, Epoch: 2, Train: rundir.Metrics{{Name: "loss", Value: 142.25}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	records, err := rundir.ReadMetrics(dir)
	for _, r := range records {
		loss, _ := r.Train.Get("loss")
		fmt.Println(r.Epoch, loss)
	}
	fmt.Println(err)
	// Output:
	// 1 180.5
	// 2 142.25
	// <nil>
}
