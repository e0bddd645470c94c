package columns

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"latentspace/data/table"
	"latentspace/example"
)

// cells are those of a column: numbers, or else words by their place among the texts that differ.
type cells struct {
	numeric bool
	numbers []float64 // NaN for a missing cell
	ids     []int32   // −1 for a missing cell
	texts   []string
	counts  []int // of each text

	place   map[string]int32
	gaps    map[string]int // spellings of missing cells
	missing int
	form    form
}

// add adds a cell.
func (c *cells) add(text string, of *table.Column) {
	if table.Missing(text) {
		if c.gaps == nil {
			c.gaps = map[string]int{}
		}
		c.gaps[strings.Clone(text)]++
		c.missing++
		if c.numeric {
			c.numbers = append(c.numbers, math.NaN())
		} else {
			c.ids = append(c.ids, -1)
		}
		return
	}
	if c.numeric {
		x, err := of.Number(text, 64)
		if err != nil {
			x = math.NaN() // a cell that the table has not seen: the reader reports a file that changed
		}
		c.numbers = append(c.numbers, x)
		mark, _, _ := of.Marks()
		c.form.add(text, mark)
		return
	}
	if c.place == nil {
		c.place = map[string]int32{}
	}
	id, ok := c.place[text]
	if !ok {
		id = int32(len(c.texts))
		text = strings.Clone(text) // a row shares one string
		c.place[text] = id
		c.texts, c.counts = append(c.texts, text), append(c.counts, 0)
	}
	c.ids = append(c.ids, id)
	c.counts[id]++
}

// rows is how many cells there are.
func (c *cells) rows() int { return max(len(c.numbers), len(c.ids)) }

// known is how many of them are not missing.
func (c *cells) known() int { return c.rows() - c.missing }

// gap is the most frequent spelling of a missing cell.
func (c *cells) gap() string {
	best := ""
	for text, n := range c.gaps {
		if m := c.gaps[best]; n > m || n == m && text < best {
			best = text
		}
	}
	return best
}

// arrange puts the texts in an order.
func (c *cells) arrange(compare func(a, b string) int) {
	order := make([]int32, len(c.texts))
	for k := range order {
		order[k] = int32(k)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(compare(c.texts[a], c.texts[b]), strings.Compare(c.texts[a], c.texts[b]))
	})
	to := make([]int32, len(order))
	texts, counts := make([]string, len(order)), make([]int, len(order))
	for at, k := range order {
		to[k] = int32(at)
		texts[at], counts[at] = c.texts[k], c.counts[k]
	}
	c.texts, c.counts = texts, counts
	for i, id := range c.ids {
		if id >= 0 {
			c.ids[i] = to[id]
		}
	}
}

// parse makes numbers of words; what is none becomes missing. It returns how many cells.
func (c *cells) parse(number func(text string) (float64, bool)) (failed int) {
	values := make([]float64, len(c.texts))
	for k, text := range c.texts {
		x, ok := number(text)
		if values[k] = x; !ok {
			values[k] = math.NaN()
			failed += c.counts[k]
		}
	}
	c.numbers = make([]float64, len(c.ids))
	for i, id := range c.ids {
		if c.numbers[i] = math.NaN(); id >= 0 {
			c.numbers[i] = values[id]
		}
	}
	c.missing += failed
	c.numeric, c.ids, c.texts, c.counts = true, nil, nil, nil
	return failed
}

// spell makes words of numbers, in a form.
func (c *cells) spell(format example.Format) {
	place := map[float64]int32{}
	c.ids = make([]int32, len(c.numbers))
	for i, x := range c.numbers {
		if math.IsNaN(x) {
			c.ids[i] = -1
			continue
		}
		id, ok := place[x]
		if !ok {
			id = int32(len(c.texts))
			place[x] = id
			c.texts, c.counts = append(c.texts, Write(x, format)), append(c.counts, 0)
		}
		c.ids[i] = id
		c.counts[id]++
	}
	c.numeric, c.numbers = false, nil
}

// different returns the known numbers that differ, in rising order, but no more than most and one.
func (c *cells) different(most int) []float64 {
	seen := map[float64]bool{}
	for _, x := range c.numbers {
		if !math.IsNaN(x) && !seen[x] {
			if seen[x] = true; len(seen) > most {
				break
			}
		}
	}
	out := make([]float64, 0, len(seen))
	for x := range seen {
		out = append(out, x)
	}
	slices.Sort(out)
	return out
}
