package untrusted

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
)

// Limit is the most of something that a file may have or declare. A reader checks what a
// file declares before it sets memory aside for it.
type Limit struct {
	Name string // in LATENTSPACE_LIMITS
	Unit string // what is counted, in the plural
	Most int64  // where LATENTSPACE_LIMITS does not name another
}

// The limits of every reader. A file that is not hostile may need more of one:
//
//	LATENTSPACE_LIMITS=columns=200000,idx=4294967296
var (
	CheckpointHeader  = Limit{"checkpoint-header", "bytes", 16 << 20}
	CheckpointTensors = Limit{"checkpoint-tensors", "tensors", 65_536}
	CheckpointRank    = Limit{"checkpoint-rank", "dimensions", 8}

	Experiment = Limit{"experiment", "bytes", 1 << 18} // a YAML file, or one edit of it
	Manifest   = Limit{"manifest", "bytes", 64 << 20}
	Report     = Limit{"report", "bytes", 16 << 20}
	Elements   = Limit{"json-elements", "elements", 50_000} // of a list or an object in JSON
	Expression = Limit{"expression", "bytes", 10_000}

	IDX     = Limit{"idx", "bytes", 1 << 30}       // of one array, out of gzip
	Gzip    = Limit{"gzip", "bytes to one", 25}    // out of gzip and in it, beyond [Slack]
	Columns = Limit{"columns", "columns", 100_000} // of a table of text
	Cell    = Limit{"cell", "bytes", 1 << 16}      // of a table of text
	Classes = Limit{"classes", "classes", 1000}    // of a column of a table; one of more is left out
	Rows    = Limit{"rows", "rows", 10_000_000}    // of a table of attributes, or to learn from
	Fields  = Limit{"fields", "columns", 20_000}   // of a table to learn from
	// Attributes is how many values a network reads off an example.
	Attributes = Limit{"attributes", "numbers and classes", 10_000}

	ArrayHeader    = Limit{"array-header", "bytes", 1 << 16} // of a .npy file
	ArrayRank      = Limit{"array-rank", "dimensions", 32}   // NumPy's own
	ArchiveEntries = Limit{"archive-entries", "entries", 1_000_000}
	ArchiveRatio   = Limit{"archive-ratio", "bytes to one", 100} // of an entry out of a .npz file and in it

	Pixels       = Limit{"pixels", "pixels", 64_000_000}        // of a picture
	PictureRatio = Limit{"picture-ratio", "bytes to one", 1032} // of pixels and in the file: what deflate can do
	PictureFile  = Limit{"picture-file", "bytes", 1 << 30}      // of a picture, before it is decoded
	// PictureMemory is what decoding a file of at most a megabyte may take; a larger file may take
	// more in proportion.
	PictureMemory = Limit{"picture-memory", "bytes a megabyte", 48 << 20}
	Pickle        = Limit{"pickle", "bytes", 1 << 28}            // of a file of Python's pickle
	PickleSteps   = Limit{"pickle-steps", "operations", 1 << 20} // of a pickle, which makes at most one value in each

	Seconds  = Limit{"sound", "seconds", 3600}           // of a file of sound
	Channels = Limit{"sound-channels", "channels", 1024} // of a file of sound
	// SoundRatio is how much may come out of FLAC, beyond [Slack].
	SoundRatio = Limit{"sound-ratio", "samples to one byte", 64}

	Text = Limit{"text", "bytes", 1 << 30} // of files of text, out of gzip or an archive, in all

	Values = Limit{"values", "bytes", 8 << 30} // of an array of examples, in memory

	// ExampleSize bounds the shape that a checkpoint declares for its examples: pictures of 2048
	// by 2048. What a convolutional network takes grows with it, whatever its weights.
	ExampleSize = Limit{"example", "values", 1 << 22}
)

// Slack is what may come out of gzip whatever it was packed to: a file of equal labels is
// packed to next to nothing.
const Slack = 16 << 20

// all is every limit, for what LATENTSPACE_LIMITS may name.
var all = []Limit{
	CheckpointHeader, CheckpointTensors, CheckpointRank, Experiment, Manifest, Report, Elements, Expression,
	Pixels, PictureRatio, PictureFile, PictureMemory, IDX, Gzip, Columns, Cell, Classes, Rows, Attributes,
	ArrayHeader, ArrayRank, ArchiveEntries, ArchiveRatio, ExampleSize, Fields, Pickle, PickleSteps, Seconds, Channels, SoundRatio, Text, Values,
}

// Value is the limit, as the environment has it, and not above what an int can be. A value of
// LATENTSPACE_LIMITS that means nothing is passed over here; [Environment] reports it.
func (l Limit) Value() int64 {
	given, _ := parsed()
	most, ok := given[l.Name]
	if !ok {
		most = l.Most
	}
	return min(most, math.MaxInt)
}

// Check reports n above the limit, as a [LimitError]. A reader that counts while it reads
// checks as it goes, and n is where it stopped.
func (l Limit) Check(n int64) error {
	if most := l.Value(); n > most {
		return &LimitError{l, n, most}
	}
	return nil
}

// LimitError is a file that has or declares more than a limit. It need not be damaged.
type LimitError struct {
	Limit
	N, Allowed int64
}

func (e *LimitError) Error() string {
	if e.Allowed == math.MaxInt {
		return fmt.Sprintf("%d %s, want at most %d, as this program is built for processors of %d bits", e.N, e.Unit, e.Allowed, strconv.IntSize)
	}
	return fmt.Sprintf("%d %s, want at most %d; LATENTSPACE_LIMITS=%s=N allows N, for a file that you trust", e.N, e.Unit, e.Allowed, e.Name)
}

// Environment reports a LATENTSPACE_LIMITS that is not a list of limits.
func Environment() error {
	_, err := parsed()
	return err
}

// parsed is what LATENTSPACE_LIMITS has.
var parsed = sync.OnceValues(func() (map[string]int64, error) { return parse(os.Getenv("LATENTSPACE_LIMITS")) })

func parse(list string) (map[string]int64, error) {
	given := map[string]int64{}
	for part := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		name, number, _ := strings.Cut(strings.TrimSpace(part), "=")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("LATENTSPACE_LIMITS: %.40q, want a name and a number such as %s=%d", part, Columns.Name, 2*Columns.Most)
		}
		if !known(name) {
			return nil, fmt.Errorf("LATENTSPACE_LIMITS: no limit %.40q, want one of %s", name, names())
		}
		given[name] = n
	}
	return given, nil
}

func known(name string) bool {
	for _, l := range all {
		if l.Name == name {
			return true
		}
	}
	return false
}

func names() string {
	var b strings.Builder
	for i, l := range all {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(l.Name)
	}
	return b.String()
}
