package tensorboard

import (
	"bytes"
	"fmt"
	"image/png"
	"maps"
	"math"
	"slices"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
)

// Value is a scalar, a histogram, a picture or a text under a name.
type Value struct {
	Tag     string
	message []byte // Summary.Value
}

// Equal reports whether two values have the same name and the same content.
func (v Value) Equal(w Value) bool { return bytes.Equal(v.message, w.message) }

func valueOf(tag string, number protowire.Number, message []byte) Value {
	return Value{tag, appendBytes(appendBytes(nil, valueTag, []byte(tag)), number, message)}
}

// Scalar is a number.
func Scalar(tag string, x float64) Value {
	return Value{tag, appendFloat(appendBytes(nil, valueTag, []byte(tag)), valueSimple, float32(x))}
}

func parseValue(b []byte) (Value, error) {
	v := Value{message: b}
	err := fields(b, func(f field) error {
		if f.number == valueTag {
			v.Tag = string(f.bytes)
		}
		return nil
	})
	return v, err
}

// bins is the number of equal intervals of a histogram; TensorBoard shows 30 of any.
const bins = 30

// Histogram counts the finite numbers among x in equal intervals from the least to the greatest.
func Histogram(tag string, x []float32) Value {
	least, most := math.Inf(1), math.Inf(-1)
	var n, sum, squares float64
	for _, v := range x {
		if v := float64(v); !math.IsNaN(v) && !math.IsInf(v, 0) {
			least, most = min(least, v), max(most, v)
			n, sum, squares = n+1, sum+v, squares+float64(v*v)
		}
	}
	if n == 0 {
		least, most = 0, 0
	}
	limits, counts := []float64{most}, []float64{n}
	if width := (most - least) / bins; width > 0 {
		limits, counts = make([]float64, bins), make([]float64, bins)
		for i := range limits {
			limits[i] = least + float64(float64(i+1)*width)
		}
		limits[bins-1] = most
		for _, v := range x {
			if v := float64(v); !math.IsNaN(v) && !math.IsInf(v, 0) {
				counts[min(int((v-least)/width), bins-1)]++
			}
		}
	}
	var m []byte
	for i, v := range []float64{least, most, n, sum, squares} {
		m = appendDouble(m, protowire.Number(i+1), v)
	}
	m = appendBytes(m, 6, packed(limits))
	m = appendBytes(m, 7, packed(counts))
	return valueOf(tag, valueHisto, m)
}

func packed(x []float64) []byte {
	var b []byte
	for _, v := range x {
		b = protowire.AppendFixed64(b, math.Float64bits(v))
	}
	return b
}

// Picture is a picture, given as a file in PNG.
func Picture(tag string, file []byte) (Value, error) {
	c, err := png.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return Value{}, fmt.Errorf("tensorboard: %s: %w", tag, err)
	}
	const rgb = 3
	m := appendInt(nil, 1, int64(c.Height))
	m = appendInt(m, 2, int64(c.Width))
	m = appendInt(m, 3, rgb)
	return valueOf(tag, valueImage, appendBytes(m, 4, file)), nil
}

// plugin adds the name of the part of TensorBoard that shows a value, and what that part is told.
func (v Value) plugin(name string, content []byte) Value {
	data := appendBytes(nil, 1, []byte(name))
	if content != nil {
		data = appendBytes(data, 2, content)
	}
	v.message = appendBytes(v.message, valueMetadata, appendBytes(nil, 1, data))
	return v
}

// Text is a text in Markdown.
func Text(tag, text string) Value {
	const dtString = 7
	shape := appendBytes(nil, 2, appendInt(nil, 1, 1)) // one dimension of size 1
	m := appendBytes(appendInt(nil, 1, dtString), 2, shape)
	return valueOf(tag, valueTensor, appendBytes(m, 8, []byte(text))).plugin("text", nil)
}

// Hyperparameters is what the part hparams of TensorBoard compares runs by. Values that read as
// numbers or as true and false are such.
func Hyperparameters(group string, of map[string]string) Value {
	var start []byte
	for _, key := range slices.Sorted(maps.Keys(of)) {
		entry := appendBytes(nil, 1, []byte(key))
		start = appendBytes(start, 1, appendBytes(entry, 2, plain(of[key])))
	}
	start = appendBytes(start, 4, []byte(group))
	const dtFloat = 1 // the value itself is a float that nobody reads
	null := appendBytes(appendBytes(appendInt(nil, 1, dtFloat), 2, nil), 5, make([]byte, 4))
	return valueOf("_hparams_/session_start_info", valueTensor, null).plugin("hparams", appendBytes(nil, 3, start))
}

// plain is a value of struct.proto.
func plain(text string) []byte {
	if x, err := strconv.ParseFloat(text, 64); err == nil {
		return appendDouble(nil, 2, x)
	}
	if text == "true" || text == "false" {
		return protowire.AppendVarint(protowire.AppendTag(nil, 4, protowire.VarintType), protowire.EncodeBool(text == "true"))
	}
	return appendBytes(nil, 3, []byte(text))
}
