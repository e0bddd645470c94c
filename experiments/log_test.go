package experiments

import (
	"fmt"
	"strings"
	"testing"
)

func TestMistakesOfLogs(t *testing.T) {
	const src = good + "  log: [tensorboard, {kind: mlflow, uri: 'http://localhost:5000/'}]\n"
	c, err := Parse("f.yaml", []byte(src))
	if err != nil || len(c.Train.Log) != 2 || c.Train.Log[0] != (TensorBoard{}) || c.Train.Log[1] != (MLflow{"http://localhost:5000/", "latentspace"}) {
		t.Fatalf("%+v, %v", c.Train.Log, err)
	}
	for set, want := range map[string]string{
		"[tensorbord]":                                      `train.log[0]: "tensorbord", did you mean "tensorboard"?`,
		"tensorboard":                                       `"tensorboard", want a list such as [tensorboard]`,
		"[tensorboard, tensorboard]":                        `train.log[1]: tensorboard is there already`,
		"[mlflow]":                                          `train.log[0].uri: "", want the address of a server of MLflow such as http://localhost:5000`,
		"[{kind: mlflow, uri: 'file:///tmp'}]":              `train.log[0].uri: "file:///tmp", want the address`,
		"[{kind: mlflow, uri: 'http://a?b'}]":               `want the address`,
		"[{kind: mlflow, uri: 'http://me:x@a'}]":            `want the address`,
		"[{kind: mlflow, uri: 'http://a', port: 4}]":        `train.log[0].port: unknown key`,
		"[{kind: mlflow, uri: 'http://a', experiment: ''}]": `train.log[0].experiment: empty, want a name`,
		"[{kind: mlflow, uri: 'http://a'}, {kind: mlflow, uri: 'http://a/'}]":                      `train.log[1]: mlflow http://a is there already`,
		"[{kind: mlflow, uri: 'http://a'}, {kind: mlflow, uri: 'http://b', experiment: other}, 3]": `train.log[2]: 3, want`,
	} {
		_, err := Parse("f.yaml", []byte(src), "train.log="+set)
		if lines := strings.Split(fmt.Sprint(err), "\n"); len(lines) > 1 || !strings.Contains(lines[0], want) {
			t.Errorf("%s: got\n%v\nwant the one line\n%s", set, err, want)
		}
	}
}
