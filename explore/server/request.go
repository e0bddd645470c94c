package server

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"latentspace/internal/untrusted"
	"latentspace/tensor"
)

const (
	mostBody  = 64 << 10 // bytes of a request
	mostCodes = 256      // of a request
	mostZ     = 100      // the largest value of a code
	mostWord  = 200      // bytes of a name in a request
)

// query is the parameters of a URL.
type query map[string]string

// readQuery reads the parameters of a URL: those that are known, and each once.
func readQuery(raw string, known []string) (query, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "The parameters %.80q cannot be read.", raw)
	}
	q := query{}
	for name, all := range values {
		if !slices.Contains(known, name) {
			return nil, refuse(http.StatusBadRequest, "There is no parameter %.60q here.", name)
		}
		if len(all) != 1 || len(all[0]) > mostWord {
			return nil, refuse(http.StatusBadRequest, "The parameter %s is there %d times, or too long: want it once, in at most %d bytes.", name, len(all), mostWord)
		}
		q[name] = all[0]
	}
	return q, nil
}

// number is a parameter from least to most, and otherwise if it is not there.
func (q query) number(name string, otherwise, least, most int) (int, error) {
	text, ok := q[name]
	if !ok {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most || strconv.Itoa(n) != text {
		return 0, refuse(http.StatusBadRequest, "The parameter %s is %.40q, want a number from %d to %d.", name, text, least, most)
	}
	return n, nil
}

// readBody reads a body of JSON, strictly.
func readBody(r io.Reader, into any) error {
	b, err := io.ReadAll(r)
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return refuse(http.StatusRequestEntityTooLarge, "The body is too large, want at most %d bytes.", mostBody)
	}
	if err != nil {
		return refuse(http.StatusBadRequest, "The body cannot be read: %v.", err)
	}
	if err := untrusted.DecodeJSON(b, into); err != nil {
		return refuse(http.StatusBadRequest, "The body is not what is wanted: %v.", err)
	}
	return nil
}

// coordinate is a value of a code: a number from −mostZ to mostZ.
type coordinate float32

// UnmarshalJSON implements [json.Unmarshaler].
func (c *coordinate) UnmarshalJSON(b []byte) error {
	v, err := strconv.ParseFloat(string(b), 64)
	if err != nil || !(v >= -mostZ && v <= mostZ) {
		return fmt.Errorf("a code has the value %.40s, want a number from −%d to %d", b, mostZ, mostZ)
	}
	*c = coordinate(v)
	return nil
}

// codesOf are codes (n, dim) of a request.
func codesOf(rows [][]coordinate, dim int) (*tensor.Tensor, error) {
	if len(rows) < 1 || len(rows) > mostCodes {
		return nil, refuse(http.StatusBadRequest, "There are %d codes, want from 1 to %d.", len(rows), mostCodes)
	}
	z := tensor.New(len(rows), dim)
	for i, row := range rows {
		if len(row) != dim {
			return nil, refuse(http.StatusBadRequest, "Code %d has %d values, want %d.", i, len(row), dim)
		}
		for j, v := range row {
			z.Data[i*dim+j] = float32(v)
		}
	}
	return z, nil
}

// The bodies of requests.
type (
	decodeRequest struct {
		Codes      [][]coordinate    `json:"codes"`
		Conditions map[string]string `json:"conditions"`
	}
	soundRequest struct {
		Code       []coordinate      `json:"code"`
		Conditions map[string]string `json:"conditions"`
	}
	drawRequest struct {
		Prior      string            `json:"prior"`
		N          int               `json:"n"`
		Seed       uint64            `json:"seed"`
		Conditions map[string]string `json:"conditions"` // of what the codes will be decoded under
	}
)
