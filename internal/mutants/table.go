package main

// mutants are in the order of the house. To take a condition out, false is put to it, so that what
// it uses is still used.
var mutants = [][]mutant{storage, reading, datasets, runs, training, exploring, serving, foreign}
