//go:build !amd64 && !arm64

package kernel

var paths = [...]instructions{portable: {name: "portable"}}

var vecs = [...]loops{portable: twins}

var gemms [1]gemm

// relax would tell a processor that the program waits for another.
func relax() {}

// prefetch would bring lines to the cache.
func prefetch(x *byte, lines int) {}

// ownChains are those of this architecture.
var ownChains = &plainChains
