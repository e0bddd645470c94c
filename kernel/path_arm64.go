package kernel

const neon path = 1

// Every arm64 processor that Go runs on has NEON.
var paths = [...]instructions{portable: {name: "portable"}, neon: {name: "neon"}}

// ownChains are those of this architecture.
var ownChains = &plainChains
