package data

// Sources has every kind of data set, with its defaults filled in.
var Sources = map[string]func() Source{
	"dsprites":      func() Source { return DSprites{Shuffled: Shuffled{Valid: 5_000, Test: 5_000, Seed: 1}} },
	"fashion-mnist": func() Source { return FashionMNIST{Pictures: Pictures{Valid: 5_000}} },
	"glyphs": func() Source {
		return Glyphs{Pictures: Pictures{Valid: 5_000}, Train: 60_000, Test: 10_000, Seed: 1}
	},
	"grid":  func() Source { return Grid{Points: defaultPoints, Side: 5, Spacing: 2, Sigma: 0.05} },
	"mnist": func() Source { return MNIST{Pictures: Pictures{Valid: 5_000}} },
	"moons": func() Source { return Moons{Points: defaultPoints, Noise: 0.1} },
	"ring":  func() Source { return Ring{Points: defaultPoints, Count: 8, Radius: 1, Sigma: 0.05} },
	"sprites": func() Source {
		return Sprites{
			Shuffled: Shuffled{Train: 50_000, Valid: 5_000, Test: 5_000, Seed: 1},
			Grid:     SpriteGrid{Scales: 6, Rotations: 40, Positions: 32},
		}
	},
	"swissroll": func() Source { return SwissRoll{Points: defaultPoints, Noise: 0.1} },
}
