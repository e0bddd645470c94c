package dsprites

import "latentspace/data/draw"

// Factors are the names of the factors of a sprite, in order.
var Factors = [...]string{"shape", "scale", "rotation", "x", "y"}

// Place is a place in a grid of sprites: the index of the value of each factor.
type Place [len(Factors)]uint16

// Values has the values of each factor.
type Values [len(Factors)][]float64

// Sprite returns the sprite at a place of a grid. Positions from 0 to 1 span the half
// of the picture in which no sprite meets the border.
func (v *Values) Sprite(p Place) draw.Sprite {
	return draw.Sprite{
		Shape: int(p[0]),
		Scale: v[1][p[1]],
		Turns: float64(p[2]) / float64(len(v[2])),
		X:     draw.SpriteSide/4 + float64(draw.SpriteSide/2*v[3][p[3]]),
		Y:     draw.SpriteSide/4 + float64(draw.SpriteSide/2*v[4][p[4]]),
	}
}
