// Package linalg has the linear algebra of float64 that figures, codes and maps are made of,
// with the same bits on every processor: every product is rounded, and every sum has one
// order. Matrices are row-major.
package linalg
