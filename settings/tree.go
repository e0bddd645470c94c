package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"latentspace/internal/untrusted"
)

// parseTree reads the one YAML document of src, a mapping, and applies the edits
// KEY=VALUE of sets to it. What cannot be parsed is an error at once; a second
// document and edits that fit nowhere are left in the problems.
func parseTree(file string, src []byte, sets []string) (*yaml.Node, *problems, error) {
	p := &problems{file: file, sets: sets, edit: map[*yaml.Node]int{}}
	if err := untrusted.Experiment.Check(int64(len(src))); err != nil {
		return nil, nil, fmt.Errorf("%s: an experiment of %w", file, err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(src))
	var doc yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) || err == nil && isNull(doc.Content[0]) {
		return nil, nil, fmt.Errorf("%s: empty, want an experiment with name, data and model", file)
	} else if err != nil {
		return nil, nil, syntaxError(file, err)
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		p.at(root, "", "%s, want keys and values such as name: first", describe(root))
		return nil, nil, p.err()
	}
	var second yaml.Node
	if err := dec.Decode(&second); err == nil {
		p.at(&second, "", "a second document, want one")
	} else if !errors.Is(err, io.EOF) {
		return nil, nil, syntaxError(file, err)
	}
	for i, set := range sets {
		if err := p.apply(root, set, i+1); err != nil {
			p.list = append(p.list, problem{edit: i + 1, text: err.Error()})
		}
	}
	return root, p, nil
}

var syntaxLine = regexp.MustCompile(`^line (\d+): (.*)$`)

// syntaxError puts the line that the parser names where an editor finds it.
func syntaxError(file string, err error) error {
	text := notYAML(err)
	if m := syntaxLine.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("%s:%s:1: not YAML: %s", file, m[1], m[2])
	}
	return fmt.Errorf("%s: not YAML: %s", file, text)
}

// notYAML is what the parser says, with a remedy for a path of Windows within double quotes.
func notYAML(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if strings.Contains(text, "unknown escape character") || strings.Contains(text, "hexdecimal number") {
		text += "; " + escapes
	}
	return text
}

// apply makes the edit KEY=VALUE in the tree below root.
func (p *problems) apply(root *yaml.Node, set string, number int) error {
	path, text, ok := strings.Cut(set, "=")
	if !ok || path == "" {
		return errors.New("want KEY=VALUE such as model.latent=2")
	}
	if err := untrusted.Experiment.Check(int64(len(set))); err != nil {
		return err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return fmt.Errorf("the value is not YAML: %s", notYAML(err))
	}
	value := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
	if len(doc.Content) > 0 {
		value = doc.Content[0]
	}
	p.mark(value, number)

	node := root
	keys := strings.Split(path, ".")
	for i, key := range keys {
		if key == "" {
			return errors.New("a key without a name, want KEY=VALUE such as model.latent=2")
		}
		if node.Kind != yaml.MappingNode {
			return fmt.Errorf("%s is %s and has no keys; set it whole", strings.Join(keys[:i], "."), describe(node))
		}
		last := i == len(keys)-1
		at := find(node, key)
		switch {
		case at >= 0 && last:
			node.Content[at-1] = p.scalar(key, number)
			node.Content[at] = value
		case at >= 0 && isNull(node.Content[at]):
			node.Content[at] = p.mapping(number)
		case at < 0 && last:
			node.Content = append(node.Content, p.scalar(key, number), value)
		case at < 0:
			node.Content = append(node.Content, p.scalar(key, number), p.mapping(number))
		}
		node = node.Content[find(node, key)]
	}
	return nil
}

// mark notes that a tree came from an edit.
func (p *problems) mark(n *yaml.Node, number int) {
	p.edit[n] = number
	for _, c := range n.Content {
		p.mark(c, number)
	}
}

func (p *problems) scalar(text string, number int) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	p.edit[n] = number
	return n
}

func (p *problems) mapping(number int) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	p.edit[n] = number
	return n
}

// Has reports whether a document with edits gives a key. One that cannot be parsed gives none.
func Has(file string, src []byte, sets []string, key string) bool {
	n, _, err := parseTree(file, src, sets)
	if err != nil {
		return false
	}
	for name := range strings.SplitSeq(key, ".") {
		i := find(n, name)
		if i < 0 {
			return false
		}
		n = n.Content[i]
	}
	return true
}

// find is the index in m.Content of the value of key, or −1.
func find(m *yaml.Node, key string) int {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Kind == yaml.ScalarNode && m.Content[i].Value == key {
			return i + 1
		}
	}
	return -1
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// describe says what a node is, for messages.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys and values"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}
	switch tag := n.ShortTag(); {
	case tag == "!!null" || n.Value == "" && tag != "!!str":
		return "empty"
	case tag == "!!str":
		return fmt.Sprintf("%q", Clip(n.Value))
	}
	return Clip(n.Value)
}
