// Package preview shows what a model will see of a training set before it is trained: pictures as a
// contact sheet, rows of a table and texts as text.
package preview

import (
	"fmt"
	"image"

	"latentspace/data"
	"latentspace/render"
	"latentspace/tensor"
)

const (
	mostClasses = 16 // rows of a sheet with classes
	plainRows   = 8  // rows of a sheet without
	acrossSheet = 12 // pictures in a row
)

// A Sheet is some training pictures in a grid, by class where there are classes. Sounds are shown as
// spectrograms.
type Sheet struct {
	Image    image.Image
	Pictures int // that were read; some are shown again, as training changes them
	Classes  int // that are shown, 0 where there are none
	Of       int // the classes that there are
	Changed  bool
	Sounds   bool // whether the pictures are of sounds
}

// String says what is on the sheet.
func (s *Sheet) String() string {
	text := fmt.Sprintf("%d training pictures", s.Pictures)
	if s.Sounds {
		text = fmt.Sprintf("%d training sounds as spectrograms", s.Pictures)
	}
	switch {
	case s.Classes > 0 && s.Classes < s.Of:
		text += fmt.Sprintf(", rows for each of the first %d of %d classes", s.Classes, s.Of)
	case s.Classes > 0:
		text += ", by class"
	}
	if s.Changed {
		text += "; each as it was read, and as training changes it in the first two epochs"
	}
	return text
}

// Pictures draws a sheet of pictures of the training set, chosen by the seed. Where training changes
// pictures from epoch to epoch, each is shown as it was read and then as in the first two epochs.
func Pictures(splits *data.Splits, seed uint64) (*Sheet, error) {
	ds := splits.Train
	if schema := ds.Schema(); !schema.IsPicture() || ds.Len() == 0 {
		return nil, fmt.Errorf("preview: %d examples of shape %v, want pictures", ds.Len(), schema.Shape())
	}
	learned, err := splits.Learned(seed, 0)
	if err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	anew, changed := learned.(data.Anew)
	s := &Sheet{Changed: changed, Sounds: ds.Schema().IsSound()}
	o := render.GridOptions{Columns: acrossSheet}
	each := acrossSheet
	if changed {
		each /= 3
		for range each {
			o.Labels.Columns = append(o.Labels.Columns, "as read", "epoch 1", "epoch 2")
		}
	}
	rows, err := s.choose(ds, each, seed, &o)
	if err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	size := ds.Schema().Width()
	x := tensor.New(append([]int{len(rows) * acrossSheet}, ds.Schema().Shape()...)...)
	for k := range x.Data {
		x.Data[k] = 1 // white where a class has too few pictures
	}
	for r, row := range rows {
		at := r * acrossSheet * size
		next := func() []float32 { at += size; return x.Data[at-size : at] }
		for _, i := range row {
			if err := ds.Read(i, next()); err != nil {
				return nil, fmt.Errorf("preview: example %d: %w", i, err)
			}
			s.Pictures++
			for epoch := 0; changed && epoch < 2; epoch++ {
				if err := anew.ReadEpoch(epoch, i, next()); err != nil {
					return nil, fmt.Errorf("preview: example %d: %w", i, err)
				}
			}
		}
	}
	s.Image, err = render.Grid(x, o)
	return s, err
}

// choose returns the examples of each row of a sheet, at most each of them, and names the rows.
func (s *Sheet) choose(ds data.Dataset, each int, seed uint64, o *render.GridOptions) ([][]int, error) {
	classes, err := data.ClassesOf(ds, ds.Len())
	if err != nil {
		return nil, err
	}
	if classes == nil {
		some := data.Some(ds.Len(), plainRows*each, seed, "preview")
		var rows [][]int
		for at := 0; at < len(some); at += each {
			rows = append(rows, some[at:min(at+each, len(some))])
		}
		return rows, nil
	}
	of := make([][]int, len(classes.Names))
	for i, label := range classes.Labels {
		if label >= 0 && label < len(of) {
			of[label] = append(of[label], i)
		}
	}
	for _, members := range of {
		if len(members) > 0 {
			s.Of++
		}
	}
	s.Classes = min(s.Of, mostClasses)
	var rows [][]int
	for k, shown := 0, 0; shown < s.Classes; k++ {
		if len(of[k]) == 0 {
			continue
		}
		shown++
		some := data.Some(len(of[k]), each*max(1, plainRows/s.Classes), seed, "preview")
		for at := 0; at < len(some); at += each {
			var row []int
			for _, m := range some[at:min(at+each, len(some))] {
				row = append(row, of[k][m])
			}
			rows = append(rows, row)
			o.Labels.Rows = append(o.Labels.Rows, classes.Names[k])
		}
	}
	return rows, nil
}
