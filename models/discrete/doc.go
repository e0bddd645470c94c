// Package discrete has autoencoders whose codes are words out of codebooks: one file
// each, as package models says.
package discrete
