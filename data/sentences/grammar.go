// Package sentences composes sentences from a small grammar of English whose factors are known, and
// reads the factors off sentences again.
package sentences

import (
	"slices"
	"strings"
	"unicode"

	"latentspace/example"
)

// Factors are the values of what a sentence is composed of, in the order of [Fields]: indices into
// their words, or −1 for what cannot be read off.
type Factors [8]int

// The factors.
const (
	Tense = iota
	Number
	Polarity
	Subject
	Adjective
	Verb
	Object
	Place
)

// The values of the factors of more than one word form.
const (
	past = iota
	present
	future
)

const (
	singular = iota
	plural
)

const (
	affirmative = iota
	negative
)

var subjects = [...]struct{ one, several string }{
	{"farmer", "farmers"}, {"teacher", "teachers"}, {"sailor", "sailors"}, {"doctor", "doctors"},
	{"child", "children"}, {"woman", "women"}, {"king", "kings"}, {"baker", "bakers"},
	{"artist", "artists"}, {"soldier", "soldiers"}, {"thief", "thieves"}, {"neighbor", "neighbors"},
}

var verbs = [...]struct{ base, third, past string }{
	{"paint", "paints", "painted"}, {"carry", "carries", "carried"}, {"find", "finds", "found"},
	{"sell", "sells", "sold"}, {"clean", "cleans", "cleaned"}, {"draw", "draws", "drew"},
	{"buy", "buys", "bought"}, {"hide", "hides", "hid"}, {"lift", "lifts", "lifted"},
	{"watch", "watches", "watched"},
}

// The first adjective and the first place are none.
var (
	adjectives = [...]string{"", "old", "young", "tall", "quiet", "clever", "happy", "tired"}
	objects    = [...]string{"boat", "chair", "basket", "lamp", "clock", "ladder", "wagon", "mirror", "drum", "statue"}
	places     = [...]string{
		"", "in the garden", "at the harbor", "near the river", "behind the church", "on the hill",
		"in the village", "by the lake",
	}
)

// Fields say what is known of a sentence: its factors as categories.
func Fields() []example.Field {
	var nouns, bases, where []string
	for _, s := range subjects {
		nouns = append(nouns, s.one)
	}
	for _, v := range verbs {
		bases = append(bases, v.base)
	}
	for _, p := range places {
		where = append(where, p[strings.LastIndexByte(p, ' ')+1:])
	}
	where[0] = "nowhere"
	fields := []example.Field{
		Tense:     {Name: "tense", Words: []string{past: "past", present: "present", future: "future"}},
		Number:    {Name: "number", Words: []string{singular: "singular", plural: "plural"}},
		Polarity:  {Name: "polarity", Words: []string{affirmative: "affirmative", negative: "negative"}},
		Subject:   {Name: "subject", Words: nouns},
		Adjective: {Name: "adjective", Words: append([]string{"none"}, adjectives[1:]...)},
		Verb:      {Name: "verb", Words: bases},
		Object:    {Name: "object", Words: objects[:]},
		Place:     {Name: "place", Words: where},
	}
	for k := range fields {
		fields[k].Kind, fields[k].View = example.Category, example.Cell
	}
	return fields
}

// sizes are how many values each factor has.
var sizes = Factors{
	Tense: 3, Number: 2, Polarity: 2, Subject: len(subjects), Adjective: len(adjectives),
	Verb: len(verbs), Object: len(objects), Place: len(places),
}

// Count is how many sentences there are.
var Count = func() int {
	n := 1
	for _, size := range sizes {
		n *= size
	}
	return n
}()

// At are the factors of sentence i, with the place changing fastest.
func At(i int) (f Factors) {
	for k := len(sizes) - 1; k >= 0; k-- {
		f[k] = i % sizes[k]
		i /= sizes[k]
	}
	return f
}

// Sentence composes the sentence of factors that are all known.
func (f Factors) Sentence() string {
	words := []string{"The", adjectives[f[Adjective]], subjects[f[Subject]].one}
	if f[Number] == plural {
		words[2] = subjects[f[Subject]].several
	}
	verb := verbs[f[Verb]]
	switch {
	case f[Tense] == future && f[Polarity] == negative:
		words = append(words, "will", "not", verb.base)
	case f[Tense] == future:
		words = append(words, "will", verb.base)
	case f[Polarity] == negative && f[Tense] == past:
		words = append(words, "did", "not", verb.base)
	case f[Polarity] == negative && f[Number] == plural:
		words = append(words, "do", "not", verb.base)
	case f[Polarity] == negative:
		words = append(words, "does", "not", verb.base)
	case f[Tense] == past:
		words = append(words, verb.past)
	case f[Number] == plural:
		words = append(words, verb.base)
	default:
		words = append(words, verb.third)
	}
	words = append(words, "the", objects[f[Object]], places[f[Place]])
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	return strings.Join(words, " ") + "."
}

// told is what a word tells of a sentence.
type told struct{ factor, value int }

// lexicon has what each word tells. The first of several decides whether the word counts: only the
// first verb of a sentence is its verb.
var lexicon = func() map[string][]told {
	words := map[string][]told{"not": {{Polarity, negative}}}
	for k, s := range subjects {
		words[s.one] = []told{{Subject, k}, {Number, singular}}
		words[s.several] = []told{{Subject, k}, {Number, plural}}
	}
	for k, v := range verbs {
		words[v.base] = []told{{Verb, k}, {Tense, present}}
		words[v.third] = words[v.base]
		words[v.past] = []told{{Verb, k}, {Tense, past}}
	}
	for k, a := range adjectives[1:] {
		words[a] = []told{{Adjective, k + 1}}
	}
	for k, o := range objects {
		words[o] = []told{{Object, k}}
	}
	for k, p := range places[1:] {
		words[p[strings.LastIndexByte(p, ' ')+1:]] = []told{{Place, k + 1}}
	}
	return words
}()

// auxiliaries are the verbs that tell the tense, whatever form the other verb has.
var auxiliaries = map[string]int{"will": future, "did": past, "do": present, "does": present}

// Read reads the factors off a sentence, of which some words may be missing or wrong. What cannot be
// told is −1. A sentence is one of the grammar if [Factors.Sentence] composes it again.
func Read(sentence string) Factors {
	f := Factors{-1, -1, -1, -1, -1, -1, -1, -1}
	auxiliary := -1
	for _, word := range strings.FieldsFunc(strings.ToLower(sentence), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if tense, ok := auxiliaries[word]; ok && auxiliary < 0 {
			auxiliary = tense
		}
		if tells := lexicon[word]; len(tells) > 0 && f[tells[0].factor] < 0 {
			for _, t := range tells {
				f[t.factor] = t.value
			}
		}
	}
	if auxiliary >= 0 {
		f[Tense] = auxiliary
	}
	if f[Polarity] < 0 && f[Verb] >= 0 {
		f[Polarity] = affirmative
	}
	if f[Adjective] < 0 && f[Subject] >= 0 {
		f[Adjective] = 0
	}
	if f[Place] < 0 && f[Object] >= 0 {
		f[Place] = 0
	}
	return f
}
