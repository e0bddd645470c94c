package metrics

// Chance is the share of the most frequent label: the accuracy of always predicting that class.
func Chance(labels []int) Estimate { return Mean(mostFrequent(labels)) }

// AboveChance is the accuracy of predictions minus [Chance], with the error of the mean difference
// over the examples.
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

// mostFrequent returns 1 for each example of the most frequent class, the first of
// several.
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
