// Package diffusion has models that take noise to codes along a flow, and the autoencoders whose
// codes it is: one file each, as package models says.
package diffusion
