package tsne

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/latent/nearest"
	"latentspace/tensor"
)

// part is rows [lo, hi).
func part(x *tensor.Tensor, lo, hi int) *tensor.Tensor {
	d := x.Shape[1]
	return &tensor.Tensor{Shape: []int{hi - lo, d}, Data: slices.Clone(x.Data[lo*d : hi*d])}
}

func TestNewPointsLieInTheirClusters(t *testing.T) {
	for _, n := range []int{600, 1600} { // pairs and the mesh
		all := clusters(n+90, 6, 3)
		x, u := part(all, 0, n), part(all, n, n+90)
		copy(u.Data[30:36], x.Data[60:66]) // point 5 is point 10 of the map
		y := embed(t, x, Options{Perplexity: 10, Iterations: 300, Search: nearest.Clustered}).Points
		before := slices.Clone(y.Data)
		for name, o := range map[string]nearest.Options{"exact": {}, "cells": {Search: nearest.Clustered}} {
			v, err := Place(context.Background(), x, y, u, o)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(y.Data, before) {
				t.Fatal("the map has changed")
			}
			if !slices.Equal(v.Data[10:12], y.Data[20:22]) {
				t.Errorf("%d points, %s: a point of the map is at %v, want %v", n, name, v.Data[10:12], y.Data[20:22])
			}
			for i := range 90 {
				if i == 5 {
					continue
				}
				at, least := 0, math.Inf(1)
				for j := range n {
					dx, dy := float64(v.Data[2*i]-y.Data[2*j]), float64(v.Data[2*i+1]-y.Data[2*j+1])
					if d := dx*dx + dy*dy; d < least {
						at, least = j, d
					}
				}
				if at%3 != (n+i)%3 || least > 25 {
					t.Errorf("%d points, %s: new point %d is near point %d, by %v", n, name, i, at, math.Sqrt(least))
				}
				if i > 6 {
					continue
				}
				one, err := Place(context.Background(), x, y, part(u, i, i+1), o)
				if err != nil || !slices.Equal(one.Data, v.Data[2*i:2*i+2]) {
					t.Errorf("%d points, %s: new point %d is at %v alone, %v among others (%v)", n, name, i, one.Data, v.Data[2*i:2*i+2], err)
				}
			}
		}
	}
}

// A few points of a map on a grid, summed up in float64.
func TestNewPointsFollowTheFormula(t *testing.T) {
	x, u := clusters(40, 3, 2), part(clusters(43, 3, 2), 40, 43)
	y := embed(t, x, Options{Perplexity: 5}).Points
	s, err := nearest.New(context.Background(), x, nearest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	near, err := s.Among(context.Background(), u, 31)
	if err != nil {
		t.Fatal(err)
	}
	p := newPlacing(context.Background(), near, y.Data)
	want := slices.Clone(p.y[:6])
	if err := p.settle(); err != nil {
		t.Fatal(err)
	}
	z := 0.0
	w := func(a, b []float32) float64 {
		dx, dy := float64(a[0]-b[0]), float64(a[1]-b[1])
		return 1 / (1 + dx*dx + dy*dy)
	}
	for i := range 40 {
		for j := range 40 {
			if i != j {
				z += w(y.Data[2*i:], y.Data[2*j:])
			}
		}
	}
	for range placeSteps {
		for i := range 3 {
			own := want[2*i : 2*i+2]
			var f [2]float64
			for axis := range 2 {
				for e := range 31 {
					id := int(near.IDs[31*i+e])
					f[axis] += 2 * float64(p.springs.Values[32*i+e]) * w(own, y.Data[2*id:]) * float64(own[axis]-y.Data[2*id+axis])
				}
				for j := range 40 {
					v := w(own, y.Data[2*j:])
					f[axis] -= 40 / z * v * v * float64(own[axis]-y.Data[2*j+axis])
				}
			}
			own[0], own[1] = own[0]-float32(placeRate*f[0]), own[1]-float32(placeRate*f[1])
		}
	}
	for i, v := range want {
		if math.Abs(float64(v-p.y[i])) > 1e-3 {
			t.Errorf("coordinate %d: got %v, want %v", i, p.y[i], v)
		}
	}
}

func TestPlaceErrors(t *testing.T) {
	x, y := clusters(40, 3, 2), tensor.New(40, 2)
	nan := tensor.New(2, 3)
	nan.Data[4] = float32(math.NaN())
	far := tensor.New(40, 2)
	for i := range 40 {
		far.Data[2*i] = float32(i) * 1e36
	}
	for want, f := range map[string][2]*tensor.Tensor{
		"places of shape [39 2] for points of shape [40 3], want [40 2]": {tensor.New(39, 2), x},
		"places of shape [40 3] for points of shape [40 3], want [40 2]": {tensor.New(40, 3), x},
		"went to NaN, want a map whose places lie nearer to each other":  {far, clusters(4, 3, 5)},
		"new points have shape [4 2], want (points, 3)":                  {y, tensor.New(4, 2)},
		"new points: row 1, column 1 is NaN, want a fin":                 {y, nan},
	} {
		if _, err := Place(context.Background(), x, f[0], f[1], nearest.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	ended, end := context.WithCancel(context.Background())
	end()
	if _, err := Place(ended, x, y, x, nearest.Options{}); err == nil {
		t.Error("no error of a context that has ended")
	}
}
