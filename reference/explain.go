package reference

import (
	"fmt"
	"go/doc"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"latentspace/evaluation"
)

// Explain describes what stands at a path of an experiment file, such as model.vae or
// train.optimizer.adam: of a part its keys, of a key the kinds that it can be, its type and its
// default, and of all of them the comments. A path that leads nowhere is an error with
// suggestions.
func Explain(path string) (string, error) {
	found, err := find(path)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for i, e := range found {
		if i > 0 {
			b.WriteByte('\n')
		}
		e.explain(&b)
	}
	return b.String(), nil
}

func (e entry) explain(b *strings.Builder) {
	e.heading(b)
	switch t := e.value.Type(); {
	case t.Kind() == reflect.Interface:
		fmt.Fprintf(b, "\n%ss, by their kind:\n", noun(t))
		for _, c := range e.children() {
			about(b, c)
		}
		fmt.Fprintf(b, "\ntrain -explain %s shows the keys of one\n", e.children()[0].path)
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Interface:
		fmt.Fprintf(b, "\n%ss, by their kind:\n", noun(t.Elem()))
		for _, c := range e.children() {
			about(b, c)
		}
	case t.Kind() == reflect.Map:
		fmt.Fprintf(b, "\ntrain -explain %s.NAME shows what one can be\n", e.path)
	case t.Kind() == reflect.Struct && !isLeaf(t):
		paragraphs(b, docOf(t))
		e.keys(b)
	case e.path == "train.best" || e.path == "train.evaluate.metrics":
		fmt.Fprintf(b, "\none of %s; train -list says what they mean\n", strings.Join(evaluation.Known(), ", "))
	case forms[t].text != "" && !isLeaf(t):
		paragraphs(b, docOf(t)) // which has its words
	}
}

// heading is the path with what is known of a key.
func (e entry) heading(b *strings.Builder) {
	b.WriteString(e.path)
	if e.kind == "" {
		fmt.Fprintf(b, ": %s%s", e.form().text, e.defaults())
	}
	b.WriteByte('\n')
	if e.doc != "" {
		fmt.Fprintf(b, "  %s\n", e.doc)
	}
}

// defaults says what a key is where a file has nothing of it.
func (e entry) defaults() string {
	if e.missing {
		return ", required"
	}
	if isLeaf(e.value.Type()) || e.value.Kind() != reflect.Struct {
		if text := e.written(); text != "" && text != `""` {
			return ", default " + text
		}
	}
	return ""
}

// keys are those of a struct, a line or two each.
func (e entry) keys(b *strings.Builder) {
	children := e.children()
	if len(children) == 0 {
		b.WriteString("\nno keys\n")
		return
	}
	b.WriteString("\nkeys:\n")
	for _, c := range children {
		fmt.Fprintf(b, "  %-15s %s%s\n", c.name(), c.form().text, c.defaults())
		if c.doc != "" {
			fmt.Fprintf(b, "  %-15s   %s\n", "", c.doc)
		}
	}
}

// about is a kind on a line, with its source on another one.
func about(b *strings.Builder, kind entry) {
	text := docOf(kind.value.Type())
	fmt.Fprintf(b, "  %-15s %s\n", kind.name(), synopsis(kind.value.Type().Name(), text))
	if s := source(text); s != "" {
		fmt.Fprintf(b, "  %-15s   %s\n", "", s)
	}
}

// synopsis is the first sentence of the comment of a type, without the type's name.
func synopsis(name, text string) string {
	s := strings.TrimPrefix(new(doc.Package).Synopsis(text), name+" ")
	s = strings.TrimPrefix(strings.TrimPrefix(s, "is "), "are ")
	return strings.TrimRight(s, ".,: ")
}

// source is the last paragraph of a comment on one line, where it has a year: what was published.
func source(text string) string {
	last := text[strings.LastIndex("\n\n"+text, "\n\n"):]
	for _, w := range strings.FieldsFunc(last, func(r rune) bool { return !unicode.IsDigit(r) }) {
		if len(w) == 4 && (strings.HasPrefix(w, "19") || strings.HasPrefix(w, "20")) {
			return strings.Join(strings.Fields(last), " ")
		}
	}
	return ""
}

// paragraphs is a comment, with its formulas as they stand.
func paragraphs(b *strings.Builder, text string) {
	if text == "" {
		return
	}
	b.WriteByte('\n')
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.ReplaceAll(line, "\t", "    ")
		if utf8.RuneCountInString(strings.TrimSpace(line)) > 0 {
			b.WriteString("  " + line)
		}
		b.WriteByte('\n')
	}
}
