// Package mpi calls a library of MPI, the Message Passing Interface, that is loaded when the program
// runs: Open MPI, MPICH and what is derived from it, or any with the binary interface of MPI 5. It
// is empty without the build tag mpi, so that a program has nothing of it.
package mpi
