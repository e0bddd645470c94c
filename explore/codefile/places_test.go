package codefile

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPlacesAreFoundByTheirIndex(t *testing.T) {
	file := filepath.Join(t.TempDir(), "map.csv")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("index,x,y,label\n7,1.5,-2,a\n3,0.25,4,b\n9,8,8,a\npicture.png,5,5,new\n")
	y, err := Places(file, []int{3, 7})
	if err != nil || !slices.Equal(y.Data, []float32{0.25, 4, 1.5, -2}) {
		t.Errorf("got %v, %v", y, err)
	}
	for want, text := range map[string]string{
		"no row for 1 of 2 examples, such as the one with index 7": "index,x,y\n3,0,0\n4,1,1\n",
		"no column y, want the .csv of a map":                      "index,x\n3,0\n7,1\n",
		"a map in space, with a column z, want one in the plane":   "index,x,y,z\n3,0,0,1\n7,1,1,2\n",
		"line 3: x is": "index,x,y\n3,1,0\n7,far,1\n",
	} {
		write(text)
		if _, err := Places(file, []int{3, 7}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if _, err := Places(file+".none", []int{3}); err == nil {
		t.Error("no error of a file that is not there")
	}
}
