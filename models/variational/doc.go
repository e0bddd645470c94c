// Package variational has variational autoencoders: models with a posterior of codes and a bound of the likelihood: one file
// each, as package models says.
package variational
