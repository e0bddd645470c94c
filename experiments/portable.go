package experiments

import (
	"regexp"
	"strings"
)

// portable is an experiment whose run any system can hold, since runs move between systems, and in
// which every phase of the model comes to be. Experiment files must be so; existing runs and
// checkpoints need not be.
type portable struct {
	Config `yaml:",inline"`
}

// device matches the names that Windows has for devices, with any ending.
var device = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)

// Check reports what [Config.Check] does, names that Windows allows for no folder, and phases that
// begin no sooner than they end.
func (p portable) Check(report func(key, format string, args ...any)) {
	p.Config.Check(report)
	switch name := p.Name; {
	case device.MatchString(name):
		report("name", "%q is a device on Windows and no folder; choose another, so that the run can be kept there too", name)
	case strings.HasSuffix(name, "."):
		report("name", "%q ends with '.', which Windows leaves out of the name of a folder", name)
	}
	if p.Model == nil {
		return
	}
	for _, phase := range p.Model.Phases() {
		end := float64(p.Train.Epochs)
		if phase.Until != 0 {
			end = min(end, phase.Until)
		}
		if phase.FromKey != "" && phase.From >= end {
			report("model."+phase.FromKey, "%v, and phase %s would never begin: want it below %v, the epoch at which the phase ends", phase.From, phase.Name, end)
		}
	}
}
