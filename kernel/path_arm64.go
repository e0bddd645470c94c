package kernel

const neon path = 1

// Every arm64 processor that Go runs on has NEON.
var paths = [...]instructions{portable: {name: "portable"}, neon: {name: "neon"}}

// chainsOf adds terms to a row of sums on the portable path.
var chainsOf = (*twinTile).chains
