package evaluation

import (
	"context"
	"slices"
	"strings"
	"testing"

	"latentspace/data"
	"latentspace/example"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/trained"
)

// rows are rows of a table: a number, and a word that says whether it is positive.
type rows struct{ n int }

var rowsSchema = example.Schema{
	Fields: []example.Field{
		{Name: "x", Kind: example.Real, View: example.Cell, Column: &example.Column{Type: "number", Format: example.Format{Decimals: 2}, Scale: &example.Scale{Numbers: []float64{-300, 300}, Values: []float64{-3, 3}}}},
		{Name: "sign", Kind: example.Category, Words: []string{"minus", "plus"}, View: example.Cell, Gaps: true, Column: &example.Column{Type: "category"}},
	},
	Table: &example.Table{Separator: ",", Columns: []example.TableColumn{{Name: "x", Field: "x"}, {Name: "sign", Field: "sign", Label: true}}},
}

func (r rows) Len() int               { return r.n }
func (r rows) Schema() example.Schema { return rowsSchema }
func (r rows) Read(i int, dst []float32) error {
	x := float32((i*7919+r.n*31)%59999-30000) / 10000
	dst[0], dst[1], dst[2] = x, 0, 1
	if x > 0 {
		dst[1] = 1
	}
	if i%10 == 3 {
		dst[1], dst[2] = 0, 0
	}
	return nil
}

func TestRowsOfATableAreComparedByColumns(t *testing.T) {
	model, err := trained.New(families.Models["vae"](), "vae", models.Data{Schema: rowsSchema, Examples: 400}, 1)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Measure(context.Background(), Subject{Model: model, Train: rows{400}, Held: rows{150}, Split: "test"}, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	value := func(name string) float64 {
		f, ok := r.Figure(name)
		if !ok {
			why, _ := r.Missing(name)
			t.Errorf("%s: %s", name, why)
		}
		return f.Value
	}
	for name, within := range map[string][2]float64{
		"column_shapes_ceiling": {0.9, 1},     // the same formula
		"column_shapes":         {0.3, 0.9},   // a model that has learned nothing
		"pair_trends_ceiling":   {0.85, 1},    //
		"real_accuracy":         {0.95, 1},    // the sign of x
		"synthetic_accuracy":    {0, 0.9},     // of rows in which they have nothing to do with one another
		"label_chance":          {0.45, 0.6},  //
		"discriminator":         {0.6, 1},     // the model's rows are told
		"discriminator_ceiling": {0.25, 0.75}, // real ones are not, by 75 of each
		"membership":            {0.35, 0.65},
		"row_copies":            {0, 0.2},
	} {
		if v := value(name); v < within[0] || v > within[1] {
			t.Errorf("%s: got %v, want it from %v to %v", name, v, within[0], within[1])
		}
	}
	for _, name := range []string{"frechet_distance", "squared_error", "probe_knn_data_all"} {
		if _, ok := r.Figure(name); ok {
			t.Errorf("there is %s of a table", name)
		}
	}
	shapes := slices.IndexFunc(r.Sections, func(s Section) bool { return s.Name == "fidelity" })
	if tables := r.Sections[shapes].Tables; len(tables) != 3 || !slices.Equal(tables[0].Rows, []string{"x", "sign"}) {
		t.Errorf("tables: %v, want shapes, pairs and nearest rows", tables)
	}
}

// unrelated are rows of two numbers that have nothing to do with one another.
type unrelated struct{ n int }

var unrelatedSchema = example.Schema{
	Fields: []example.Field{rowsSchema.Fields[0], {Name: "y", Kind: example.Real, View: example.Cell, Column: rowsSchema.Fields[0].Column}},
	Table:  &example.Table{Separator: ",", Columns: []example.TableColumn{{Name: "x", Field: "x"}, {Name: "y", Field: "y"}}},
}

func (u unrelated) Len() int               { return u.n }
func (u unrelated) Schema() example.Schema { return unrelatedSchema }
func (u unrelated) Read(i int, dst []float32) error {
	dst[0], dst[1] = float32(i*7919%601-300)/100, float32((i+u.n)*104729%401-200)/100
	return nil
}

func TestColumnsThatAreNotRelatedAreNoDivergence(t *testing.T) {
	model, err := trained.New(families.Models["vae"](), "vae", models.Data{Schema: unrelatedSchema, Examples: 200}, 1)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Measure(t.Context(), Subject{Model: model, Train: unrelated{200}, Held: unrelated{100}, Split: "test"}, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := r.Figure("pair_trends"); !ok {
		t.Error("there is no pair_trends of two columns of numbers")
	}
	if why, kind := r.Missing("related_trends"); kind != Lacking || !strings.Contains(why, "related_trends: no two columns are related") {
		t.Errorf("related_trends: got %q, %v", why, kind)
	}
	for _, f := range r.Diagnosis {
		if f.Name == "figures that are no numbers" || f.Name == "loss averaged over values" { // with a weight of 1
			t.Errorf("a finding %+v of data without relations", f)
		}
	}
}

func TestOtherExamplesHaveNoFidelity(t *testing.T) {
	ring := data.Sources["ring"]().(data.Ring)
	ring.Train = 300
	splits, err := ring.Open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	model, err := trained.New(families.Models["vae"](), "vae", models.Data{Schema: splits.Train.Schema()}, 1)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Measure(context.Background(), Subject{Model: model, Train: splits.Train, Held: splits.Test, Split: "test"}, Options{Seed: 1, Metrics: []string{"column_shapes"}})
	if err != nil {
		t.Fatal(err)
	}
	if why, kind := r.Missing("column_shapes"); kind != Lacking || !strings.Contains(why, "no rows of a table") {
		t.Errorf("got %q, %v", why, kind)
	}
}
