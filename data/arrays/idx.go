package arrays

import (
	"io"

	"latentspace/data/idx"
	"latentspace/data/npy"
	"latentspace/internal/untrusted"
)

// readIDX reads an IDX file of bytes, plain or in gzip.
func readIDX(r io.Reader, head []byte) (*raw, error) {
	if what, _ := untrusted.Recognise(head); (len(head) < 2 || head[0] != 0 || head[1] != 0) && what != "a gzip file" {
		return nil, untrusted.NotA("an array: .npy, .npz, IDX, or a batch of CIFAR", head)
	}
	a, err := idx.ReadBytes(r)
	if err != nil {
		return nil, err
	}
	return &raw{examples: [roles]*tensor{train: {name: "the array", typ: npy.Uint8, shape: a.Dims, bytes: a.Rows}}}, nil
}
