package data

import (
	"latentspace/data/columns"
	"latentspace/data/corpus"
	"latentspace/data/division"
	"latentspace/data/pictureset"
	"latentspace/data/points"
	"latentspace/data/soundset"
	"latentspace/example"
)

// Sources has every kind of data set, with its defaults filled in.
var Sources = map[string]func() Source{
	"array": func() Source {
		return Array{Shuffled: division.Shuffled{Valid: division.Auto, Test: division.Auto, Seed: 1}, Memory: 4000}
	},
	"binarized-mnist": func() Source { return BinarizedMNIST{} },
	"dsprites": func() Source {
		return DSprites{Shuffled: division.Shuffled{Valid: division.Auto, Test: division.Auto, Seed: 1}}
	},
	"fashion-mnist": func() Source { return FashionMNIST{Pictures: Pictures{Valid: division.Auto}, Holdout: drawn} },
	"glyphs": func() Source {
		return Glyphs{Pictures: Pictures{Valid: division.Auto}, Train: 60_000, Test: 10_000, Seed: 1}
	},
	"grid": func() Source { return Grid{points.Grid{Counts: points.Default, Side: 5, Spacing: 2, Sigma: 0.05}} },
	"images": func() Source {
		return Images{
			Size: 64, Fit: pictureset.Fit{Fit: pictureset.Crop, Background: "white"},
			Pictures: Pictures{Valid: division.Auto}, Test: division.Auto, Seed: 1, MaxDamaged: 0.01,
		}
	},
	"mnist": func() Source { return MNIST{Pictures: Pictures{Valid: division.Auto}, Holdout: drawn} },
	"moons": func() Source { return Moons{points.Moons{Counts: points.Default, Noise: 0.1}} },
	"notes": func() Source { return Notes{Train: 4_000, Valid: division.Auto, Test: 500, Seed: 1} },
	"ring":  func() Source { return Ring{points.Ring{Counts: points.Default, Count: 8, Radius: 1, Sigma: 0.05}} },
	"sentences": func() Source {
		return Sentences{
			Unit:     string(example.Word),
			Shuffled: division.Shuffled{Train: division.Auto, Valid: division.Auto, Test: division.Auto, Seed: 1},
		}
	},
	"sound": func() Source {
		return Sound{
			Frames:  soundset.Frames{Rate: 16_000, Seconds: 1.6, Mels: 64, Window: 50, Hop: 12.5, Floor: -80},
			Reading: soundset.Reading{Level: soundset.Peak},
			Valid:   division.Auto, Test: division.Auto, Seed: 1, MaxDamaged: 0.01,
		}
	},
	"sprites": func() Source {
		return Sprites{Shuffled: division.Shuffled{Train: division.Auto, Valid: division.Auto, Test: division.Auto, Seed: 1}, Grid: defaultGrid}
	},
	"swissroll": func() Source { return SwissRoll{points.SwissRoll{Counts: points.Default, Noise: 0.1}} },
	"table": func() Source {
		return Table{Label: columns.AutoLabel, LabelInRow: true, Shuffled: division.Shuffled{Valid: division.Auto, Test: division.Auto, Seed: 1}}
	},
	"text": func() Source {
		return Text{
			Unit: string(example.Char), Of: string(example.Lines), Length: division.Auto, Vocabulary: division.Auto, Encoding: corpus.UTF8,
			Shuffled: division.Shuffled{Valid: division.Auto, Test: division.Auto, Seed: 1},
		}
	},
}

// Earlier has the kinds whose defaults have changed, with their former defaults. They
// apply to configs that were written before the change.
var Earlier = map[string]func() Source{
	"dsprites":      func() Source { return DSprites{Shuffled: division.Shuffled{Valid: 5_000, Test: 5_000, Seed: 1}} },
	"fashion-mnist": func() Source { return FashionMNIST{Pictures: Pictures{Valid: 5_000}, Holdout: last} },
	"glyphs": func() Source {
		return Glyphs{Pictures: Pictures{Valid: 5_000}, Train: 60_000, Test: 10_000, Seed: 1}
	},
	"mnist": func() Source { return MNIST{Pictures: Pictures{Valid: 5_000}, Holdout: last} },
	"sprites": func() Source {
		return Sprites{Shuffled: division.Shuffled{Train: 50_000, Valid: 5_000, Test: 5_000, Seed: 1}, Grid: defaultGrid}
	},
}

var (
	drawn       = division.Holdout{Split: division.Drawn, Seed: 1}
	last        = division.Holdout{Split: division.Last, Seed: 1}
	defaultGrid = SpriteGrid{Scales: 6, Rotations: 40, Positions: 32}
)
