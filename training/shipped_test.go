package training

import (
	"io"
	"os"
	"testing"

	"latentspace/experiments"
)

// shippedWeights are the SHA-256 of the weights of short runs of shipped experiments, as programs
// made them before the models were rebuilt out of likelihoods, priors and networks. A change of
// one is a change of every result of the experiment: it has to be meant, and is told in CHANGELOG.
var shippedWeights = []struct {
	name   string
	edits  []string
	sha256 string
}{
	{"vae", []string{"data.train=2560", "train.epochs=2"}, "b6f000bec6fec628bb41280cdc09fde9973094434bd15b4b6208682788ee5156"},
	{"ae", []string{"data.train=2560", "train.epochs=2"}, "ce53384d930cd2970c8803d37383ca6d30ca91e7ad8ed596a186edbdee154d91"},
	{"gan", []string{"data.train=640", "data.valid=64", "train.epochs=2"}, "4c2bd725a5508bb1634c771303eccdaf19a9ea7e39a6902cb0edb96204e250cb"},
	{"pca", []string{"data.train=2560"}, "c9434d84cf0399f75257118ba8d2934216fae2cbeb93733e990dd86975ba184a"},
	{"ring", []string{"train.epochs=2"}, "1510d8ba47513bfc3c78d8d5acdfdcef5a0c8bb3d55ee2d81e2f8ae0173229e1"},
	{"sprites", []string{"data.train=640", "train.epochs=1"}, "c36909ab884e358eba6a643c139bdb1efd94c12f8ec1fbb6e39ffcfd79823cfd"},
}

// shippedWeightsOfFiles are those of experiments whose data are files.
var shippedWeightsOfFiles = []struct {
	name   string
	edits  []string
	sha256 string
}{
	{"dsprites", []string{"data.valid=40000", "data.test=5000", "train.epochs=1"}, "45a9b4f5967917ab73ce498c3f1ea8bbcc09af47f976ec705df57bc2f9338b61"},
	{"mnist-vae", []string{"data.valid=55000", "train.epochs=1"}, "5304b22e25e7e8a582181b0cd24bbe2d08ab3bb5972ab8719789e6d62b38832e"},
	{"mnist-ae", []string{"data.valid=55000", "train.epochs=1"}, "2c1321af1b72ae7230b7876106f86d4a08cccba941d0d80eea1193a6b6f7b711"},
	{"mnist-gan", []string{"data.valid=59000", "train.epochs=1"}, "97b4562417bf66f91238e30dd9a2b53519d6d4986499ff5e81f1ffac0e9c084c"},
	{"mnist-pca", nil, "2e49c0f04edec2e8d175a021372a3d3ceae8f45c04e1cc9405450077aa111a86"},
}

func TestShippedExperimentsKeepTheirWeights(t *testing.T) {
	runs := shippedWeights
	if os.Getenv("LATENTSPACE_DATA") != "" {
		runs = append(runs, shippedWeightsOfFiles...)
	}
	for _, s := range runs {
		t.Run(s.name, func(t *testing.T) {
			c, err := experiments.Load(s.name, append([]string{"train.samples=0"}, s.edits...)...)
			if err != nil {
				t.Fatal(err)
			}
			m, err := Run(t.Context(), c, Options{Dir: t.TempDir(), Log: io.Discard})
			if err != nil {
				t.Fatal(err)
			}
			if m.ParamsSHA256 != s.sha256 {
				t.Errorf("weights of SHA-256 %s, want %s", m.ParamsSHA256, s.sha256)
			}
		})
	}
}
