package atlas

import (
	"context"
	"fmt"

	"latentspace/explore"
	"latentspace/latent"
	"latentspace/tensor"
)

// The methods of maps.
const (
	plainly = "plain"
	byPCA   = "pca"
	byTSNE  = "tsne"
	byUMAP  = "umap"
)

// maps places the points by the method that is ready at once, and names the others.
func (a *Atlas) maps(ctx context.Context) error {
	if a.codes == nil {
		a.lacks(a.Space.Lacks["map"], "map.tsne", "map.umap")
		return nil
	}
	if a.Space.Dim <= 2 && a.Space.Points == "examples" {
		a.plainMap()
	} else if err := a.pcaMap(ctx); err != nil {
		return err
	}
	if a.Space.Lacks["map"] != "" {
		a.lacks(a.Space.Lacks["map"], "map.tsne", "map.umap")
		return nil
	}
	if a.Space.N < 4 {
		a.lacks(fmt.Sprintf("There are %d points, and a map by t-SNE or UMAP needs 4.", a.Space.N), "map.tsne", "map.umap")
		return nil
	}
	of := "codes"
	if a.drawn != nil {
		of = "decoded draws"
	}
	for _, m := range [][2]string{{byTSNE, "t-SNE"}, {byUMAP, "UMAP"}} {
		a.Space.Maps = append(a.Space.Maps, Map{Method: m[0], About: m[1] + ": neighbours stay neighbours among the " + of + "; distances between groups mean little."})
	}
	return nil
}

// plainMap places codes of one or two values at themselves.
func (a *Atlas) plainMap() {
	m := Map{Method: plainly, Axes: [2]string{"z0", "z1"}, About: "The codes have two dimensions: each point is where its code is."}
	if a.places[plainly] = a.codes; a.Space.Dim == 1 {
		m.Axes[1], m.About = "", "The codes have one dimension, from left to right."
		at := tensor.New(a.Space.N, 2)
		for i, v := range a.codes.Data {
			at.Data[2*i] = v
		}
		a.places[plainly] = at
	}
	a.Space.Maps = append(a.Space.Maps, m)
}

// pcaMap places the codes of examples, or else what draws are decoded to, by two principal
// components.
func (a *Atlas) pcaMap(ctx context.Context) error {
	x, about := a.codes, "The two directions in which the codes vary most."
	if a.drawn != nil {
		x, about = a.m.Vectors(a.drawn), "The two directions in which decoded draws vary most."
	}
	if a.Space.N < 2 {
		a.lacks("There is one point, and a map needs two.", "map")
		return nil
	}
	width := tensor.Size(x.Shape[1:])
	p, err := latent.FitPCA(ctx, latent.Matrix{X: x}, width, min(2, width, a.Space.N-1))
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		a.lacks(Sentence(err), "map")
		return nil
	}
	a.turn(p, width)
	k := len(p.Variance)
	z, at := make([]float32, a.Space.N*k), tensor.New(a.Space.N, 2)
	p.Transform(z, x.Data)
	for i := range a.Space.N {
		copy(at.Data[2*i:2*i+2], z[i*k:(i+1)*k])
	}
	m := Map{Method: byPCA, About: about}
	for i, share := range p.Ratio() {
		m.Axes[i] = fmt.Sprintf("component %d (%.1f %% of the variance)", i+1, 100*share)
	}
	a.places[byPCA] = at
	a.Space.Maps = append(a.Space.Maps, m)
	if a.drawn == nil && k == 2 {
		a.Space.PCA = &PCA{Mean: p.Mean, Components: a.axes}
	}
	return nil
}

// turn gives the components the signs by which they point as those of the former map do.
func (a *Atlas) turn(p *latent.PCA, width int) {
	for k := range p.Variance {
		axis := p.Components[k*width : (k+1)*width]
		if l := a.o.Like; l != nil && k < len(l.axes) && len(l.axes[k]) == width {
			along := 0.0
			for j, v := range axis {
				along += float64(float64(v) * float64(l.axes[k][j]))
			}
			if along < 0 {
				for j := range axis {
					axis[j] = -axis[j]
				}
			}
		}
		a.axes = append(a.axes, axis)
	}
}

// Places are where the points are on a map (n, 2), by its method. One that has to be prepared first
// is an error of [ErrNotReady].
func (a *Atlas) Places(method string) ([]float32, error) {
	for _, m := range a.Space.Maps {
		if m.Method != method {
			continue
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		at, ok := a.places[method]
		if !ok {
			return nil, fmt.Errorf("%w map:%s first", ErrNotReady, method)
		}
		return at.Data, nil
	}
	return nil, fmt.Errorf("there is no map %.60q", method)
}

// place makes the map by t-SNE or UMAP.
func (a *Atlas) place(ctx context.Context, method string, watch Watch) error {
	x := a.codes
	if a.drawn != nil {
		x = a.m.Vectors(a.drawn)
	}
	o := explore.Map{Options: explore.Options{Seed: a.o.Seed, Watch: watch}, Method: method}
	at, _, err := o.Place(ctx, x)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.places[method] = at
	return nil
}
