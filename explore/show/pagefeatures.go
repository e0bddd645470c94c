package show

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"strings"

	"latentspace/data"
	"latentspace/metrics"
	"latentspace/models"
	"latentspace/render"
	"latentspace/tensor"
)

// pageFeature is what a page shows of a feature of a dictionary: what it adds to an example, the
// examples that have most of it, and how its values are spread.
type pageFeature struct {
	Name, About string
	Direction   template.URL // "" of examples that are no pictures
	Examples    template.URL
	Most        string         // numbers of those examples
	Bars        []template.CSS // heights, of equal parts of the range of its values
}

const (
	shownFeatures   = 12     // the most used
	featureExamples = 10_000 // that are looked through
	mostOf          = 8      // examples of a feature
	featureBars     = 12
)

// features adds the most used features of a dictionary.
func (p pictures) features(ctx context.Context, _ string) error {
	d, ok := p.m.Net.(models.Dictionary)
	if !ok {
		return nil
	}
	held := p.measured.Subject.Held
	n := min(held.Len(), featureExamples)
	index := make([]int, n)
	for i := range index {
		index[i] = i
	}
	held = data.Subset(held, index)
	use := metrics.NewFeatureUse(d.Features(), mostOf)
	if err := p.m.EachCode(ctx, held, func(first int, z *tensor.Tensor) error { use.Add(first, z); return nil }); err != nil {
		return err
	}
	shown := use.MostUsed(shownFeatures)
	if len(shown) == 0 {
		return nil
	}
	bars := make([][featureBars]int, len(shown))
	err := p.m.EachCode(ctx, held, func(_ int, z *tensor.Tensor) error {
		for i := range z.Shape[0] {
			for k, feature := range shown {
				if v := z.Data[i*d.Features()+feature]; v > 0 {
					most := use.Features[feature].Top[0].Value
					bars[k][min(featureBars-1, int(featureBars*v/most))]++
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	directions, err := p.directions(ctx, d.Features(), shown)
	if err != nil {
		return err
	}
	for k, feature := range shown {
		f := use.Features[feature]
		card := pageFeature{Name: fmt.Sprint(feature), About: fmt.Sprintf("%.2g %% of the examples, %.3g where it is, at most %.3g", 100*float64(f.Count)/float64(n), f.Mean, f.Top[0].Value)}
		most := 0
		for _, count := range bars[k] {
			most = max(most, count)
		}
		for _, count := range bars[k] {
			card.Bars = append(card.Bars, template.CSS(fmt.Sprintf("%.1f%%", 100*float64(count)/float64(most))))
		}
		var numbers []string
		examples := tensor.New(append([]int{len(f.Top)}, p.m.Shape...)...)
		for i, s := range f.Top {
			numbers = append(numbers, fmt.Sprint(s.Example))
			size := tensor.Size(p.m.Shape)
			if err := held.Read(s.Example, examples.Data[i*size:(i+1)*size]); err != nil {
				return err
			}
		}
		card.Most = strings.Join(numbers, ", ")
		if p.m.Schema.IsPicture() {
			if card.Examples, err = gridOf(examples); err != nil {
				return err
			}
			size := tensor.Size(p.m.Shape)
			one := &tensor.Tensor{Shape: append([]int{1}, p.m.Shape...), Data: directions.Data[k*size : (k+1)*size]}
			if card.Direction, err = gridOf(one); err != nil {
				return err
			}
		}
		p.page.Features = append(p.page.Features, card)
	}
	return nil
}

// directions are what one of each feature adds to an example, as pictures: grey for nothing, and black
// or white for the most.
func (p pictures) directions(ctx context.Context, features int, shown []int) (*tensor.Tensor, error) {
	z := tensor.New(len(shown)+1, features) // the last without a feature
	for k, feature := range shown {
		z.Data[k*features+feature] = 1
	}
	y, err := p.m.Decode(ctx, z, nil)
	if err != nil {
		return nil, err
	}
	size := tensor.Size(p.m.Shape)
	nothing := y.Data[len(shown)*size:]
	for k := range shown {
		one, most := y.Data[k*size:(k+1)*size], float32(0)
		for i := range one {
			one[i] -= nothing[i]
			most = max(most, one[i], -one[i])
		}
		for i := range one {
			if most > 0 {
				one[i] /= 2 * most
			}
			one[i] += 0.5
		}
	}
	return y, nil
}

// gridOf is a picture of examples in one row, for a page.
func gridOf(x *tensor.Tensor) (template.URL, error) {
	img, err := render.Grid(x, render.GridOptions{Columns: x.Shape[0], Gap: 2})
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := render.WritePNG(&b, img); err != nil {
		return "", err
	}
	return sourceOf(b.Bytes()), nil
}
