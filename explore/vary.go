package explore

import (
	"context"
	"fmt"
	"image"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"latentspace/data/table"
	"latentspace/experiments"
	"latentspace/export"
	"latentspace/latent"
	"latentspace/render"
	"latentspace/tensor"
	"latentspace/training"
)

// Vary moves N codes along the direction of an attribute, writes what becomes of
// them, and checks how far the attribute moved and what else moved with it: on held-out
// examples, or, if Split is train and there is no Table, on those that it was fitted to.
type Vary struct {
	Options
	Attribute string // a number, or name:class
	// Table is a file of attributes of the examples of Split, in place of what the data know.
	// Four in five of its rows are for fitting and one in five for the check.
	Table   string
	Dialect table.Dialect // of Table; what is zero is found out

	Method      string   // of latent.Directions
	Against     []string // attributes whose influence is removed
	Conditional bool     // remove that of all others

	Strengths []float64 // or else Steps of them, evenly from −Range to Range
	Range     float64
	Steps     int

	From  int   // index in the split of the first example, the next follow; -1 for some that the seed draws
	Draws bool  // random draws in place of examples
	Prior Prior // of them
	Fit   int   // most codes that the direction is fitted to
	Check int   // most held-out examples that are checked
	Delay time.Duration
}

// Varied is the report of [Vary].
type Varied struct {
	Written
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
	HeldOut   bool      `json:"held_out"`
	Direction []float32 `json:"direction"`
	Readings  []Reading `json:"readings"`
	Unread    []Unread  `json:"unread,omitempty"` // attributes of which there are no readings
	*PriorFit
}

// Run varies and writes.
func (o Vary) Run(ctx context.Context, m *training.Trained) (fmt.Stringer, error) {
	start := time.Now()
	strengths, err := o.checked()
	if err != nil {
		return nil, err
	}
	if err := checkHeld(o.N*len(strengths), m.Shape); err != nil {
		return nil, err
	}
	if err := checkHeld(o.Check, m.Shape); err != nil {
		return nil, err
	}
	k, err := o.known(ctx, m)
	if err != nil {
		return nil, err
	}
	t, err := find(k.fit.about, o.Attribute)
	if err := k.unknown(err, o.Attribute); err != nil {
		return nil, err
	}
	others, err := o.others(k, t)
	if err != nil {
		return nil, err
	}
	s := steering{o: o, m: m, known: k, target: t, others: others}
	if known := t.known(); len(known.values) == 0 || known.constant() {
		return nil, fmt.Errorf("explore: attribute %s is the same for all of %d examples, want two classes or values that differ", t.name, len(known.values))
	}
	if t.names() {
		return nil, fmt.Errorf("explore: attribute %s: %s; want one that several examples share", t.name, t.known().unreadable())
	}
	if err := s.learn(ctx); err != nil {
		return nil, err
	}
	if err := s.aim(ctx); err != nil {
		return nil, err
	}
	shown, labels, fit, err := s.shown(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, shown, strengths)
	if err != nil {
		return nil, err
	}
	v := Varied{
		Attribute: t.String(), Method: o.Method, Removed: others, Unit: unit(t, o.Method, others), Strengths: strengths,
		Split: k.split, Codes: len(s.values), Missing: s.missing, CodesDrawn: s.drawn, Direction: s.direction.Step, PriorFit: fit,
	}
	if v.Readings, v.Unread, v.Checked, err = s.check(ctx, strengths); err != nil {
		return nil, err
	}
	v.HeldOut = k.heldOut || s.drawn || o.Draws
	if err := checkFigures(v); err != nil {
		return nil, err
	}
	file := o.file(m, "vary", export.Extension(m.Schema))
	if !m.Schema.IsPicture() || strings.EqualFold(filepath.Ext(file), ".csv") {
		if err := export.Examples(file, m.Schema, joined(rows)); err != nil {
			return nil, err
		}
		v.Written = written(m, start, len(rows), file)
		return v, nil
	}
	columns := make([]string, len(strengths))
	for j, s := range strengths {
		columns[j] = signed(s)
	}
	animation, err := animated(file, rows, render.StripOptions{Labels: render.Labels{Rows: labels, Columns: columns}}, columns, o.Delay)
	if err != nil {
		return nil, err
	}
	v.Written = written(m, start, len(rows), file, animation)
	return v, nil
}

// checked reports options out of range and returns the strengths.
func (o Vary) checked() ([]float64, error) {
	if err := o.check(".png", ".csv"); err != nil {
		return nil, err
	}
	if err := oneOf("-method", o.Method, slices.Sorted(maps.Keys(latent.Directions))); err != nil {
		return nil, err
	}
	if err := o.Prior.check(); err != nil {
		return nil, err
	}
	if o.Table == "" {
		if err := o.idle("the attributes that the data know; -attributes reads a table", "dialect"); err != nil {
			return nil, err
		}
	}
	if err := checkFit(o.Fit); err != nil {
		return nil, err
	}
	if o.Check < 1 || o.Check > mostExamples {
		return nil, experiments.Usagef("-check %d held-out examples, want it from 1 to %d", o.Check, mostExamples)
	}
	if o.From < -1 || o.From >= mostExamples {
		return nil, experiments.Usagef("-from %d, want the index of an example", o.From)
	}
	if o.Conditional && o.Against != nil {
		return nil, experiments.Usagef("-conditional removes all other attributes: it goes without -against")
	}
	strengths := o.Strengths
	if strengths == nil {
		if o.Steps < 2 || o.Steps > 1000 {
			return nil, experiments.Usagef("-steps %d, want it from 2 to 1000", o.Steps)
		}
		if !(o.Range > 0) || math.IsInf(o.Range, 0) {
			return nil, experiments.Usagef("-range %v, want it above 0", o.Range)
		}
		strengths = evenly(o.Range, o.Steps)
	}
	strengths = slices.Clone(strengths)
	slices.Sort(strengths)
	if strengths = slices.Compact(strengths); len(strengths) < 2 {
		return nil, experiments.Usagef("strengths %v, want at least two", strengths)
	}
	if o.N*len(strengths) > mostExamples {
		return nil, experiments.Usagef("-n %d rows of %d strengths are %d examples, want at most %d", o.N, len(strengths), o.N*len(strengths), mostExamples)
	}
	return strengths, nil
}

// unit says what a strength of 1 is.
func unit(t target, method string, others []string) string {
	switch {
	case t.class < 0:
		return "one standard deviation"
	case method != "means":
		return "as far as the mean of " + t.String() + " is from that of the other classes by the coefficients of the " + method
	case len(others) > 0:
		return "what being " + t.String() + " adds to the mean code where " + strings.Join(others, ", ") + " stay"
	}
	return "from the mean of the other classes to that of " + t.String()
}

// evenly returns steps numbers from −reach to reach.
func evenly(reach float64, steps int) []float64 {
	all := make([]float64, steps)
	for i := range all {
		// By a difference of whole numbers, so that the middle is 0 and the two sides are alike.
		all[i] = reach * float64(2*i-(steps-1)) / float64(steps-1)
	}
	return all
}

// signed writes a strength with its sign, of at most two decimals.
func signed(v float64) string {
	s := strconv.FormatFloat(math.Abs(v), 'f', 2, 64)
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	switch {
	case s == "0" || v == 0:
		return s
	case v < 0:
		return "−" + s
	}
	return "+" + s
}

// others returns the names of the attributes whose influence is to be removed.
func (o Vary) others(k known, t target) ([]string, error) {
	var names []string
	all := k.fit.about
	if o.Conditional {
		for _, a := range all {
			if a.name != t.name && a.known().unreadable() == "" {
				names = append(names, a.name)
			}
		}
		if names == nil {
			return nil, fmt.Errorf("explore: -conditional: there is no attribute besides %s", t.name)
		}
		return names, nil
	}
	for _, name := range o.Against {
		i := spelledIndex(namesOf(all), name)
		if i < 0 {
			return nil, k.unknown(fmt.Errorf("explore: -against: no attribute %q among %s", name, attributeNames(all)), name)
		}
		if all[i].name == t.name {
			return nil, experiments.Usagef("-against %s, want attributes other than that of -attribute", name)
		}
		if all[i].names() {
			return nil, fmt.Errorf("explore: -against: attribute %s: %s; want one that several examples share", all[i].name, all[i].known().unreadable())
		}
		names = append(names, all[i].name)
	}
	return names, nil
}

// animated writes rows of pictures, and beside them an animation through their columns,
// whose name it returns. Both are made before one is written. Frames are labelled if
// there are labels of them.
func animated(file string, rows []*tensor.Tensor, layout render.StripOptions, frames []string, delay time.Duration) (string, error) {
	strip, err := render.Strip(rows, layout)
	if err != nil {
		return "", err
	}
	steps, size := rows[0].Shape[0], tensor.Size(rows[0].Shape[1:])
	images := make([]image.Image, steps)
	for j := range images {
		x := tensor.New(append([]int{len(rows)}, rows[0].Shape[1:]...)...)
		for i, r := range rows {
			copy(x.Data[i*size:(i+1)*size], r.Data[j*size:])
		}
		columns := int(math.Ceil(math.Sqrt(float64(len(rows)))))
		var head []string
		if frames != nil {
			head = make([]string, columns)
			head[0] = frames[j]
		}
		if images[j], err = render.Grid(x, render.GridOptions{Columns: columns, Labels: render.Labels{Columns: head}}); err != nil {
			return "", err
		}
	}
	g, err := render.Animate(images, delay, true)
	if err != nil {
		return "", err
	}
	if err := export.PNG(file, strip); err != nil {
		return "", err
	}
	animation := beside(file, ".gif")
	return animation, export.GIF(animation, g)
}
