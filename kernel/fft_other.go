//go:build !amd64

package kernel

var ffts = [...]fftLoops{portable: fftTwins}
