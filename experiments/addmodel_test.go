package experiments

import (
	"reflect"
	"testing"

	"latentspace/models"
	"latentspace/models/families"
)

type own struct {
	Width int `yaml:"width"`
}

func (own) Phases() []models.Phase { return nil }

// A kind that was added is known in the experiment of a run, not only in that of a user.
func TestAModelThatWasAddedIsReadAgain(t *testing.T) {
	AddModel("own", func() models.Model { return own{Width: 8} })
	defer delete(families.Models, "own")
	defer delete(Registry[reflect.TypeFor[models.Model]()], "own")
	const src = "name: x\ndata: {kind: glyphs}\nmodel: {kind: own}\n"
	for name, parse := range map[string]func(string, []byte, ...string) (Config, error){"of a user": Parse, "of a run": ParseKept} {
		if c, err := parse("x.yaml", []byte(src)); err != nil || c.Model != models.Model(own{Width: 8}) || c.ModelKind() != "own" {
			t.Errorf("%s: got %v, %v", name, c.Model, err)
		}
	}
}
