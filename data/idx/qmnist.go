package idx

import (
	"encoding/binary"
	"fmt"

	"latentspace/data/compact"
)

// OpenQMNISTLabels reads the labels of QMNIST. A row of int32 has the digit, its writer
// and its origin.
//
// Yadav and Bottou, Cold Case: The Lost MNIST Digits, NeurIPS 2019.
func OpenQMNISTLabels(path string) (Array, error) {
	table, err := openOf(Ints, path, 2, "")
	if err != nil {
		return Array{}, err
	}
	var labels []byte
	room := make([]byte, table.Rows.Size())
	for i := range table.Rows.Len() { // without any columns there are no data
		label := binary.BigEndian.Uint32(table.Rows.Row(i, room))
		if label > 255 {
			return Array{}, fmt.Errorf("%s: label %d is %d, want one from 0 to 255", path, len(labels), int32(label))
		}
		labels = append(labels, byte(label))
	}
	return Array{Path: path, Dims: []int{len(labels)}, Rows: compact.Of(labels, 1)}, nil
}
