package atlas

// Version is that of [Space] and of the arrays beside it.
const Version = 1

// Space says what a page shows of a model, and what the arrays beside it are.
type Space struct {
	Version int    `json:"version"`
	Name    string `json:"name"` // of the experiment
	Kind    string `json:"kind"` // of the model
	Run     string `json:"run"`  // the name of its folder
	Step    int    `json:"step"`
	Epoch   int    `json:"epoch"`
	Weights string `json:"weights"` // SHA-256

	View    string   `json:"view"` // picture, sound, text, row, points or vector
	Shape   []int    `json:"shape"`
	Columns []string `json:"columns,omitempty"` // of a row, of points and of a vector
	Dim     int      `json:"dim"`               // of a code; 0 of a model without

	Split  string `json:"split"`
	N      int    `json:"n"`
	Points string `json:"points"` // examples or draws
	Codes  Codes  `json:"codes"`

	Thumbnail *Thumbnail `json:"thumbnail"`
	Encodes   bool       `json:"encodes"`
	Posterior bool       `json:"posterior"`
	// Lacks has a sentence for each feature that there is not.
	Lacks map[string]string `json:"lacks"`

	Conditions []Known  `json:"conditions"`
	Attributes []Known  `json:"attributes"`
	Directions []string `json:"directions"` // what can be asked for
	Maps       []Map    `json:"maps"`
	PCA        *PCA     `json:"pca"`

	Dimensions []Dimension `json:"dimensions"`
	Order      string      `json:"order"` // of the dimensions
	Priors     []string    `json:"priors"`
	Nearest    *Nearest    `json:"nearest"`
}

// Codes says how the array of codes is written: as float32.
type Codes struct {
	Bits int `json:"bits"`
}

// Thumbnail is the size of the thumbnails.
type Thumbnail struct {
	Height   int `json:"height"`
	Width    int `json:"width"`
	Channels int `json:"channels"`
}

// Known is a class or a number that is known of examples.
type Known struct {
	Name  string   `json:"name"`
	Words []string `json:"words,omitempty"` // of a class
	Min   *float64 `json:"min,omitempty"`   // of a number
	Max   *float64 `json:"max,omitempty"`
}

// Map is a way to place the points in the plane.
type Map struct {
	Method string    `json:"method"` // plain, pca, tsne or umap
	Axes   [2]string `json:"axes"`
	About  string    `json:"about"`
}

// PCA is the principal components of codes.
type PCA struct {
	Mean       []float32   `json:"mean"`
	Components [][]float32 `json:"components"`
}

// Dimension is one of the codes.
type Dimension struct {
	Index       int      `json:"index"`
	Mean        float64  `json:"mean"`
	Deviation   float64  `json:"deviation"`
	KL          *float64 `json:"kl"`
	Sensitivity *float64 `json:"sensitivity"` // null where it was not measured
}

// Nearest says how far the codes of points are from each other: the quantiles of the distance of a
// code to its K-th nearest other, from 0 to 100 %.
type Nearest struct {
	K         int       `json:"k"`
	Quantiles []float64 `json:"quantiles"`
}
