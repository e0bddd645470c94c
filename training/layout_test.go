package training

import "latentspace/example"

// shaped is the layout of examples of which the shape alone is known.
func shaped(shape ...int) layout { return layout{schema: example.FromShape(shape)} }
