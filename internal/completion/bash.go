package completion

import (
	"fmt"
	"strings"
)

// bash is a function that looks at the word before the cursor, and at the verb. It asks for
// nothing that bash 3.2 does not have.
func bash(c Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# Completion of %[1]s for bash: source <(%[1]s -completion bash)

_%[1]s() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} verb= words= files= IFS=$' \t\n'
  COMPREPLY=()
`, c.Name)
	if c.Verbs != nil {
		b.WriteString("  if [ \"$COMP_CWORD\" -gt 1 ] && [ \"${COMP_WORDS[1]#-}\" = \"${COMP_WORDS[1]}\" ]; then verb=${COMP_WORDS[1]}; fi\n")
	}
	b.WriteString("  case \"$verb $previous\" in\n")
	for _, v := range c.sections() {
		for _, f := range v.Flags {
			if f.Switch {
				continue
			}
			fmt.Fprintf(&b, "    %q|%q) %s;;\n", v.Name+" -"+f.Name, v.Name+" --"+f.Name, bashValue(f))
		}
	}
	b.WriteString("    *)\n      case \"$verb\" in\n")
	for _, v := range c.sections() {
		var names []string
		for _, f := range v.Flags {
			names = append(names, "-"+f.Name)
		}
		fmt.Fprintf(&b, "        %q) words=%s;;\n", v.Name, single(strings.Join(names, " ")))
	}
	b.WriteString("      esac\n")
	if c.Verbs != nil {
		fmt.Fprintf(&b, "      if [ \"$COMP_CWORD\" = 1 ]; then words=\"$words %s\"; fi\n", strings.Join(c.verbNames(), " "))
		for _, v := range c.Verbs {
			if v.Files {
				fmt.Fprintf(&b, "      if [ \"$verb\" = %s ] && [ \"${current#-}\" = \"$current\" ]; then files=-d; words=; fi\n", v.Name)
			}
		}
	}
	fmt.Fprintf(&b, `      ;;
  esac
  IFS=$' \t\n'
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ -n "$files" ]; then
    IFS=$'\n'
    COMPREPLY=("${COMPREPLY[@]}" $(compgen "$files" -- "$current"))
    compopt -o filenames 2>/dev/null
  fi
  case "${COMPREPLY[0]}" in *=) compopt -o nospace 2>/dev/null;; esac
}
complete -F _%[1]s %[1]s
`, c.Name)
	return b.String()
}

// bashValue is what a value may be.
func bashValue(f Flag) string {
	var parts []string
	if f.Words != nil {
		parts = append(parts, "words="+single(strings.Join(f.Words, " ")))
	}
	switch f.Kind {
	case File:
		parts = append(parts, "files=-f")
	case Folder:
		parts = append(parts, "files=-d")
	}
	return strings.Join(append(parts, ""), "; ")
}
