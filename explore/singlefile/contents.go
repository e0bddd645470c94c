package singlefile

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"slices"
	"strings"

	"latentspace/explore/atlas"
	"latentspace/explore/portable"
	"latentspace/internal/safejson"
)

// fileSpace is the space as the file has it: what there is of it, and how its arrays are written.
type fileSpace struct {
	atlas.Space
	Lacks map[string]string `json:"lacks"`

	Codes  Levels            `json:"codes"`
	Places map[string]Levels `json:"places"` // by the method of the map
	Values map[string]Levels `json:"values"` // by the attribute; of a class, its index
	Draws  map[string]Levels `json:"draws"`  // by the prior
	// Of every so many points there is the thumbnail, from the first on; 0 of none.
	Every int  `json:"every"`
	Told  told `json:"told"`
}

// told is what a decoder is told beside a code: the values, and which of them is which condition.
type told struct {
	Values []float32      `json:"values"`
	At     map[string]int `json:"at"`
}

// decoder adds the operations and the weights.
func (c *contents) decoder(d *portable.Decoder) error {
	if err := c.json("decoder", d); err != nil {
		return err
	}
	return c.bytes("weights", planes(d.Weights))
}

// told says what the decoder is told where nothing is chosen.
func (c *contents) told() (err error) {
	c.space.Told.Values, c.space.Told.At, err = c.a.Told()
	return err
}

// codes adds the codes of the points, in 8 bits.
func (c *contents) codes() error {
	if c.a.Space.N == 0 {
		return nil
	}
	z, err := c.a.Codes(0, c.a.Space.N)
	if err != nil {
		return err
	}
	var b []byte
	c.space.Codes, b = rounded(z, c.a.Space.Dim, 8)
	return c.bytes("codes", b)
}

// maps adds where the points are on each map that is ready, in 16 bits, and leaves out the others.
func (c *contents) maps() error {
	c.space.Maps, c.space.Places = []atlas.Map{}, map[string]Levels{}
	for _, m := range c.a.Space.Maps {
		at, err := c.a.Places(m.Method)
		if errors.Is(err, atlas.ErrNotReady) {
			c.space.Lacks["map."+m.Method] = "The file was written without this map."
			continue
		}
		if err != nil {
			return err
		}
		l, b := rounded(at, 2, 16)
		c.space.Maps, c.space.Places[m.Method] = append(c.space.Maps, m), l
		c.result.Maps = append(c.result.Maps, m.Method)
		if err := c.bytes("places-"+m.Method, b); err != nil {
			return err
		}
	}
	return nil
}

// values adds what is known of the points: of numbers, in 8 bits.
func (c *contents) values() error {
	c.space.Values = map[string]Levels{}
	for i, k := range c.a.Space.Attributes {
		v, err := c.a.Values(k.Name)
		if err != nil {
			return err
		}
		l, b := known(v, len(k.Words))
		c.space.Values[k.Name] = l
		if err := c.bytes(fmt.Sprintf("values-%d", i), b); err != nil {
			return err
		}
	}
	return nil
}

// thumbnailBytes is how long the thumbnails are at most, packed.
const thumbnailBytes = 40_000

// thumbnails adds those of as many points as have room, spread evenly. The page shows what the model
// makes of the codes of the others.
func (c *contents) thumbnails() error {
	n := c.a.Space.N
	if c.a.Space.Thumbnail == nil || n == 0 {
		return nil
	}
	pick := func(every int) (all []byte, err error) {
		for i := 0; i < n; i += every {
			one, err := c.a.Thumbnails(i, 1)
			if err != nil {
				return nil, err
			}
			all = append(all, one...)
		}
		return all, nil
	}
	trial := max(1, n/64)
	b, err := pick(trial)
	if err != nil {
		return err
	}
	z, err := compressed(b)
	if err != nil {
		return err
	}
	each := max(1, z*4/3/((n+trial-1)/trial)) // bytes of one
	c.space.Every = max(1, (n*each+thumbnailBytes-1)/thumbnailBytes)
	if b, err = pick(c.space.Every); err != nil {
		return err
	}
	c.result.Pictures = (n + c.space.Every - 1) / c.space.Every
	return c.bytes("thumbnails", b)
}

// compressed is how many bytes gzip makes of some.
func compressed(b []byte) (int, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		return 0, err
	}
	err := z.Close()
	return out.Len(), err
}

// mostDraws is how many draws of each prior the file has.
const mostDraws = 256

// draws adds some of each prior that is ready, in 8 bits, and leaves out the other priors.
func (c *contents) draws() error {
	c.space.Priors, c.space.Draws = []string{}, map[string]Levels{}
	for _, prior := range c.a.Space.Priors {
		z, err := c.a.Draw(prior, mostDraws, 1, nil)
		if errors.Is(err, atlas.ErrNotReady) {
			c.space.Lacks["draws.fitted"] = "The file was written without distributions that are fitted to its codes; “sample explore” fits them."
			continue
		}
		if err != nil {
			return err
		}
		l, b := rounded(z.Data, c.a.Space.Dim, 8)
		c.space.Priors, c.space.Draws[prior] = append(c.space.Priors, prior), l
		if err := c.bytes("draws-"+prior, b); err != nil {
			return err
		}
	}
	return nil
}

// directions adds those that are ready, and leaves out the others.
func (c *contents) directions() error {
	all := map[string]atlas.Direction{}
	c.space.Directions = []string{}
	for _, of := range c.a.Space.Directions {
		d, err := c.a.Direction(of)
		if errors.Is(err, atlas.ErrNotReady) {
			continue
		}
		if err != nil {
			return err
		}
		all[of] = d
		c.space.Directions = append(c.space.Directions, of)
	}
	if len(all) == 0 {
		if c.space.Lacks["directions"] == "" {
			c.space.Lacks["directions"] = "The file was written without directions of attributes."
		}
		return nil
	}
	c.result.Directions = c.space.Directions
	b, err := safejson.Marshal(all)
	if err != nil {
		return err
	}
	return c.bytes("directions", b)
}

// describe adds the space itself, and the reasons for what the file cannot have.
func (c *contents) describe() error {
	lacks := map[string]string{
		"training": "This page is one file: it has the model as it was, and no run in training.",
		"runs":     "This page is one file with one model.",
	}
	if c.a.Space.View == "sound" {
		lacks["sound"] = "One file cannot make a sound of a picture; “sample explore” can."
	}
	for feature, why := range lacks {
		if c.space.Lacks[feature] == "" {
			c.space.Lacks[feature] = why
		}
	}
	for feature, why := range c.space.Lacks {
		if strings.ContainsAny(why, `/\`) { // a place on this machine, which goes to nobody else
			c.space.Lacks[feature] = "It was not there when the file was written."
		}
	}
	if err := c.json("space", c.space); err != nil {
		return err
	}
	last := len(c.elements) - 1
	c.elements = slices.Insert(c.elements[:last], 0, c.elements[last]) // first, as the page reads it first
	return nil
}
