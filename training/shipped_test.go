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
	{"vae", []string{"data.train=2560", "train.epochs=2", "train.precision=bf16"}, "c126fc362542bf832f77409687ab3eb049b346860770f362253193f45909e31b"},
	{"sprites", []string{"data.train=640", "train.epochs=1", "train.precision=bf16"}, "21a242f05ec3d4336e69044d293e62b3b4dce0d5eede988383feae67350c2bfd"},
	{"ae", []string{"data.train=2560", "train.epochs=2"}, "ce53384d930cd2970c8803d37383ca6d30ca91e7ad8ed596a186edbdee154d91"},
	{"gan", []string{"data.train=640", "data.valid=64", "train.epochs=2"}, "2fbc844b46ac1fed454fe05de87ddf86dd9323765e192f79bddd902cd580b741"},
	{"pca", []string{"data.train=2560"}, "c9434d84cf0399f75257118ba8d2934216fae2cbeb93733e990dd86975ba184a"},
	{"ring", []string{"train.epochs=2"}, "1510d8ba47513bfc3c78d8d5acdfdcef5a0c8bb3d55ee2d81e2f8ae0173229e1"},
	{"cgan", []string{"data.train=640", "data.valid=64", "train.epochs=2"}, "3d8de72e692eff1d207dae642deb2acf4e2e70904a7540a364571dfa26c90e25"},
	{"wgan-gp", []string{"data.train=640", "data.valid=64", "train.epochs=2"}, "5b5aaf25843eb6b840378a0ba53de2d0990bb5a0fde1d2c39aff05e6e1fe4da8"},
	{"sentences", []string{"data.train=2560", "train.epochs=1"}, "40fc4f75fc5e55a29c1dc4ce3f3dc3039fe147d1f2958824b4aaac0b3b0599dc"},
	{"notes", []string{"data.train=320", "train.epochs=1"}, "f7d1a9871985d4cff58d00d1387891c14a3c55ff4029c79f79a1e8eab73aa75e"},
	{"sprites", []string{"data.train=640", "train.epochs=1"}, "67a018093cc55cb5881f765fbef67d61e4f5199806f6c92cb580419ae95889b5"},
}

// long is set where there is time.
var long = os.Getenv("LATENTSPACE_LONG") != ""

// shippedWeightsOfFiles are those of experiments whose data are files, which take longer.
var shippedWeightsOfFiles = []struct {
	name   string
	edits  []string
	sha256 string
}{
	{"dsprites", []string{"data.valid=40000", "data.test=5000", "train.epochs=1"}, "4c373dd8ace4eacbda3b4165bc715f9d51b34996fccc1f75d65abde8d806204d"},
	{"mnist-vae", []string{"data.valid=55000", "train.epochs=1"}, "5304b22e25e7e8a582181b0cd24bbe2d08ab3bb5972ab8719789e6d62b38832e"},
	{"mnist-ae", []string{"data.valid=55000", "train.epochs=1"}, "2c1321af1b72ae7230b7876106f86d4a08cccba941d0d80eea1193a6b6f7b711"},
	{"mnist-gan", []string{"data.valid=59000", "train.epochs=1"}, "d2de15a431ef25f9f84a2ae447eec768be36b16e6fc5ea1d2a7c31834a7e64c8"},
	{"mnist-cgan", []string{"data.valid=59000", "train.epochs=1"}, "4868f1bb00a364f6cb07639903560cbb4286f88e197271dacdcc5353906a5b00"},
	{"mnist-pca", nil, "2e49c0f04edec2e8d175a021372a3d3ceae8f45c04e1cc9405450077aa111a86"},
}

func TestShippedExperimentsKeepTheirWeights(t *testing.T) {
	runs := shippedWeights
	if os.Getenv("LATENTSPACE_DATA") != "" && long {
		runs = append(runs, shippedWeightsOfFiles...)
	}
	for _, s := range runs {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
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
