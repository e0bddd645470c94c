//go:build !amd64 && !arm64

package kernel

var ffts = [...]fftLoops{portable: fftTwins}
