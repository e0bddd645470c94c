//go:build mpi && linux

package mpi

import (
	"fmt"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Auto stands for the first of the usual libraries.
const Auto = "auto"

// Process is this process as one of those that were started together.
type Process struct {
	Number int // the rank, from 0
	Count  int // of all
	handles

	sendrecv, allreduce, finalize, abort, errorString uintptr
}

// Start opens a library, a file or [Auto], and joins the processes that were started together: so many
// according to their launcher, or 0 if it does not say. The goroutine is bound to its thread, from which
// alone calls may be made.
func Start(file string, of int) (*Process, error) {
	runtime.LockOSThread()
	name, library, err := load(file)
	if err != nil {
		return nil, err
	}
	p := &Process{}
	if p.handles, err = kind(name, library); err != nil {
		return nil, fmt.Errorf("mpi: %s: %w", name, err)
	}
	var initThread, setErrors, size, rank uintptr
	for symbol, to := range map[string]*uintptr{
		"Init_thread": &initThread, "Comm_set_errhandler": &setErrors, "Comm_size": &size, "Comm_rank": &rank,
		"Sendrecv": &p.sendrecv, "Allreduce": &p.allreduce, "Finalize": &p.finalize, "Abort": &p.abort, "Error_string": &p.errorString,
	} {
		if *to, err = purego.Dlsym(library, "MPI_"+symbol); err != nil {
			return nil, fmt.Errorf("mpi: %s is no library of MPI: %w", name, err)
		}
	}
	var provided, count, number int32
	if r, _, _ := purego.SyscallN(initThread, 0, 0, p.funneled, uintptr(unsafe.Pointer(&provided))); int32(r) != 0 {
		return nil, fmt.Errorf("mpi: %s: MPI_Init_thread: error %d", name, int32(r))
	}
	if uintptr(provided) < p.funneled {
		return nil, fmt.Errorf("mpi: %s has no support of programs with threads: MPI_Init_thread gives level %d, want MPI_THREAD_FUNNELED, %d", name, provided, p.funneled)
	}
	purego.SyscallN(setErrors, p.world, p.errorsReturn)
	purego.SyscallN(size, p.world, uintptr(unsafe.Pointer(&count)))
	purego.SyscallN(rank, p.world, uintptr(unsafe.Pointer(&number)))
	p.Number, p.Count = int(number), int(count)
	if of > 0 && of != p.Count {
		return nil, fmt.Errorf("mpi: %s counts %d processes, and the launcher has started %d: the library is not the launcher's; give the file of that one", name, p.Count, of)
	}
	return p, nil
}

// Exchange sends bytes to another rank and receives as many as there is room for from it.
func (p *Process) Exchange(with int, send, receive []byte) error {
	r, _, _ := purego.SyscallN(p.sendrecv,
		uintptr(unsafe.Pointer(unsafe.SliceData(send))), uintptr(len(send)), p.bytes, uintptr(with), 0,
		uintptr(unsafe.Pointer(unsafe.SliceData(receive))), uintptr(len(receive)), p.bytes, uintptr(with), 0,
		p.world, p.noStatus)
	return p.failed(r, "MPI_Sendrecv with rank %d", with)
}

// Allreduce puts into v the sum over all ranks, in the order that the library chooses.
func (p *Process) Allreduce(v []float32) error {
	r, _, _ := purego.SyscallN(p.allreduce, p.inPlace, uintptr(unsafe.Pointer(unsafe.SliceData(v))), uintptr(len(v)), p.floats, p.sum, p.world)
	return p.failed(r, "MPI_Allreduce of %d values", len(v))
}

// failed returns the error of a call, nil for code 0.
func (p *Process) failed(code uintptr, format string, args ...any) error {
	if int32(code) == 0 {
		return nil
	}
	text, length := make([]byte, 8192), int32(0)
	purego.SyscallN(p.errorString, code, uintptr(unsafe.Pointer(unsafe.SliceData(text))), uintptr(unsafe.Pointer(&length)))
	return fmt.Errorf("mpi: "+format+": %s", append(args, text[:max(0, min(int(length), len(text)))])...)
}

// Finish leaves the processes that were started together, once all of them do.
func (p *Process) Finish() { purego.SyscallN(p.finalize) }

// Abort ends all processes, with a status of this one.
func (p *Process) Abort(status int) { purego.SyscallN(p.abort, p.world, uintptr(status)) }
