package data

// Sources has every kind of data set, with its defaults filled in.
var Sources = map[string]func() Source{
	"fashion-mnist": func() Source { return FashionMNIST{Pictures: Pictures{Valid: 5_000}} },
	"glyphs": func() Source {
		return Glyphs{Pictures: Pictures{Valid: 5_000}, Train: 60_000, Test: 10_000, Seed: 1}
	},
	"grid":      func() Source { return Grid{Points: defaultPoints, Side: 5, Spacing: 2, Sigma: 0.05} },
	"mnist":     func() Source { return MNIST{Pictures: Pictures{Valid: 5_000}} },
	"moons":     func() Source { return Moons{Points: defaultPoints, Noise: 0.1} },
	"ring":      func() Source { return Ring{Points: defaultPoints, Count: 8, Radius: 1, Sigma: 0.05} },
	"swissroll": func() Source { return SwissRoll{Points: defaultPoints, Noise: 0.1} },
}
