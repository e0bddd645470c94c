//go:build !amd64

package kernel

func bestPath() path { return portable }

var vecs = [...]loops{portable: twins}
