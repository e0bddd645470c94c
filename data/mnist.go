package data

import (
	"context"

	"latentspace/data/division"
	"latentspace/data/idx"
	"latentspace/example"
)

// MNIST is handwritten digits, 60,000 and 10,000 pictures (28, 28, 1), white on black.
// The label is the digit.
//
// The files are looked for in the folder of the option dir or, without it, in
// $LATENTSPACE_DATA/mnist, $LATENTSPACE_DATA and the folder latentspace/mnist of the user's cache,
// with or without .gz at the end of their names. What is found nowhere is downloaded into the last.
// Files outside dir must be the published ones; those in dir may be any IDX pictures of one size,
// so that you can use your own. Their names may be spelled like those of EMNIST, QMNIST and others:
// see [idx.Folder]. Its classes are the label numbers that occur. Pictures without labels are a set
// without classes, and without files to test on an eighth of the training file, at most 5,000
// pictures, is drawn for that.
//
// LeCun, Bottou, Bengio and Haffner, Gradient-Based Learning Applied to Document
// Recognition, Proceedings of the IEEE 1998, section III.
type MNIST struct {
	Pictures         `yaml:",inline"`
	division.Holdout `yaml:",inline"` // of the validation set
	Dir              string           `yaml:"dir" run:"place"` // of the files; empty to look for them
}

// FashionMNIST is articles of clothing, 60,000 and 10,000 pictures (28, 28, 1), bright
// on black, in ten classes. Its files are looked for like those of [MNIST], in folders
// fashion-mnist, and also where Debian's package dataset-fashion-mnist puts them.
//
// Xiao, Rasul and Vollgraf, Fashion-MNIST: a Novel Image Dataset for Benchmarking
// Machine Learning Algorithms, 2017.
type FashionMNIST struct {
	Pictures         `yaml:",inline"`
	division.Holdout `yaml:",inline"` // of the validation set
	Dir              string           `yaml:"dir" run:"place"` // of the files; empty to look for them
}

// mnist has the SHA-256 of the canonical files, out of gzip.
var mnist = idxSet{
	kind:    "mnist",
	classes: example.Numbered(10),
	files: idx.Set{
		{Name: "train-images-idx3-ubyte", SHA256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
		{Name: "train-labels-idx1-ubyte", SHA256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
		{Name: "t10k-images-idx3-ubyte", SHA256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
		{Name: "t10k-labels-idx1-ubyte", SHA256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
	},
	mirrors: []string{
		"https://ossci-datasets.s3.amazonaws.com/mnist/",
		"https://storage.googleapis.com/cvdf-datasets/mnist/",
	},
}

// fashionMNIST has the SHA-256 of the canonical files, out of gzip.
var fashionMNIST = idxSet{
	kind: "fashion-mnist",
	classes: []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
		"Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"},
	files: idx.Set{
		{Name: "train-images-idx3-ubyte", SHA256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
		{Name: "train-labels-idx1-ubyte", SHA256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
		{Name: "t10k-images-idx3-ubyte", SHA256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
		{Name: "t10k-labels-idx1-ubyte", SHA256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
	},
	mirrors: []string{
		"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", // pinned, so safe without TLS
		"https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
	},
	folders: []string{"/usr/share/datasets/fashion-mnist"},
}

// Check reports options outside their ranges.
func (m MNIST) Check(report func(key, format string, args ...any)) {
	mnist.check(report, m.Pictures, m.Holdout, m.Dir)
}

// Open implements [Source].
func (m MNIST) Open(ctx context.Context) (*Splits, error) {
	return mnist.open(ctx, m.Pictures, m.Holdout, m.Dir)
}

// Check reports options outside their ranges.
func (f FashionMNIST) Check(report func(key, format string, args ...any)) {
	fashionMNIST.check(report, f.Pictures, f.Holdout, f.Dir)
}

// Open implements [Source].
func (f FashionMNIST) Open(ctx context.Context) (*Splits, error) {
	return fashionMNIST.open(ctx, f.Pictures, f.Holdout, f.Dir)
}
