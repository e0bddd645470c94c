package main

import (
	"math"
	"testing"
)

// The time of a step by hand: 8 shards on 4 nodes are 2 each; of 1000 bytes three quarters are sent
// twice, in 4 messages for each of 2 phases.
func TestTheTimeOfAStepOnNodes(t *testing.T) {
	c := budget{shard: 10, update: 3, add: 1, volume: 1000, phases: 2}
	if got, want := c.step(8, 1, 1, 1), 8.0*(10+1)+3; got != want {
		t.Errorf("1 node: %v, want %v", got, want)
	}
	if got, want := c.step(8, 4, 100, 0.5), 2.0*(10+1)+3+0.75*1+2*0.75*1000/100+4*2*0.5; math.Abs(got-want) > 1e-12 {
		t.Errorf("4 nodes: %v, want %v", got, want)
	}
}
