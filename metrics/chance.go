package metrics

// Chance is how often the most frequent of the labels occurs: the accuracy of always telling
// that class.
func Chance(labels []int) Estimate { return Mean(mostFrequent(labels)) }

// AboveChance is by how much predictions are right more often than [Chance], with the error
// of the mean of the differences, example by example.
func AboveChance(told, labels []int) Estimate {
	gain := mostFrequent(labels)
	for i, always := range gain {
		gain[i] = -always
		if told[i] == labels[i] {
			gain[i]++
		}
	}
	return Mean(gain)
}

// mostFrequent is 1 for each example of the most frequent class, of several the first.
func mostFrequent(labels []int) []float64 {
	count := map[int]int{}
	for _, c := range labels {
		count[c]++
	}
	best, most := 0, 0
	for c, n := range count {
		if n > most || n == most && c < best {
			best, most = c, n
		}
	}
	there := make([]float64, len(labels))
	for i, c := range labels {
		if c == best {
			there[i] = 1
		}
	}
	return there
}
