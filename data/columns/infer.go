package columns

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"latentspace/data/table"
	"latentspace/internal/untrusted"
)

// set says what the column is, and why.
func (c *Column) set(t Type, why string, args ...any) {
	c.Type, c.Why = t, fmt.Sprintf(why, args...)
}

// infer says what the column is by what the user says, or by its cells.
func (c *Column) infer(of *table.Column, place int, t *table.Table) error {
	if c.asked == Ignore {
		c.set(Ignored, "as asked")
		return nil
	}
	if c.asked == string(Identifier) {
		c.set(Identifier, "as asked")
		return nil
	}
	known := c.cells.known()
	switch {
	case known == 0:
		c.set(Constant, "every cell is missing")
	case c.asked != "":
		return c.obey(of)
	case of.Kind == table.RowNumbers:
		c.set(RowNumber, "%s", of.Why)
	case c.cells.numeric:
		c.inferNumbers(place, t)
	case len(c.cells.texts) == 1 && c.cells.missing == 0:
		c.set(Constant, "every cell is %.40q", c.cells.texts[0])
	case of.Kind == table.Mixed || of.Kind == table.Unclear:
		c.set(Unclear, "%s", strings.ReplaceAll(of.Why, "-dialect ", "data.dialect: "))
	default:
		c.inferWords()
	}
	return nil
}

// obey gives the column the type that the user says.
func (c *Column) obey(of *table.Column) error {
	const asked = "as asked"
	switch Type(c.asked) {
	case Category, Label:
		c.set(Category, asked)
		c.cells.arrange(byNumber)
	case Ordinal:
		c.set(Ordinal, asked)
		c.cells.arrange(c.order())
	case Boolean:
		c.joinBooleans()
		if len(c.cells.texts) > 2 {
			return fmt.Errorf("boolean, as columns says, but it has %d different words, want at most two", len(c.cells.texts))
		}
		c.set(Boolean, asked)
	case Date:
		fit := layoutsOf(c.cells.texts)
		if len(fit) == 0 {
			return fmt.Errorf("date, as columns says, but no one layout fits all its cells, such as %.40q", c.cells.texts[0])
		}
		c.setDate(fit)
		c.Why = asked + ", " + c.Why
	default: // number, integer and bins
		c.set(Number, asked)
		if failed := c.readNumbers(of); failed > 0 {
			c.Why += fmt.Sprintf("; %d cells that are no numbers are taken for missing", failed)
		}
		if c.cells.known() == 0 {
			return fmt.Errorf("%s, as columns says, but no cell is a number", c.asked)
		}
		if c.whole() {
			c.Type = Integer
		} else if c.asked == string(Integer) {
			return fmt.Errorf("integer, as columns says, but not every number is a whole one; number allows that")
		}
	}
	if !c.cells.numeric && len(c.cells.texts) > int(untrusted.Classes.Value()) {
		return untrusted.Classes.Check(int64(len(c.cells.texts)))
	}
	return nil
}

// readNumbers makes numbers of the words of a column, where it has words, and returns how many
// cells have none.
func (c *Column) readNumbers(of *table.Column) int {
	if c.cells.numeric {
		return 0
	}
	mark, _, _ := of.Marks()
	if mark == 0 {
		mark = '.'
	}
	return c.cells.parse(func(text string) (float64, bool) {
		for len(text) > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9' {
			text = text[1:] // 0311 is a word by itself
		}
		x, err := table.ParseNumber(text, mark, 64)
		if err == nil {
			c.cells.form.add(text, mark)
		}
		return x, err == nil
	})
}

// whole reports whether every number is a whole one.
func (c *Column) whole() bool {
	return !slices.ContainsFunc(c.cells.numbers, func(x float64) bool { return x != math.Trunc(x) && !math.IsNaN(x) })
}

// identifies is what columns of identifiers are called.
var identifies = regexp.MustCompile(`(?i)(^|[^a-z])(id|ids|uid|uuid|guid|key|index|nr|no|number|code|row|rowid|phone|email|zip)$|^id|[a-z](ID|Id|Key|No|Nr)$`)

// fewest is from how many rows on cells that all differ tell something.
const fewest = 20

func (c *Column) inferNumbers(place int, t *table.Table) {
	whole := c.whole()
	values := c.cells.different(t.Rows)
	first := place == 0 && !t.HasHeader() || identifies.MatchString(c.Name)
	switch from, counts := c.counts(); {
	case len(values) == 1 && c.cells.missing == 0:
		c.set(Constant, "every cell is %v", values[0])
	case counts && (place == 0 || first) && t.Rows >= fewest:
		c.set(RowNumber, "it counts the rows from %d", from)
	case whole && first && c.cells.missing == 0 && len(values) == t.Rows && t.Rows >= fewest:
		c.set(Identifier, "every row has another whole number")
	case len(values) == 2 && values[0] == 0 && values[1] == 1 && c.cells.form.most() == 0:
		c.set(Boolean, "0 and 1")
	case whole:
		c.set(Integer, "%d different", len(values))
	default:
		c.set(Number, "%d different", len(values))
	}
}

// counts reports whether the numbers count the rows, from 0 or from 1.
func (c *Column) counts() (from int, ok bool) {
	if len(c.cells.numbers) == 0 || c.cells.numbers[0] != 0 && c.cells.numbers[0] != 1 {
		return 0, false
	}
	from = int(c.cells.numbers[0])
	for i, x := range c.cells.numbers {
		if x != float64(from+i) {
			return 0, false
		}
	}
	return from, true
}

func (c *Column) inferWords() {
	known, texts := c.cells.known(), c.cells.texts
	if fit := layoutsOf(texts); len(fit) > 0 {
		c.setDate(fit)
		return
	}
	c.joinBooleans()
	texts = c.cells.texts
	n := len(texts)
	switch scale := scaleOf(texts); {
	case c.Type == Boolean:
	case scale != nil:
		c.set(Ordinal, "%d words that have an order, from %s to %s", n, scale[0], scale[len(scale)-1])
		c.cells.arrange(c.order())
	case n == known && n > 1, n > known/2 && known >= fewest:
		c.set(Identifier, "%d different words in %d rows", n, known)
	case n > int(untrusted.Classes.Value()):
		c.set(Identifier, "%d different words, more than the %d that LATENTSPACE_LIMITS=%s allows", n, untrusted.Classes.Value(), untrusted.Classes.Name)
	case n > 1 && identifies.MatchString(c.Name) && n > known/3 && known >= fewest:
		c.set(Identifier, "%d different words in %d rows, and it is called so", n, known)
	default:
		c.set(Category, "%d words", n)
		c.cells.arrange(strings.Compare)
	}
}

// setDate makes numbers of dates.
func (c *Column) setDate(fit []string) {
	layout := fit[0]
	n := len(c.cells.texts)
	c.cells.parse(func(text string) (float64, bool) { return readDate(text, layout) })
	c.set(Date, "%d different, written %s", n, named(layout))
	if len(fit) > 1 && !strings.Contains(fit[0], "-") {
		c.Why += ", though they could be " + named(fit[1])
	}
	c.cells.form.layout = layout
}

// booleans are words that stand for no and yes.
var booleans = [][2]string{{"false", "true"}, {"no", "yes"}, {"f", "t"}, {"n", "y"}, {"off", "on"}, {"0", "1"}}

// joinBooleans makes two words of spellings of no and yes that differ in case alone: the most
// frequent of each.
func (c *Column) joinBooleans() {
	for _, pair := range booleans {
		var texts [2]string
		var most, counts [2]int
		all := true
		to := make([]int32, len(c.cells.texts))
		for k, text := range c.cells.texts {
			side := slices.IndexFunc(pair[:], func(w string) bool { return strings.EqualFold(w, text) })
			if all = side >= 0; !all {
				break
			}
			to[k] = int32(side)
			counts[side] += c.cells.counts[k]
			if c.cells.counts[k] > most[side] || texts[side] == "" {
				texts[side], most[side] = text, c.cells.counts[k]
			}
		}
		if !all || texts[0] == "" || texts[1] == "" {
			continue
		}
		for i, id := range c.cells.ids {
			if id >= 0 {
				c.cells.ids[i] = to[id]
			}
		}
		spelled := ""
		if len(c.cells.texts) > 2 {
			spelled = " in several spellings"
		}
		c.cells.texts, c.cells.counts = texts[:], counts[:]
		c.set(Boolean, "%s and %s%s", texts[0], texts[1], spelled)
		return
	}
}
