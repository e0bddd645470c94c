package trained

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"latentspace/example"
	"latentspace/models"
	"latentspace/models/families"
	"latentspace/tensor"
)

// tableSchema is a number, a category that may be missing, and a number that may be.
var tableSchema = example.Schema{Fields: []example.Field{
	{Name: "age", Kind: example.Real, View: example.Cell},
	{Name: "city", Kind: example.Category, Words: []string{"a", "b", "c"}, View: example.Cell, Gaps: true},
	{Name: "income", Kind: example.Real, View: example.Cell, Gaps: true},
}}

func tableVAE(t *testing.T) *Model {
	t.Helper()
	m, err := New(families.Models["vae"](), "vae", models.Data{Schema: tableSchema}, 1)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func tableRows(rows ...[]float32) Examples {
	x, _ := tensor.From(slices.Concat(rows...), len(rows), 5)
	return Examples{X: x}
}

func TestDrawnRowsDoNotDependOnHowManyThereAre(t *testing.T) {
	ctx, m := context.Background(), tableVAE(t)
	all, err := m.Samples(ctx, 200, 7)
	if err != nil {
		t.Fatal(err)
	}
	few, err := m.Samples(ctx, 70, 7)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(few.Data, all.Data[:70*5]) {
		t.Error("the first 70 of 200 rows are not those of 70")
	}
	z, _ := m.Draw(200, 7)
	rest, err := m.Generate(ctx, rows(z, 128, 200), nil, 128, 7)
	if err != nil || !slices.Equal(rest.Data, all.Data[128*5:]) {
		t.Errorf("rows from number 128 on differ when they are drawn alone: %v", err)
	}
	words, gaps := map[float32]bool{}, 0
	for i := range 200 {
		row := all.Data[5*i : 5*i+5]
		words[row[1]] = true
		if row[4] == 0 {
			if gaps++; row[3] != 0 {
				t.Fatalf("row %d: a missing income is %v, want 0", i, row[3])
			}
		}
	}
	if len(words) != 3 || gaps == 0 || gaps == 200 {
		t.Errorf("draws have %d words and %d gaps, want 3 and some: they are not the mean", len(words), gaps)
	}
}

func TestTheFieldsOfAnExampleAddUpToItsLikelihood(t *testing.T) {
	ctx, m := context.Background(), tableVAE(t)
	x := tableRows([]float32{0.3, 2, 1, -1, 1}, []float32{0.3, 0, 0, 0, 0})
	z := tensor.New(2, 20)
	fields, err := m.FieldNLLs(ctx, z, x)
	if err != nil {
		t.Fatal(err)
	}
	var all []float32
	again := false
	if err := m.NLLs(ctx, x, func(code []float32) bool {
		copy(code, z.Data)
		again = !again
		return again
	}, func(nll []float32) { all = slices.Clone(nll) }); err != nil {
		t.Fatal(err)
	}
	for i, want := range all {
		sum := fields.Data[3*i] + fields.Data[3*i+1] + fields.Data[3*i+2]
		if math.Abs(float64(sum-want)) > 1e-5 {
			t.Errorf("example %d: the fields add up to %v, want %v", i, sum, want)
		}
	}
}

func TestFillKeepsWhatIsKnown(t *testing.T) {
	ctx, m := context.Background(), tableVAE(t)
	x := tableRows([]float32{0.3, 2, 1, -1, 1}, []float32{99, 0, 0, 0.5, 1}, []float32{0.1, 1, 1, 7, 0})
	missing := [][]bool{{false, false, false}, {true, true, false}, {false, false, true}}
	for _, draw := range []bool{false, true} {
		y, err := m.Fill(ctx, x, missing, Filling{Rounds: 3, Draw: draw, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(y.Data[:5], x.X.Data[:5]) {
			t.Errorf("a row without gaps became %v", y.Data[:5])
		}
		second := y.Data[5:10]
		if second[0] == 99 || second[2] != 1 || second[3] != 0.5 || second[4] != 1 {
			t.Errorf("age and city are missing: got %v", second)
		}
		if third := y.Data[10:]; third[4] != 1 || third[3] == 7 || third[0] != x.X.Data[10] {
			t.Errorf("income is missing: got %v", third)
		}
		again, err := m.Fill(ctx, x, missing, Filling{Rounds: 3, Draw: draw, Seed: 1})
		if err != nil || !slices.Equal(again.Data, y.Data) {
			t.Errorf("filled again with one seed: %v, other values", err)
		}
	}
	if _, err := m.Fill(ctx, x, missing[:2], Filling{Rounds: 1}); err == nil || !strings.Contains(err.Error(), "2 rows that say what is missing, want 3") {
		t.Errorf("too few rows: got %v", err)
	}
}

func TestGivenFieldsAreHeld(t *testing.T) {
	m := tableVAE(t)
	got, err := m.DrawGiven(context.Background(), 30, 1, map[int]float32{1: 2, 0: 0.25}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		if row := got.X.Data[5*i : 5*i+5]; row[0] != 0.25 || row[1] != 2 || row[2] != 1 {
			t.Fatalf("row %d: %v, want age 0.25 and city 2", i, row)
		}
	}
	if !(got.Effective > 1) || got.Effective > float64(got.Candidates) {
		t.Errorf("%v effective candidates of %d", got.Effective, got.Candidates)
	}
}

// Of 3 rows, candidates 3 and 4 have rows 0 and 1 again.
func TestWhatIsKnownOfCandidatesGoesAroundAndStaysWithThem(t *testing.T) {
	about, _ := tensor.From([]float32{0, 10, 1, 11, 2, 12}, 3, 2)
	if got, want := cycled(about, 2, 5).Data, []float32{2, 12, 0, 10, 1, 11}; !slices.Equal(got, want) {
		t.Errorf("rows 2 to 4: got %v, want %v", got, want)
	}
	if got, want := picked(about, []int{4, 4, 3}).Data, []float32{1, 11, 1, 11, 0, 10}; !slices.Equal(got, want) {
		t.Errorf("of candidates 4, 4 and 3: got %v, want %v", got, want)
	}
	if cycled(nil, 0, 2) != nil {
		t.Error("of a model without conditions something is known")
	}
}

func TestFillingWithNoNumbersIsAnError(t *testing.T) {
	m := tableVAE(t)
	for name, w := range m.Weights() {
		if strings.HasPrefix(name, "decoder.") {
			for i := range w.Data {
				w.Data[i] = float32(math.NaN())
			}
		}
	}
	x, missing := tableRows([]float32{0, 2, 1, -1, 1}), [][]bool{{true, false, false}}
	for _, draw := range []bool{false, true} {
		_, err := m.Fill(context.Background(), x, missing, Filling{Rounds: 1, Draw: draw})
		if err == nil || err.Error() != "trained: missing fields of example 0 are filled with NaN, want numbers" {
			t.Errorf("draw %v: got %v", draw, err)
		}
	}
}

func TestResamplingFollowsTheWeights(t *testing.T) {
	logs := []float64{math.Log(1), math.Log(5), math.Inf(-1), math.Log(2)}
	chosen, effective, err := resample(logs, 800, 3)
	if err != nil {
		t.Fatal(err)
	}
	counts := [4]int{}
	for _, c := range chosen {
		counts[c]++
	}
	for k, want := range []int{100, 500, 0, 200} {
		if d := counts[k] - want; d < -1 || d > 1 {
			t.Errorf("index %d came %d times, want %d: %v", k, counts[k], want, counts)
		}
	}
	if want := 64.0 / 30; math.Abs(effective-want) > 1e-9 { // (1+5+2)²/(1+25+4)
		t.Errorf("effective %v, want %v", effective, want)
	}
	if _, _, err := resample([]float64{math.NaN()}, 1, 1); err == nil {
		t.Error("weights that are no numbers are accepted")
	}
}

func TestModelsOfNumbersRefuseWords(t *testing.T) {
	for _, kind := range []string{"ae", "gan", "pca", "dae", "wgan-gp", "vq-vae"} {
		_, err := New(families.Models[kind](), kind, models.Data{Schema: tableSchema}, 1)
		if err == nil || !strings.Contains(err.Error(), "a model of kind "+kind+` makes numbers alone, and field "city" is category, one of 3 words: want one of`) || !strings.Contains(err.Error(), "vae") {
			t.Errorf("%s: got %v", kind, err)
		}
	}
}
