package models

import "latentspace/nn"

// Mover is a phase that moves a moving average, and how often an update of the phase does.
type Mover struct {
	Phase Phase
	Times int
}

// Movers returns what moves each moving average of a model: the phases that update it, in their
// order, by its name. The graphs are those of the phases.
func Movers(phases []Phase, graphs []*nn.Graph) map[string][]Mover {
	movers := map[string][]Mover{}
	for i, p := range phases {
		for name, n := range graphs[i].Moved() {
			if p.Trains(name) {
				movers[name] = append(movers[name], Mover{p, n})
			}
		}
	}
	return movers
}

// Moves returns how often movers have moved a moving average, given how many updates each phase has
// made.
func Moves(movers []Mover, updates func(p Phase) int) int {
	n := 0
	for _, m := range movers {
		n += m.Times * updates(m.Phase)
	}
	return n
}
