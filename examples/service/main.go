// Service draws pictures over HTTP from a trained model: codes come as JSON, and a PNG goes back.
//
//	go run ./examples/service runs/mnist-vae
//	curl -d '{"code": [0.5, -1.2, …]}' localhost:8080/decode > one.png
//	curl -d '{"seed": 7, "given": {"class": "3"}}' localhost:8080/sample > three.png
package main

import (
	"encoding/json"
	"image/png"
	"log"
	"net/http"
	"os"
	"sync"

	"latentspace"
)

// request is what a caller asks for.
type request struct {
	Code  []float32         `json:"code"`  // of decode
	Seed  uint64            `json:"seed"`  // of sample
	Given latentspace.Given `json:"given"` // of a conditional model
}

// draw makes one example of a request.
type draw func(r *http.Request, q request) ([][]float32, error)

func main() {
	m, err := latentspace.Open(os.Args[len(os.Args)-1])
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("localhost:8080", service(m)))
}

func service(m *latentspace.Model) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /decode", answer(m, func(r *http.Request, q request) ([][]float32, error) {
		return m.Decode(r.Context(), [][]float32{q.Code}, q.Given)
	}))
	mux.Handle("POST /sample", answer(m, func(r *http.Request, q request) ([][]float32, error) {
		return m.Sample(r.Context(), 1, q.Seed, q.Given)
	}))
	return mux
}

// answer writes the picture of what a request asks for.
func answer(m *latentspace.Model, of draw) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var q request
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&q); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		x, err := of(r, q)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		img, err := m.Image(x[0])
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotImplemented)
			return
		}
		w.Header().Set("Content-Type", "image/png")
		if err := encoder.Encode(w, img); err != nil {
			log.Print(err)
		}
	}
}

// encoder writes pictures with memory that it uses again: it would be most of what a request takes.
var encoder = png.Encoder{BufferPool: &buffers{}}

// buffers is a [png.EncoderBufferPool].
type buffers struct{ pool sync.Pool }

func (b *buffers) Get() *png.EncoderBuffer {
	e, _ := b.pool.Get().(*png.EncoderBuffer)
	return e
}

func (b *buffers) Put(e *png.EncoderBuffer) { b.pool.Put(e) }
