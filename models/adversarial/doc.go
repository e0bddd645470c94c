// Package adversarial has generative adversarial networks: a generator, which maps noise to examples, and a critic of them: one file
// each, as package models says.
package adversarial
