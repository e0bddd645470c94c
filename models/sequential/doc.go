// Package sequential has autoencoders of sequences, which are written token by token: one file
// each, as package models says.
package sequential
