package rundir

import "fmt"

// Origin is what a run's first weights came from.
type Origin struct {
	SHA256 string `json:"sha256"` // of the weights in the checkpoint, all of them as it keeps them: of a run without averages its params_sha256
	Step   int    `json:"step"`   // of the checkpoint
}

// Same returns an error if the weights are not those wanted. A nil wanted accepts any.
func (o *Origin) Same(wanted *Origin, file string) error {
	switch {
	case wanted == nil || o != nil && o.SHA256 == wanted.SHA256:
		return nil
	case o == nil:
		return fmt.Errorf("rundir: train.init.from: no checkpoint, and the run began with weights of SHA-256 %s", wanted.SHA256)
	}
	return fmt.Errorf("rundir: train.init.from: the weights in %s have SHA-256 %s, the run began with %s", file, o.SHA256, wanted.SHA256)
}
