// Package elementary has the elementary functions of float64 with the same bits on
// every processor.
//
// Those of package math differ: some are assembly on one architecture and not on another,
// and where a compiler may fuse a product and a sum into one instruction it rounds once
// instead of twice. Here every product is rounded by a conversion, and the functions of
// package math that are called are exact by their definition (Sqrt, Floor, Frexp, Ldexp,
// Mod, Abs, Copysign). What is reported, stored, drawn or decided is computed with these.
//
// An ulp is a unit in the last place of the value. The tests compare with package
// math/big.
package elementary
