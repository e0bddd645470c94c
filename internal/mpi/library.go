//go:build mpi && linux

package mpi

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ebitengine/purego"
)

// handles are the constants of a library that calls have as arguments.
type handles struct {
	world, bytes, floats, sum, errorsReturn uintptr
	noStatus                                uintptr // MPI_STATUS_IGNORE
	inPlace                                 uintptr // MPI_IN_PLACE
	funneled                                uintptr // MPI_THREAD_FUNNELED
}

// Those of MPICH, Intel MPI and MVAPICH are numbers, and so are those of the binary interface of
// MPI 5.
var (
	mpich = handles{
		world: 0x44000000, bytes: 0x4c00010d, floats: 0x4c00040a, sum: 0x58000003, errorsReturn: 0x54000001,
		noStatus: 1, inPlace: ^uintptr(0), funneled: 1,
	}
	standard = handles{world: 0x101, bytes: 0x247, floats: 0x210, sum: 0x21, errorsReturn: 0x143, inPlace: 1, funneled: 1024}
)

// openMPI returns the handles of Open MPI, which are addresses of variables in the library.
func openMPI(library uintptr) (h handles, err error) {
	h = handles{inPlace: 1, funneled: 1}
	for name, to := range map[string]*uintptr{
		"comm_world": &h.world, "byte": &h.bytes, "float": &h.floats, "op_sum": &h.sum, "errors_return": &h.errorsReturn,
	} {
		if *to, err = purego.Dlsym(library, "ompi_mpi_"+name); err != nil {
			return h, err
		}
	}
	return h, nil
}

// kind tells the three kinds of libraries apart, by the name of the file and by what is in it.
func kind(name string, library uintptr) (handles, error) {
	if strings.Contains(filepath.Base(name), "mpi_abi") {
		return standard, nil
	}
	if _, err := purego.Dlsym(library, "ompi_mpi_comm_world"); err == nil {
		return openMPI(library)
	}
	return mpich, nil
}

// usual are the names of libraries, first those of the launcher that started this process.
func usual() []string {
	ofOpenMPI, ofMPICH := []string{"libmpi.so.40"}, []string{"libmpi.so.12", "libmpich.so.12"}
	all := append(ofOpenMPI, ofMPICH...)
	if os.Getenv("PMI_SIZE") != "" && os.Getenv("OMPI_COMM_WORLD_SIZE") == "" {
		all = append(ofMPICH, ofOpenMPI...)
	}
	return append(all, "libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi.so")
}

// load opens a library; of Auto the first of the usual ones that there is.
func load(file string) (name string, library uintptr, err error) {
	names := []string{file}
	if file == Auto {
		names = usual()
	}
	for _, name := range names {
		if library, err = purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_GLOBAL); err == nil {
			return name, library, nil
		}
	}
	if file == Auto {
		return "", 0, fmt.Errorf("mpi: there is no library of MPI: none of %s can be opened; install Open MPI or MPICH, or give the file of another", strings.Join(names, ", "))
	}
	return "", 0, fmt.Errorf("mpi: %s cannot be opened: %w", file, err)
}
