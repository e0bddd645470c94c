package explore

import (
	"fmt"
	"math"
	"strings"
	"text/tabwriter"

	"latentspace/explore/attributes"
)

// VaryReport is what [Vary] reports.
type VaryReport struct {
	Attribute string    `json:"attribute"`
	Method    string    `json:"method"`
	Removed   []string  `json:"removed,omitempty"` // attributes whose influence was
	Unit      string    `json:"unit"`              // what a strength of 1 is
	Strengths []float64 `json:"strengths"`
	Split     string    `json:"split"` // whose codes the direction was fitted to
	Codes     int       `json:"codes"` // how many
	// Examples that it was not fitted to, since the attribute, or one whose influence is
	// removed, is not known of them.
	Missing int `json:"missing,omitempty"`
	// Whether those codes are of random draws, with attributes read off them as decoded.
	CodesDrawn bool `json:"codes_drawn,omitempty"`
	Checked    int  `json:"checked"` // examples or draws
	// Whether the direction was not fitted to them.
	HeldOut   bool                 `json:"held_out"`
	Direction []float32            `json:"direction"`
	Readings  []attributes.Reading `json:"readings"`
	Unread    []attributes.Unread  `json:"unread,omitempty"` // attributes of which there are no readings
	*PriorFit
}

// String is the report for a person: a table of what moved.
func (v VaryReport) String() string {
	var b strings.Builder
	b.WriteString(v.PriorFit.String())
	of := "the " + v.Split + " split"
	if v.CodesDrawn {
		of = "random draws, their attributes read off them as decoded"
	}
	fmt.Fprintf(&b, "%s by %s, of %d codes of %s", v.Attribute, v.Method, v.Codes, of)
	if v.Missing > 0 {
		fmt.Fprintf(&b, " (%d left out for missing values)", v.Missing)
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
	b.WriteString("\n" + v.Summary())
	return b.String()
}

// Summary says in a line how far the attribute moved and what number moved most with
// it.
func (v VaryReport) Summary() string {
	var own, most string
	strongest := 0.0
	for _, r := range v.Readings {
		switch {
		case r.Rising != nil && r.Share != nil:
			own = fmt.Sprintf("%s: read off %.0f %% at %s and %.0f %% at %s", v.Attribute,
				100*r.Share[0], signed(v.Strengths[0]), 100*r.Share[len(r.Share)-1], signed(v.Strengths[len(v.Strengths)-1]))
		case r.Rising != nil:
			own = fmt.Sprintf("%s moves %+.2f standard deviations per unit of strength and is higher at %s than at %s for %.0f %%", v.Attribute,
				attributes.PerStrength(v.Strengths, r.Shift), signed(v.Strengths[len(v.Strengths)-1]), signed(v.Strengths[0]), 100**r.Rising)
		case r.Shift != nil:
			for i, shift := range r.Shift {
				if math.Abs(shift) > strongest {
					strongest = math.Abs(shift)
					most = fmt.Sprintf("; most with it moves %s, %+.2f at %s", r.Attribute, shift, signed(v.Strengths[i]))
				}
			}
		}
	}
	if own == "" {
		return v.doubt()
	}
	return own + most + "\n" + v.doubt()
}

// doubt tells what is not read, first of all where that is the attribute itself: then
// nothing shows how far it moved, and a direction that was fitted to what is read off draws
// has no ground.
func (v VaryReport) doubt() string {
	var b strings.Builder
	name, _, _ := strings.Cut(v.Attribute, ":")
	for _, u := range v.Unread {
		if u.Attribute != v.Attribute && u.Attribute != name {
			continue
		}
		fmt.Fprintf(&b, "%s cannot be read off examples, so that nothing shows how far it moved", u.Attribute)
		if v.CodesDrawn {
			b.WriteString("; the direction was fitted to such readings and says nothing of it")
		}
		b.WriteString("\n")
	}
	for _, u := range v.Unread {
		fmt.Fprintf(&b, "left out: %s\n", u)
	}
	return b.String()
}
