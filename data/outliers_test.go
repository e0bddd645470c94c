package data

import (
	"context"
	"slices"
	"strings"
	"testing"
)

func openGlyphs(t *testing.T, outliers ...string) (*Splits, error) {
	t.Helper()
	g := Sources["glyphs"]().(Glyphs)
	g.Train, g.Test, g.Outliers = 200, 50, Outliers{outliers}
	return g.Open(context.Background())
}

func TestOutliersAreInNoSplit(t *testing.T) {
	whole, err := openGlyphs(t)
	if err != nil {
		t.Fatal(err)
	}
	s, err := openGlyphs(t, "3", "8")
	if err != nil {
		t.Fatal(err)
	}
	if whole.Outliers != nil || s.SHA256 != whole.SHA256 {
		t.Errorf("without outliers there are %v; with them the data are %s, want %s", whole.Outliers, s.SHA256, whole.SHA256)
	}
	n := 0
	for k, ds := range []Dataset{s.Train, s.Valid, s.Test, s.Outliers} {
		classes, err := ClassesOf(ds, ds.Len())
		if err != nil {
			t.Fatal(err)
		}
		for i, label := range classes.Labels {
			if out := label == 3 || label == 8; out != (k == 3) {
				t.Fatalf("example %d is a %d", i, label)
			}
		}
		n += ds.Len()
	}
	if n != 250 || s.Outliers.Len() != 50 {
		t.Errorf("%d examples, %d of them outliers, want 250 and 50", n, s.Outliers.Len())
	}
	// The last outlier is the last 3 or 8 of the test set.
	classes, err := ClassesOf(whole.Test, 50)
	if err != nil {
		t.Fatal(err)
	}
	at := 49
	for classes.Labels[at] != 3 && classes.Labels[at] != 8 {
		at--
	}
	want, got := make([]float32, 784), make([]float32, 784)
	if err := whole.Test.Read(at, want); err != nil {
		t.Fatal(err)
	}
	if err := s.Outliers.Read(49, got); err != nil || !slices.Equal(got, want) {
		t.Errorf("outlier 49 is not test example %d: %v", at, err)
	}
	if err := s.Outliers.Read(50, got); err == nil || !strings.Contains(err.Error(), "example 50, want one from 0 to 49") {
		t.Errorf("an outlier too many: got %v", err)
	}
}

func TestOutliersThatCannotBe(t *testing.T) {
	for name, test := range map[string]struct {
		outliers []string
		want     string
	}{
		"an unknown class": {[]string{"nine"}, `outliers: no class "nine", want some of 0, 1`},
		"a class twice":    {[]string{"3", "3"}, `outliers: "3" twice`},
		"every class":      {strings.Split("0123456789", ""), "which leaves no examples to train on"},
	} {
		if _, err := openGlyphs(t, test.outliers...); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}
