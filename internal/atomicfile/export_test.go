package atomicfile

// MaxLeftovers is for the tests of leftovers.
const MaxLeftovers = maxLeftovers
