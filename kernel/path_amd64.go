package kernel

import "golang.org/x/sys/cpu"

const (
	avx2 path = iota + 1
	avx512
)

var paths = [...]instructions{
	portable: {name: "portable"},
	avx2:     {"avx2", []feature{{"AVX2", cpu.X86.HasAVX2}, {"FMA", cpu.X86.HasFMA}, {"BMI2", cpu.X86.HasBMI2}}},
	avx512: {"avx512", []feature{
		{"AVX-512F", cpu.X86.HasAVX512F}, {"AVX-512DQ", cpu.X86.HasAVX512DQ}, {"AVX-512BW", cpu.X86.HasAVX512BW}, {"AVX-512VL", cpu.X86.HasAVX512VL},
	}},
}
