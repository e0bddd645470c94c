package completion

import (
	"fmt"
	"strings"
)

// zsh hands the flags to _arguments, with those of the verb if there is one.
func zsh(c Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "#compdef %[1]s\n# Completion of %[1]s for zsh: source <(%[1]s -completion zsh)\n\n", c.Name)
	for _, v := range c.sections() {
		for _, f := range v.Flags {
			if f.Words != nil && f.Kind != Text {
				fmt.Fprintf(&b, "%s() { _alternative %s 'files:file:%s' }\n", zshBoth(c.Name, v.Name, f), single("words:word:("+strings.Join(f.Words, " ")+")"), zshFiles[f.Kind])
			}
		}
	}
	fmt.Fprintf(&b, "_%s() {\n", c.Name)
	if c.Verbs != nil {
		b.WriteString("  local -a verbs=(\n")
		for _, v := range c.Verbs {
			fmt.Fprintf(&b, "    %s\n", single(v.Name+":"+zshText(v.About)))
		}
		b.WriteString("  )\n  local verb=\n  if (( CURRENT > 2 )) && [[ ${words[2]} != -* ]]; then verb=${words[2]}; fi\n")
		b.WriteString("  if (( CURRENT == 2 )) && [[ ${words[2]} != -* ]]; then _describe verb verbs; return; fi\n")
		b.WriteString("  if [[ -n $verb ]]; then shift words; (( CURRENT-- )); fi\n  case $verb in\n")
	}
	for _, v := range c.sections() {
		indent := "  "
		if c.Verbs != nil {
			fmt.Fprintf(&b, "    %s)\n", single(v.Name))
			indent = "      "
		}
		b.WriteString(indent + "_arguments")
		for _, f := range v.Flags {
			fmt.Fprintf(&b, " \\\n%s  %s", indent, single("*-"+f.Name+"["+zshText(f.About)+"]"+zshValue(c.Name, v.Name, f)))
		}
		if v.Files {
			fmt.Fprintf(&b, " \\\n%s  '*:folder:_files -/'", indent)
		}
		b.WriteString("\n")
		if c.Verbs != nil {
			b.WriteString("      ;;\n")
		}
	}
	if c.Verbs != nil {
		b.WriteString("  esac\n")
	}
	fmt.Fprintf(&b, "}\n\nif [[ ${funcstack[1]} = _%[1]s ]]; then _%[1]s \"$@\"; else compdef _%[1]s %[1]s; fi\n", c.Name)
	return b.String()
}

// zshFiles are the functions that complete files.
var zshFiles = map[Kind]string{File: "_files", Folder: "_files -/"}

// zshBoth is the name of a function that completes words and files.
func zshBoth(name, verb string, f Flag) string {
	return strings.Join([]string{"", name, verb, f.Name}, "_")
}

// zshValue is what _arguments takes for the value of a flag.
func zshValue(name, verb string, f Flag) string {
	switch {
	case f.Switch:
		return ""
	case f.Words != nil && f.Kind != Text:
		return ":" + f.Name + ":" + zshBoth(name, verb, f)
	case f.Words != nil && strings.HasSuffix(f.Words[0], "="):
		return ":" + f.Name + `:{compadd -S "" -- ` + strings.Join(f.Words, " ") + "}"
	case f.Words != nil:
		return ":" + f.Name + ":(" + strings.Join(f.Words, " ") + ")"
	case f.Kind != Text:
		return ":" + f.Name + ":" + zshFiles[f.Kind]
	}
	return ":" + f.Name + ": "
}

// zshText is text without what _arguments and _describe take for signs of their own.
func zshText(s string) string {
	return strings.NewReplacer(":", " -", "[", "(", "]", ")").Replace(s)
}
