package training

import (
	"latentspace/data"
	"latentspace/example"
)

// layout is what the rows of a data set hold.
type layout struct {
	schema example.Schema // of an example
	about  example.Schema // of what else is known of it; without fields where nothing is
}

func layoutOf(ds data.Dataset) layout {
	l := layout{schema: ds.Schema()}
	if known, ok := ds.(data.Described); ok {
		l.about = known.About()
	}
	return l
}
