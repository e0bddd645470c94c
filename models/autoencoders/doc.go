// Package autoencoders has autoencoders whose codes are points: one file
// each, as package models says.
package autoencoders
