// Package tensorboard writes and reads the event files of TensorBoard: frames of TFRecord, each of
// which holds an Event as a protocol buffer.
//
// The formats are those of tensorflow/core/lib/io/record_writer.h and of event.proto, summary.proto
// and histogram.proto in tensorflow/core. Values are written as the first version of the summaries
// had them, which TensorBoard and every other reader of such files understands.
package tensorboard

import (
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Version is what the first event of a file says of the file's form.
const Version = "brain.Event:2"

// Event is what is logged at a step.
type Event struct {
	Wall    float64 // seconds since 1970
	Step    int64
	Version string  // of the first event of a file
	Values  []Value // of the others
}

// The numbers of the fields in event.proto and summary.proto.
const (
	eventWall    protowire.Number = 1
	eventStep    protowire.Number = 2
	eventVersion protowire.Number = 3
	eventSummary protowire.Number = 5

	summaryValue protowire.Number = 1

	valueTag      protowire.Number = 1
	valueSimple   protowire.Number = 2
	valueImage    protowire.Number = 4
	valueHisto    protowire.Number = 5
	valueTensor   protowire.Number = 8
	valueMetadata protowire.Number = 9
)

// marshal is the event as a protocol buffer.
func (e Event) marshal() []byte {
	b := appendDouble(nil, eventWall, e.Wall)
	if e.Step != 0 {
		b = appendInt(b, eventStep, e.Step)
	}
	if e.Version != "" {
		b = appendBytes(b, eventVersion, []byte(e.Version))
	}
	if len(e.Values) == 0 {
		return b
	}
	var summary []byte
	for _, v := range e.Values {
		summary = appendBytes(summary, summaryValue, v.message)
	}
	return appendBytes(b, eventSummary, summary)
}

// parseEvent reads a protocol buffer. It skips fields that are not of an Event.
func parseEvent(b []byte) (Event, error) {
	var e Event
	err := fields(b, func(f field) error {
		switch f.number {
		case eventWall:
			e.Wall = math.Float64frombits(f.bits)
		case eventStep:
			e.Step = int64(f.bits)
		case eventVersion:
			e.Version = string(f.bytes)
		case eventSummary:
			return fields(f.bytes, func(f field) error {
				if f.number != summaryValue {
					return nil
				}
				v, err := parseValue(f.bytes)
				e.Values = append(e.Values, v)
				return err
			})
		}
		return nil
	})
	if err != nil {
		return Event{}, fmt.Errorf("tensorboard: event: %w", err)
	}
	return e, nil
}

// field is a field of a message: its bits, or its bytes if it has a length.
type field struct {
	number protowire.Number
	bits   uint64
	bytes  []byte
}

// fields calls use with each field of a message.
func fields(b []byte, use func(field) error) error {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return protowire.ParseError(n)
		}
		b = b[n:]
		f := field{number: number}
		switch kind {
		case protowire.VarintType:
			f.bits, n = protowire.ConsumeVarint(b)
		case protowire.Fixed64Type:
			f.bits, n = protowire.ConsumeFixed64(b)
		case protowire.Fixed32Type:
			var bits uint32
			bits, n = protowire.ConsumeFixed32(b)
			f.bits = uint64(bits)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(number, kind, b)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		if err := use(f); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

func appendInt(b []byte, number protowire.Number, x int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, number, protowire.VarintType), uint64(x))
}

func appendFloat(b []byte, number protowire.Number, x float32) []byte {
	return protowire.AppendFixed32(protowire.AppendTag(b, number, protowire.Fixed32Type), math.Float32bits(x))
}

func appendDouble(b []byte, number protowire.Number, x float64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(b, number, protowire.Fixed64Type), math.Float64bits(x))
}

func appendBytes(b []byte, number protowire.Number, x []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, number, protowire.BytesType), x)
}
