package rundir

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"latentspace/internal/safejson"
)

// Metric is a mean with its name.
type Metric struct {
	Name  string
	Value float64
}

// Metrics are means in the order in which a log shows them. Their JSON form is an
// object in that order.
type Metrics []Metric

// Get returns the value of a name, and whether there is one.
func (m Metrics) Get(name string) (float64, bool) {
	for _, x := range m {
		if x.Name == name {
			return x.Value, true
		}
	}
	return 0, false
}

// MarshalJSON keeps the order. NaN and infinities are null.
func (m Metrics) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, x := range m {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := safejson.Marshal(x.Name)
		if err != nil {
			return nil, err
		}
		value, err := safejson.Marshal(x.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", x.Name, err)
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

// UnmarshalJSON keeps the order. null is NaN.
func (m *Metrics) UnmarshalJSON(b []byte) error {
	*m = nil
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("metrics: %s, want an object of numbers", b)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var value *float64
		if err := d.Decode(&value); err != nil {
			return err
		}
		x := math.NaN() // written as null
		if value != nil {
			x = *value
		}
		*m = append(*m, Metric{name.(string), x})
	}
	return nil
}
