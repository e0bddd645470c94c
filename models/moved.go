package models

import "latentspace/nn"

// Moves returns how often a training step moves each moving average of a model: once for each
// time that a phase which updates it comes by it. The graphs are those of the phases.
func Moves(phases []Phase, graphs []*nn.Graph) map[string]int {
	moves := map[string]int{}
	for i, p := range phases {
		for name, n := range graphs[i].Moved() {
			if p.Trains(name) {
				moves[name] += n * p.Steps()
			}
		}
	}
	return moves
}
