package evaluation

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"latentspace/internal/safejson"
)

// Report is what was measured of a model.
type Report struct {
	Model     string    `json:"model"` // its kind
	Data      string    `json:"data_sha256"`
	Split     string    `json:"split"`
	Seed      uint64    `json:"seed"`
	Sections  []Section `json:"sections"`
	Diagnosis []Finding `json:"diagnosis,omitzero"` // nil where not all was measured
	// Undiagnosed has a sentence for each problem that could not be looked for, with
	// the reason.
	Undiagnosed []string `json:"undiagnosed,omitempty"`
}

// Figure returns the figure with the given name, if it was measured.
func (r *Report) Figure(name string) (Figure, bool) {
	for _, s := range r.Sections {
		for _, f := range s.Figures {
			if f.Name == name {
				return f, true
			}
		}
	}
	return Figure{}, false
}

// headline are the figures that are told first.
var headline = []string{
	"neg_elbo", "nll", "kl", "active_units", "squared_error", "explained", "l0", "dead_features",
	"loss_recovered", "token_accuracy", "exact_match", "ssim", "frechet_distance", "precision", "recall",
	"modes", "high_quality", "mig", "factorvae_score", "probe_logistic_codes_all",
}

// Headline returns the figures that are told first, of those that were measured.
func (r *Report) Headline() []Figure {
	var first []Figure
	for _, name := range headline {
		if f, ok := r.Figure(name); ok {
			first = append(first, f)
		}
	}
	return first
}

// Values returns the values of the figures by name.
func (r *Report) Values() map[string]float64 {
	all := map[string]float64{}
	for _, s := range r.Sections {
		for _, f := range s.Figures {
			all[f.Name] = f.Value
		}
	}
	return all
}

// Fields returns the report as it is in JSON: its own fields, and each figure by name
// as a plain number.
func (r *Report) Fields() (map[string]any, error) {
	type plain Report
	own, err := safejson.Marshal((*plain)(r))
	if err != nil {
		return nil, fmt.Errorf("evaluation: %w", err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(own, &fields); err != nil {
		return nil, fmt.Errorf("evaluation: %w", err)
	}
	all := map[string]any{}
	for name, v := range r.Values() {
		all[name] = v
	}
	for name, v := range fields {
		all[name] = v
	}
	return all, nil
}

// MarshalJSON implements [json.Marshaler], by [Report.Fields].
func (r *Report) MarshalJSON() ([]byte, error) {
	fields, err := r.Fields()
	if err != nil {
		return nil, err
	}
	return safejson.Marshal(fields)
}

// String is the report for a person: a table for each section, what was left out, and
// the diagnosis.
func (r *Report) String() string {
	var b strings.Builder
	for _, s := range r.Sections {
		fmt.Fprintf(&b, "%s\n", s.Name)
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, f := range s.Figures {
			fmt.Fprintf(w, "  %s\t%.5g\t± %.2g\t%s\n", f.Name, f.Value, f.Error, f.Unit)
		}
		w.Flush()
		for _, t := range s.Tables {
			t.write(&b)
		}
		for _, sentence := range s.LeftOut {
			fmt.Fprintf(&b, "  left out: %s\n", sentence)
		}
	}
	if r.Diagnosis != nil {
		b.WriteString("diagnosis\n")
	}
	if r.Diagnosis != nil && len(r.Diagnosis) == 0 {
		b.WriteString("  nothing found\n")
	}
	for _, f := range r.Diagnosis {
		fmt.Fprintf(&b, "  %s: %s\n    %s\n", f.Name, f.Evidence, f.Remedy)
	}
	for _, sentence := range r.Undiagnosed {
		fmt.Fprintf(&b, "  left out: %s\n", sentence)
	}
	return b.String()
}

// shownRows is the number of rows of a table in the text; the JSON has all.
const shownRows = 5

// write writes the first rows of a table.
func (t Table) write(b *strings.Builder) {
	fmt.Fprintf(b, "  %s\n", t.Title)
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\t\t%s\t\n", strings.Join(t.Columns, "\t"))
	for i, values := range t.Values[:min(shownRows, len(t.Values))] {
		fmt.Fprintf(w, "\t%s", t.Rows[i])
		for _, v := range values {
			fmt.Fprintf(w, "\t%s", Cell(v))
		}
		fmt.Fprint(w, "\t\n")
	}
	w.Flush()
	if more := len(t.Values) - shownRows; more > 0 {
		fmt.Fprintf(b, "    and %d more\n", more)
	}
}

// Cell formats a value of a table: with four digits, or as a whole number.
func Cell(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e9 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.4g", v)
}

// Group is figures of one part of a report.
type Group struct {
	Name    string
	Figures []string
}

// Groups returns the names of all figures by the parts of a report, in its order.
func Groups() []Group {
	var groups []Group
	for _, p := range parts {
		groups = append(groups, Group{p.name, p.figures})
	}
	return groups
}

// Known returns the names of all figures, sorted.
func Known() []string {
	names := map[string]bool{}
	for _, p := range parts {
		for _, name := range p.figures {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// Absence is the reason why a requested figure is not in a report.
type Absence int

const (
	Present   Absence = iota // it is there
	Lacking                  // the model or its data lacks what it needs
	Undefined                // it was NaN, or undefined for these samples; other weights may have it
	Failed                   // measuring it ended in an error or a panic; with other weights it may succeed
)

// Missing says why a requested figure is not in the report, as a sentence and as a
// kind; the sentence is "" if the figure is there.
func (r *Report) Missing(name string) (why string, kind Absence) {
	if _, ok := r.Figure(name); ok {
		return "", Present
	}
	for _, p := range parts {
		if !slices.Contains(p.figures, name) {
			continue
		}
		for _, s := range r.Sections {
			if s.Name != p.name || len(s.LeftOut) == 0 {
				continue
			}
			kind := Lacking
			if slices.Contains(s.Failed, name) {
				kind = Failed
			} else if slices.Contains(s.undefined, name) || slices.Contains(s.passing, name) {
				kind = Undefined
			}
			return strings.Join(s.LeftOut, " "), kind
		}
	}
	return fmt.Sprintf("%s was not measured.", name), Lacking
}
