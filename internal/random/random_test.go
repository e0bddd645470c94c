package random

import "testing"

// The values are those of the functions when they stood in the packages kernel, data and latent.
// Others would be other weights, other data and other samples for every seed.
func TestTheNumbersOfASeedNeverChange(t *testing.T) {
	if got, want := Key(7, "init", "encoder.weight"), [2]uint64{0x1a23230876b929b3, 0x555ac56814b37447}; got != want {
		t.Errorf("a key: got %#x, want %#x", got, want)
	}
	pcg := Example(7, "order", 3, 1)
	if got, want := pcg.Uint64(), uint64(0x7dc0c4571a770a0c); got != want {
		t.Errorf("an example: got %#x, want %#x", got, want)
	}
	if got, want := NewCodes("latent.KDE.Draw", 7).At(3).Uint64(), uint64(0xe8649c27a6547613); got != want {
		t.Errorf("a code: got %#x, want %#x", got, want)
	}
}

func TestNamesOfOneKeyDoNotRunTogether(t *testing.T) {
	if Key(1, "ab", "c") == Key(1, "a", "bc") {
		t.Error("two lists of names have one key")
	}
}
