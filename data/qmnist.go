package data

import (
	"encoding/binary"
	"fmt"
)

// openQMNISTLabels reads the labels of QMNIST, of which a row of int32 tells the digit,
// and then who wrote it and where it is from.
//
// Yadav and Bottou, Cold Case: The Lost MNIST Digits, NeurIPS 2019.
func openQMNISTLabels(path string) (idx, error) {
	table, err := openIDXOf(idxInts, path, 2, "")
	if err != nil {
		return idx{}, err
	}
	width := 4 * table.dims[1]
	var labels []byte
	for at := 0; at < len(table.data); at += width { // without any columns there are no data
		label := binary.BigEndian.Uint32(table.data[at:])
		if label > 255 {
			return idx{}, fmt.Errorf("%s: label %d is %d, want one from 0 to 255", path, len(labels), int32(label))
		}
		labels = append(labels, byte(label))
	}
	return idx{path: path, dims: []int{len(labels)}, data: labels}, nil
}
