package experiments

import (
	"regexp"
	"strings"
)

// portable is an experiment whose run any system can hold, since runs move between systems.
// Experiment files must be portable; existing runs and checkpoints need not be.
type portable struct {
	Config `yaml:",inline"`
}

// device matches the names that Windows has for devices, with any ending.
var device = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)

// Check reports what [Config.Check] does, and names that Windows allows for no folder.
func (p portable) Check(report func(key, format string, args ...any)) {
	p.Config.Check(report)
	switch name := p.Name; {
	case device.MatchString(name):
		report("name", "%q is a device on Windows and no folder; choose another, so that the run can be kept there too", name)
	case strings.HasSuffix(name, "."):
		report("name", "%q ends with '.', which Windows leaves out of the name of a folder", name)
	}
}
