package rundir

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"latentspace/kernel"
)

// ThisProgram describes the running program and the machine.
func ThisProgram() ProgramInfo {
	p := ProgramInfo{
		Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU(), Kernels: kernel.Path(),
		Started: time.Now().UTC().Format(time.RFC3339),
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				p.Revision = s.Value
			case "vcs.modified":
				p.Modified = s.Value == "true"
			}
		}
	}
	return p
}

// Differs lists what has changed since the run was made.
func (m *Manifest) Differs() []string {
	var notes []string
	now := ThisProgram()
	for _, p := range []struct{ what, then, now string }{
		{"revision", m.Program.Revision, now.Revision}, {"Go", m.Program.Go, now.Go},
		{"system", m.Program.OS + "/" + m.Program.Arch, now.OS + "/" + now.Arch},
		{"kernels", m.Program.Kernels, now.Kernels},
	} {
		if p.then != p.now {
			notes = append(notes, fmt.Sprintf("%s: %s then, %s now", p.what, orNone(p.then), orNone(p.now)))
		}
	}
	if m.Program.CPUs != now.CPUs {
		notes = append(notes, fmt.Sprintf("processors: %d then, %d now", m.Program.CPUs, now.CPUs))
	}
	return notes
}

func orNone(s string) string {
	if s == "" {
		return "not known"
	}
	return s
}
