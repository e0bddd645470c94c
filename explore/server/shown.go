package server

import (
	"encoding/binary"
	"math"
	"net/http"

	"latentspace/explore/atlas"
	"latentspace/tensor"
)

// space answers what the page shows of a model.
func (s *Server) space(r *request) (content, error) {
	a, err := s.runs.atlas(r.Context(), r.run)
	if err != nil {
		return content{}, err
	}
	return asJSON(a.Space)
}

// floats is an array of float32 as bytes, little-endian.
func floats(values []float32) (content, error) {
	b := make([]byte, 0, 4*len(values))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return asBytes(b)
}

// part is the points that a request is about: those from a parameter on, as many as another says, and
// at most as many as fit into a reply, of each of which there are some bytes.
func part(a *atlas.Atlas, q query, each int) (from, n int, err error) {
	if a.Space.N == 0 {
		return 0, 0, refuse(http.StatusConflict, "There are no points: %s", a.Space.Lacks["map"])
	}
	if from, err = q.number("from", 0, 0, a.Space.N-1); err != nil {
		return 0, 0, err
	}
	if n, err = q.number("n", a.Space.N, 1, math.MaxInt32); err != nil {
		return 0, 0, err
	}
	return from, min(n, mostReply/max(1, each)), nil
}

// codes answers the codes of points.
func (s *Server) codes(r *request) (content, error) {
	a, err := s.runs.atlas(r.Context(), r.run)
	if err != nil {
		return content{}, err
	}
	from, n, err := part(a, r.query, 4*a.Space.Dim)
	if err != nil {
		return content{}, err
	}
	z, err := a.Codes(from, n)
	if err != nil {
		return content{}, err
	}
	return floats(z)
}

// places answers where the points are on a map.
func (s *Server) places(r *request) (content, error) {
	a, err := s.runs.atlas(r.Context(), r.run)
	if err != nil {
		return content{}, err
	}
	at, err := a.Places(r.query["map"])
	if err != nil {
		return content{}, err
	}
	return floats(at)
}

// values answers what is known of the points.
func (s *Server) values(r *request) (content, error) {
	a, err := s.runs.atlas(r.Context(), r.run)
	if err != nil {
		return content{}, err
	}
	v, err := a.Values(r.query["attribute"])
	if err != nil {
		return content{}, err
	}
	return floats(v)
}

// thumbnails answers pictures of points.
func (s *Server) thumbnails(r *request) (content, error) {
	a, err := s.runs.atlas(r.Context(), r.run)
	if err != nil {
		return content{}, err
	}
	each := 1
	if t := a.Space.Thumbnail; t != nil {
		each = t.Height * t.Width * t.Channels
	}
	from, n, err := part(a, r.query, each)
	if err != nil {
		return content{}, err
	}
	b, err := a.Thumbnails(from, n)
	if err != nil {
		return content{}, err
	}
	return asBytes(b)
}

// example answers a point.
func (s *Server) example(r *request) (content, error) {
	a, err := s.runs.atlas(r.Context(), r.run)
	if err != nil {
		return content{}, err
	}
	i, err := r.query.number("i", 0, 0, math.MaxInt32)
	if err != nil {
		return content{}, err
	}
	e, err := through(r.Context(), s.gate, func() (atlas.Example, error) { return a.Example(r.Context(), i) })
	if err != nil {
		return content{}, err
	}
	return asJSON(e)
}

// decode answers what codes are decoded to.
func (s *Server) decode(r *request) (content, error) {
	a, err := s.runs.atlas(r.Context(), r.run)
	if err != nil {
		return content{}, err
	}
	var asked decodeRequest
	if err := r.body(&asked); err != nil {
		return content{}, err
	}
	z, err := codesOf(asked.Codes, a.Space.Dim)
	if err != nil {
		return content{}, err
	}
	if most := mostReply / a.Size(); z.Shape[0] > most {
		return content{}, refuse(http.StatusRequestEntityTooLarge, "There are %d codes, want at most %d: their examples are large.", z.Shape[0], most)
	}
	d, err := through(r.Context(), s.gate, func() (atlas.Decoded, error) { return a.Decode(r.Context(), z, asked.Conditions) })
	if err != nil {
		return content{}, err
	}
	if d.Examples == nil {
		return asBytes(d.Pictures)
	}
	return asJSON(struct {
		Examples []atlas.View `json:"examples"`
	}{d.Examples})
}

// sound answers what a code sounds like.
func (s *Server) sound(r *request) (content, error) {
	a, err := s.runs.atlas(r.Context(), r.run)
	if err != nil {
		return content{}, err
	}
	var asked soundRequest
	if err := r.body(&asked); err != nil {
		return content{}, err
	}
	z, err := codesOf([][]coordinate{asked.Code}, a.Space.Dim)
	if err != nil {
		return content{}, err
	}
	b, err := through(r.Context(), s.gate, func() ([]byte, error) { return a.Sound(r.Context(), z, asked.Conditions) })
	return content{"audio/wav", b}, err
}

// draw answers codes from a prior.
func (s *Server) draw(r *request) (content, error) {
	a, err := s.runs.atlas(r.Context(), r.run)
	if err != nil {
		return content{}, err
	}
	var asked drawRequest
	if err := r.body(&asked); err != nil {
		return content{}, err
	}
	if asked.N < 1 || asked.N > mostCodes {
		return content{}, refuse(http.StatusBadRequest, "n is %d, want from 1 to %d.", asked.N, mostCodes)
	}
	z, err := through(r.Context(), s.gate, func() (*tensor.Tensor, error) { return a.Draw(asked.Prior, asked.N, asked.Seed, asked.Conditions) })
	if err != nil {
		return content{}, err
	}
	codes := make([][]float32, z.Shape[0])
	for i := range codes {
		codes[i] = z.Data[i*a.Space.Dim : (i+1)*a.Space.Dim]
	}
	return asJSON(struct {
		Codes [][]float32 `json:"codes"`
	}{codes})
}
