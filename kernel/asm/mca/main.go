// Mca computes how fast the inner loops of package kernel for arm64 are on processors that are
// not at hand, with llvm-mca's models of them, and prints a table. Run it in kernel/asm with
//
//	go run ./mca
//
// It needs llvm-objdump and llvm-mca; -llvm names their version, as in llvm-mca-19.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// computes matches what a pipe for vectors executes: what gives a vector a value, other than loads.
var computes = regexp.MustCompile(`^[^l]\w*\tv\d`)

// processors are the models, and how many pipes for vectors each has.
var processors = []struct {
	name  string
	pipes float64
}{{"neoverse-n1", 2}, {"neoverse-v1", 4}, {"apple-m1", 3}}

func main() {
	log.SetFlags(0)
	log.SetPrefix("mca: ")
	version := flag.String("llvm", "-19", "what the names of LLVM's programs end in")
	every := flag.Bool("all", false, "print every loop, and not only the longest of each function")
	only := flag.String("only", "", "functions whose names match this expression")
	show := flag.Bool("show", false, "print the instructions of the loops")
	flag.Parse()
	code, err := disassemble(*version)
	if err != nil {
		log.Fatal(err)
	}
	wanted, err := regexp.Compile(*only)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("| loop | instructions | of vectors |")
	for _, p := range processors {
		fmt.Printf(" %s: cycles | bound | share |", p.name)
	}
	fmt.Printf("\n|%s\n", strings.Repeat("---|", 3+3*len(processors)))
	for _, f := range functions(code) {
		if !wanted.MatchString(f.name) {
			continue
		}
		all := loops(f.lines)
		if !*every {
			all = longest(all)
		}
		for _, l := range all {
			if *show {
				fmt.Println(strings.Join(l, "\n"))
			}
			vector := 0
			for _, i := range l {
				if computes.MatchString(i) {
					vector++
				}
			}
			fmt.Printf("| %s | %d | %d |", f.name, len(l), vector)
			for _, p := range processors {
				cycles, bound, err := run(*version, p.name, l)
				if err != nil {
					log.Fatalf("%s: %v", f.name, err)
				}
				bound = max(bound, float64(vector)/p.pipes)
				fmt.Printf(" %.1f | %.1f | %.0f %% |", cycles, bound, 100*bound/cycles)
			}
			fmt.Println()
		}
	}
}

// disassemble returns the package's code for arm64, as ARM's assembler writes it.
func disassemble(version string) (string, error) {
	dir, err := os.MkdirTemp("", "mca")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "kernel")
	build := exec.Command("go", "test", "-c", "-o", program, ".")
	build.Dir = "../"
	build.Env = append(os.Environ(), "GOARCH=arm64", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	out, err := exec.Command("llvm-objdump"+version, "-d", "--no-show-raw-insn", program).Output()
	return string(out), err
}

type function struct {
	name  string
	lines []string
}

// functions are those of the assembly for NEON.
func functions(code string) []function {
	heading := regexp.MustCompile(`^[0-9a-f]+ <latentspace/kernel\.(\w+)NEON\.abi0>:$`)
	var all []function
	inside := false
	for line := range strings.Lines(code) {
		line = strings.TrimRight(line, "\n")
		if m := heading.FindStringSubmatch(line); m != nil {
			all = append(all, function{name: m[1]})
			inside = true
		} else if line == "" {
			inside = false
		} else if inside {
			all[len(all)-1].lines = append(all[len(all)-1].lines, line)
		}
	}
	return all
}

var (
	address = regexp.MustCompile(`^\s*([0-9a-f]+):\s+(.*)$`)
	target  = regexp.MustCompile(`^(b|b\.\w+|cbn?z)\s(.*, )?0x([0-9a-f]+) .*$`)
)

// loops are the innermost ones: from a place to a jump back to it, with no such jump in between.
// A jump in a loop is one to its end.
func loops(lines []string) [][]string {
	at := map[string]int{}
	var code []string
	var found [][]string
	last := -1 // where the last loop begins
	for _, line := range lines {
		m := address.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		at[m[1]] = len(code)
		line = strings.TrimSpace(comment.ReplaceAllString(m[2], ""))
		jump := target.FindStringSubmatch(line)
		if jump != nil {
			line = fmt.Sprintf("%s %send", jump[1], jump[2])
		}
		code = append(code, line)
		if jump == nil {
			continue
		}
		if begin, back := at[jump[3]]; back && begin > last {
			last = begin
			found = append(found, code[begin:])
		}
	}
	return found
}

func longest(all [][]string) [][]string {
	var most []string
	for _, l := range all {
		if len(l) > len(most) {
			most = l
		}
	}
	if most == nil {
		return nil
	}
	return [][]string{most}
}

var (
	comment = regexp.MustCompile(`//.*`)
	total   = regexp.MustCompile(`Total Cycles:\s+(\d+)`)
	through = regexp.MustCompile(`Block RThroughput:\s+([\d.]+)`)
)

const iterations = 1000

// run returns the cycles of a pass of a loop that is run many times, and the bound that the
// resources of the processor set.
func run(version, processor string, loop []string) (cycles, bound float64, err error) {
	in := strings.Join(loop, "\n") + "\nend:\n"
	mca := exec.Command("llvm-mca"+version, "-mtriple=aarch64", "-mcpu="+processor, fmt.Sprintf("-iterations=%d", iterations))
	mca.Stdin = strings.NewReader(in)
	var errs strings.Builder
	mca.Stderr = &errs
	out, err := mca.Output()
	if err != nil {
		return 0, 0, fmt.Errorf("%w\n%s\n%s", err, errs.String(), in)
	}
	number := func(r *regexp.Regexp) float64 {
		m := r.FindSubmatch(out)
		if m == nil {
			err = fmt.Errorf("llvm-mca does not say %v", r)
			return 0
		}
		n, _ := strconv.ParseFloat(string(m[1]), 64)
		return n
	}
	cycles, bound = number(total)/iterations, max(number(through), crowded(string(out)))
	return cycles, bound, err
}

var (
	unit     = regexp.MustCompile(`^\[(\d+)(?:\.\d+)?\]\s+- \w+Unit([LV])\w*$`)
	pressure = regexp.MustCompile(`^Resource pressure per iteration:$`)
)

// crowded is the bound that the pipes for memory set together, and those for vectors: llvm-mca's own
// takes the pipes that only some instructions can use apart from the others. Each entry of its
// table is a pipe, in the order in which it lists them.
func crowded(out string) float64 {
	lines := strings.Split(out, "\n")
	var families []string // of the pipes
	for k, l := range lines {
		if strings.HasPrefix(l, "[") && strings.Contains(l, " - ") {
			family := ""
			if m := unit.FindStringSubmatch(l); m != nil {
				family = m[2]
			}
			families = append(families, family)
		}
		if !pressure.MatchString(l) || k+2 >= len(lines) {
			continue
		}
		sum, count := map[string]float64{}, map[string]float64{}
		for n, f := range strings.Fields(lines[k+2]) {
			used, _ := strconv.ParseFloat(f, 64) // "-" is 0
			sum[families[n]] += used
			count[families[n]]++
		}
		return max(sum["L"]/max(1, count["L"]), sum["V"]/max(1, count["V"]))
	}
	return 0
}
