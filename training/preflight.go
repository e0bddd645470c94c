package training

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"latentspace/data"
	"latentspace/example"
	"latentspace/experiments"
	"latentspace/models"
	"latentspace/models/likelihoods"
)

// preflight is what inspecting the data before the first step finds: facts for train -check, and
// warnings of likely trouble.
type preflight struct {
	facts, warnings []string
}

// preflightValues and preflightExamples bound how much of a split is inspected: all of MNIST, and
// about a second's work of larger data. Of more examples a random part is taken.
const (
	preflightValues   = 1 << 26
	preflightExamples = 250_000
)

// inspect inspects the data of an experiment.
func inspect(ctx context.Context, c experiments.Config, splits *data.Splits) (*preflight, error) {
	p := &preflight{}
	size := splits.Train.Schema().Width()
	most := min(preflightExamples, max(1, preflightValues/size))
	seen := map[[16]byte]string{} // the split in which an example, by its digest, came first
	for _, s := range []struct {
		name string
		ds   data.Dataset
	}{{"training", splits.Train}, {"validation", splits.Valid}, {"test", splits.Test}} {
		v, err := look(ctx, s.ds, data.Some(s.ds.Len(), most, c.Seed, "preflight"), s.name, seen)
		if err != nil {
			return nil, err
		}
		if v.n == 0 {
			p.facts = append(p.facts, fmt.Sprintf("%s: no examples", s.name))
			continue
		}
		of := fmt.Sprintf("%d examples", v.n)
		if v.n < s.ds.Len() {
			of = fmt.Sprintf("%d of %d examples, at random", v.n, s.ds.Len())
		}
		p.facts = append(p.facts, fmt.Sprintf("%s: %s, %s", s.name, of, v.facts(splits.Train.Schema())))
		p.repeated(s.name, v, splits.Train.Schema())
		if s.name == "training" {
			told, err := toldOf(c, splits)
			if err != nil {
				return nil, err
			}
			p.fitness(c, v, told)
		}
	}
	return p, p.labels(splits)
}

// seenValues describes the values of some examples.
type seenValues struct {
	n                            int
	least, most, mean, deviation float64
	constant                     int            // places where all examples have one value
	repeats                      map[string]int // number of examples that also occur in another split, by its name, or twice in this one
}

// facts describes the values of examples of a schema. Those of a table are of many kinds, and those of
// a text are indices.
func (v seenValues) facts(s example.Schema) string {
	if s.IsTable() {
		return fmt.Sprintf("rows of %d columns", len(s.Fields))
	}
	if s.IsText() {
		f := s.Fields[0]
		return fmt.Sprintf("%s in at most %d tokens of a vocabulary of %d, each a %s", f.Text.Of, f.Size(), len(f.Words), f.Text.Unit)
	}
	return fmt.Sprintf("values from %.4g to %.4g, mean %.4g, deviation %.4g; %d of %d values are constant",
		v.least, v.most, v.mean, v.deviation, v.constant, s.Width())
}

// look reads examples of a split by their indices.
func look(ctx context.Context, ds data.Dataset, index []int, name string, seen map[[16]byte]string) (seenValues, error) {
	v := seenValues{n: len(index), least: math.Inf(1), most: math.Inf(-1), repeats: map[string]int{}}
	size := ds.Schema().Width()
	x, first := make([]float32, size), make([]float32, size)
	varies := make([]bool, size)
	bytes := make([]byte, 4*size)
	var sum, squares float64
	for at, i := range index {
		if at%256 == 0 && ctx.Err() != nil {
			return v, fmt.Errorf("%w before the first step", ErrInterrupted)
		}
		if err := ds.Read(i, x); err != nil {
			return v, err
		}
		for k, f := range x {
			if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
				return v, fmt.Errorf("training: example %d of the %s set has the value %v at place %d, want numbers", i, name, f, k)
			}
			binary.LittleEndian.PutUint32(bytes[4*k:], math.Float32bits(f))
			v.least, v.most = min(v.least, float64(f)), max(v.most, float64(f))
			sum += float64(f)
			squares += float64(float64(f) * float64(f))
			if at == 0 {
				first[k] = f
			}
			varies[k] = varies[k] || f != first[k]
		}
		hash := sha256.Sum256(bytes)
		key := [16]byte(hash[:16])
		if where, ok := seen[key]; ok {
			v.repeats[where]++
		} else {
			seen[key] = name
		}
	}
	count := float64(v.n) * float64(size) // of all values
	v.mean = sum / count
	v.deviation = math.Sqrt(max(0, squares/count-float64(v.mean*v.mean)))
	for _, yes := range varies {
		if !yes {
			v.constant++
		}
	}
	return v, nil
}

// repeated warns of examples that occur more than once. Some rows of a table and some texts are alike
// by chance.
func (p *preflight) repeated(name string, v seenValues, of example.Schema) {
	for _, where := range slices.Sorted(maps.Keys(v.repeats)) {
		n, is, examples := v.repeats[where], "are", "examples"
		if n == 1 {
			is, examples = "is", "example"
		}
		switch {
		case where == name && 100*n > v.n && !of.IsText():
			p.warnings = append(p.warnings, fmt.Sprintf("%d of %d %s examples %s there more than once", n, v.n, name, is))
		case where == name:
			p.facts = append(p.facts, fmt.Sprintf("%d %s %s %s there more than once", n, name, examples, is))
		case (of.IsTable() || of.IsText()) && 100*n <= v.n:
			p.facts = append(p.facts, fmt.Sprintf("%d %s %s %s in the %s set too", n, name, examples, is, where))
		default:
			p.warnings = append(p.warnings, fmt.Sprintf("%d of %d %s examples %s in the %s set too: figures of the %s set flatter; take repeated ones out of one", n, v.n, name, is, where, name))
		}
	}
}

// fitness warns where the values do not fit the model.
func (p *preflight) fitness(c experiments.Config, v seenValues, d models.Data) {
	size := d.Schema.Width()
	warn := func(format string, args ...any) { p.warnings = append(p.warnings, fmt.Sprintf(format, args...)) }
	bytes := ""
	if v.least >= 0 && v.most > 200 && v.most <= 255 {
		bytes = "; they look like bytes, which are divided by 255"
	}
	if d.Schema.IsTable() || d.Schema.IsText() {
		return // scaled when it was read, or indices
	}
	if text := d.Schema.IsText(); !text && (v.deviation > 5 || max(math.Abs(v.least), math.Abs(v.most)) > 20) {
		warn("the values go from %.4g to %.4g with a deviation of %.3g: scale them to [0, 1] or standardise them%s; first weights and learning rates are for values of about one", v.least, v.most, v.deviation, bytes)
	}
	if v.constant == size {
		warn("all training examples are the same: there is nothing to learn")
	} else if size > 4 && 2*v.constant > size {
		warn("%d of %d values are the same in all training examples", v.constant, size)
	}
	if l, ok := c.Model.(models.Likely); ok {
		gaussian, _ := l.LikelihoodOf(d).(likelihoods.Gaussian)
		if sigma, fixed := gaussian.Sigma.Value(); fixed && sigma > 3*v.deviation && v.deviation > 0 {
			warn("model.likelihood.sigma %g is more than three deviations of the data, %.3g: a reconstruction is worth next to nothing, and the codes will collapse; try a smaller one, or optimal, which finds it", sigma, v.deviation)
		}
	}
	if m, ok := c.Model.(models.Ranged); ok && models.Adversarial(c.Model) {
		if r := m.Range(d); !r.Undefined && (v.least < r.Lo || v.most > r.Hi) {
			warn("the generator's output lies in [%g, %g], and the data go from %.4g to %.4g: the discriminator tells them apart by that alone; scale the data, or set %s: identity", r.Lo, r.Hi, v.least, v.most, r.Key)
		}
	}
}

// labels describes the classes, and warns of classes that a split lacks.
func (p *preflight) labels(splits *data.Splits) error {
	field, ok := data.ClassField(splits.Train)
	if !ok {
		p.facts = append(p.facts, "labels: none")
		return nil
	}
	classes := field.Words
	count := func(ds data.Dataset) ([]int, error) {
		n := make([]int, len(classes))
		c, err := data.ClassesOf(ds, ds.Len())
		if err != nil || c == nil {
			return n, err
		}
		for _, label := range c.Labels {
			n[label]++
		}
		return n, nil
	}
	of, err := count(splits.Train)
	if err != nil {
		return err
	}
	least, most := slices.Min(of), slices.Max(of)
	p.facts = append(p.facts, fmt.Sprintf("labels: %d classes, of %d to %d training examples", len(classes), least, most))
	for _, s := range []struct {
		name string
		ds   data.Dataset
	}{{"validation", splits.Valid}, {"test", splits.Test}} {
		var absent []string
		there, err := count(s.ds)
		if err != nil {
			return err
		}
		for k, n := range there {
			if n > 0 && of[k] == 0 {
				absent = append(absent, classes[k])
			}
		}
		if len(absent) > 0 {
			p.warnings = append(p.warnings, fmt.Sprintf("classes of the %s set that the training set lacks: %s", s.name, strings.Join(absent, ", ")))
		}
	}
	if least > 0 && most > 20*least {
		p.warnings = append(p.warnings, fmt.Sprintf("the classes are uneven: of one there are %d training examples, of another %d", most, least))
	}
	return nil
}
