package explore

import (
	"fmt"
	"math"
	"strings"
	"text/tabwriter"
)

// String is the report for a person: a table of what moved.
func (v Varied) String() string {
	var b strings.Builder
	b.WriteString(v.Written.String() + v.PriorFit.String())
	of := "the " + v.Split + " split"
	if v.CodesDrawn {
		of = "random draws, their attributes read off them as decoded"
	}
	fmt.Fprintf(&b, "%s by %s, of %d codes of %s", v.Attribute, v.Method, v.Codes, of)
	if v.Missing > 0 {
		fmt.Fprintf(&b, " (%d more are left out, whose values are missing)", v.Missing)
	}
	if len(v.Removed) > 0 {
		fmt.Fprintf(&b, ", less what %s explain", strings.Join(v.Removed, ", "))
	}
	fmt.Fprintf(&b, "; a strength of 1 is %s\n", v.Unit)
	held := "held-out"
	if !v.HeldOut {
		held = "not held out"
	}
	fmt.Fprintf(&b, "attributes read off %d decoded codes (%s) at each strength, against strength 0:\n\n", v.Checked, held)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "attribute\tread\t")
	for _, s := range v.Strengths {
		fmt.Fprint(w, signed(s), "\t")
	}
	fmt.Fprint(w, "unit\t\n")
	for _, r := range v.Readings {
		read := ""
		if r.Examples != nil {
			read = r.Examples.String()
		}
		fmt.Fprintf(w, "%s\t%s\t", r.Attribute, read)
		values, unit, format := r.Shift, "sd", "%+.2f\t"
		if r.Shift == nil {
			values, unit, format = r.Changed, "changed", "%.2f\t"
		}
		for _, s := range values {
			fmt.Fprintf(w, format, s)
		}
		fmt.Fprintf(w, "%s\t\n", unit)
		if r.Share != nil {
			fmt.Fprintf(w, "%s\t\t", v.Attribute)
			for _, s := range r.Share {
				fmt.Fprintf(w, "%.2f\t", s)
			}
			fmt.Fprint(w, "share\t\n")
		}
	}
	w.Flush()
	b.WriteString("\n" + v.summary())
	return b.String()
}

// String is the score as a table has it.
func (s Score) String() string {
	switch {
	case s.R2 != nil:
		return fmt.Sprintf("R² %.2f", *s.R2)
	case s.Accuracy != nil:
		return fmt.Sprintf("%.0f %%", 100**s.Accuracy)
	}
	return ""
}

// summary says in a line how far the attribute moved and what number moved most with
// it.
func (v Varied) summary() string {
	var own, most string
	strongest := 0.0
	for _, r := range v.Readings {
		switch {
		case r.Rising != nil && r.Share != nil:
			own = fmt.Sprintf("%s: read off %.0f %% at %s and %.0f %% at %s", v.Attribute,
				100*r.Share[0], signed(v.Strengths[0]), 100*r.Share[len(r.Share)-1], signed(v.Strengths[len(v.Strengths)-1]))
		case r.Rising != nil:
			own = fmt.Sprintf("%s moves %+.2f standard deviations per unit of strength and is higher at %s than at %s for %.0f %%", v.Attribute,
				perStrength(v.Strengths, r.Shift), signed(v.Strengths[len(v.Strengths)-1]), signed(v.Strengths[0]), 100**r.Rising)
		case r.Shift != nil:
			for i, shift := range r.Shift {
				if math.Abs(shift) > strongest {
					strongest = math.Abs(shift)
					most = fmt.Sprintf("; most with it moves %s, %+.2f at %s", r.Attribute, shift, signed(v.Strengths[i]))
				}
			}
		}
	}
	return own + most + "\n" + v.doubt()
}

// doubt warns where the attribute itself can hardly be read, so that what was read says
// little.
func (v Varied) doubt() string {
	for _, r := range v.Readings {
		if r.Rising == nil || r.Examples == nil || r.Examples.R2 == nil || *r.Examples.R2 >= leastR2 {
			continue
		}
		return fmt.Sprintf("%s can hardly be read off the examples (R² %.2f on held-out ones): these figures say little of it\n", v.Attribute, *r.Examples.R2)
	}
	return ""
}

// leastR2 is the share of an attribute's variance from which on its readings count for
// something.
const leastR2 = 0.1
