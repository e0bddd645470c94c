// Train trains the model of an experiment file, or goes on where it stopped.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/term"

	"latentspace/data/progress"
	"latentspace/experiments"
	"latentspace/internal/completion"
	"latentspace/internal/safejson"
	"latentspace/internal/untrusted"
	"latentspace/kernel"
	"latentspace/reference"
	"latentspace/training"
)

const usage = `train - train the model of an experiment file, or go on where it stopped

examples:
  train -config experiments/vae.yaml               train into runs/vae
  train -config vae -set model.latent=2 -out runs/flat
  train -config mnist-vae -set data.dir=$HOME/mnist
  train -config vae -set train.epochs=40 -extend   go on with a run, for longer or in another way
  train -config vae -set 'train.init={from: runs/a/step-00008600.safetensors, only: [encoder]}' -out runs/b
  train -config vae -fresh                         move the old run aside, start over
  train -config vae -check                         show the data, the model and what it will take; train nothing
  train -sweep rates                               many runs of one experiment, and a table of them
  mpirun -n 4 train -config vae -mpi auto -set train.shards=4
                                                   divide each step among processes, on one machine or many
  train -verify runs/vae                           replay a run: does every bit agree?
  train -list                                      what there is, and where it comes from
  train -explain model.vae                         the keys of a part, or of one key all there is to know
  train -schema > experiment.schema.json           for an editor that completes and checks experiment files
  source <(train -completion bash)                 let the shell complete flags, experiments and keys

The same command again goes on from the newest checkpoint. Ctrl-C saves one. The run may have
another name, other places and other outputs; -extend changes its course, and run.json has when.
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted (after saving).

flags:
`

// sets collects repeated -set flags.
type sets []string

func (s *sets) String() string     { return strings.Join(*s, " ") }
func (s *sets) Set(v string) error { *s = append(*s, v); return nil }

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("train", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // mistakes are told below
	help := func() {
		fmt.Fprint(flags.Output(), usage)
		flags.PrintDefaults()
	}
	var edits sets
	config := flags.String("config", "", "the experiment: a YAML `file`, or the name of a shipped one")
	flags.Var(&edits, "set", "change one `KEY=VALUE` of the experiment, with -verify of the places alone; may be repeated")
	out := flags.String("out", "", "the run's `folder` (default runs/NAME)")
	fresh := flags.Bool("fresh", false, "move an old run in the folder aside and start over")
	extend := flags.Bool("extend", false, "go on with the run with what differs here from its config: epochs, batch, optimizer, schedule, …")
	sweepFile := flags.String("sweep", "", "train one experiment with many settings: a YAML `file` with a grid or a list, or the name of a shipped one")
	parallel := flags.Int("parallel", 1, "with -sweep: train `N` runs at once, which divide the processors")
	library := flags.String("mpi", "", "be one of the ranks that mpirun or srun has started, which divide train.shards: auto, or the `file` of their library of MPI")
	attended := flags.Bool("attended", false, "save and stop when the standard input ends, for a program that starts this one")
	check := flags.Bool("check", false, "read the experiment and its data, print the model and how long training will take, and train nothing")
	sheet := flags.String("sheet", "", "with -check: the `file` of the contact sheet of training pictures (default check.png in the run's folder)")
	verify := flags.String("verify", "", "replay the run in this `folder` and say whether every bit agrees")
	last := flags.Int("last", 0, "with -verify: replay at least the last `N` steps only, from a checkpoint (default all)")
	list := flags.Bool("list", false, "print the shipped experiments, the models, networks, data sets, optimizers and schedules with their papers, and the figures with what they mean")
	explain := flags.String("explain", "", "print the keys, types, ranges and defaults of what stands at a `PATH` of an experiment file, such as model.vae or train.optimizer.adam.lr")
	schema := flags.Bool("schema", false, "print the JSON schema of experiment files, for editors")
	threads := flags.Int("threads", 0, "use at most `N` processors (default all)")
	asJSON := flags.Bool("json", false, "print the result, run.json, on stdout; with -check what a step takes")
	profile := flags.String("cpuprofile", "", "write a profile of the processors' time to `file`, for go tool pprof")
	traced := flags.String("trace", "", "write a trace of what ran when to `file`, for go tool trace")
	shell := flags.String("completion", "", "print a script that completes this command in a `shell`: bash, zsh or fish")
	wrong := func(format string, args ...any) int {
		fmt.Fprintf(stderr, "train: "+format+"\ntrain: -h shows how to use it\n", args...)
		return 2
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		flags.SetOutput(stdout)
		help()
		return 0
	} else if err != nil {
		return wrong("%v", err)
	}
	if flags.NArg() > 0 {
		return wrong("unexpected argument %q", flags.Arg(0))
	}
	nameless := false // such as a variable of a shell that is not set
	flags.Visit(func(f *flag.Flag) { nameless = nameless || f.Name == "mpi" && *library == "" })
	if nameless {
		return wrong("-mpi names nothing, want auto or the file of a library of MPI")
	}
	if *threads < 0 {
		return wrong("-threads %d, want at least 1, or 0 for all", *threads)
	}
	if err := cmp.Or(untrusted.Environment(), kernel.Environment()); err != nil {
		return wrong("%v", err)
	}
	debug.SetGCPercent(25) // a training step allocates next to nothing: collecting early saves memory and costs no time
	if *threads > 0 {
		runtime.GOMAXPROCS(*threads)
	}
	if *shell != "" {
		script, err := completion.Script(*shell, completion.Command{Name: "train", Flags: completion.Flags(flags, words())})
		if err != nil {
			return wrong("-completion %v", err)
		}
		fmt.Fprint(stdout, script)
		return 0
	}
	if *list {
		fmt.Fprint(stdout, reference.List())
		return 0
	}
	if *explain != "" {
		text, err := reference.Explain(*explain)
		if err != nil {
			return wrong("-explain %v", err)
		}
		fmt.Fprint(stdout, text)
		return 0
	}
	if *schema {
		text, err := reference.Schema()
		if err != nil {
			fmt.Fprintf(stderr, "train: %v\n", err)
			return 1
		}
		fmt.Fprint(stdout, text)
		return 0
	}
	if *last < 0 {
		return wrong("-last %d, want at least 1 step, or 0 for all", *last)
	}
	if *verify != "" {
		if *config != "" || *out != "" || *fresh || *extend || *check || *sweepFile != "" || *library != "" {
			return wrong("-verify replays a run as it was: it goes without -config, -out, -fresh, -extend, -check, -sweep and -mpi")
		}
		return replay(*verify, edits, *last, *asJSON, stdout, stderr)
	}
	if *extend && (*fresh || *check) {
		return wrong("-extend goes on with the run in a folder: it goes without -fresh and -check")
	}
	if *last > 0 {
		return wrong("-last says how much -verify replays: it goes with -verify DIR")
	}
	if *sheet != "" && (!*check || !strings.EqualFold(filepath.Ext(*sheet), ".png")) {
		return wrong("-sheet %s: it names a PNG, FILE.png, and goes with -check", *sheet)
	}
	if *sweepFile != "" {
		if *config != "" || *fresh || *extend || *attended || *sheet != "" || *profile != "" || *traced != "" || *library != "" {
			return wrong("-sweep names its experiment and goes on with its runs: it goes without -config, -fresh, -extend, -attended, -sheet, -cpuprofile, -trace and -mpi")
		}
		if *parallel < 1 || *parallel > 1024 {
			return wrong("-parallel %d, want it from 1 to 1024", *parallel)
		}
		return sweep(sweepFlags{file: *sweepFile, out: *out, edits: edits, check: *check, asJSON: *asJSON, parallel: *parallel}, stdout, stderr)
	}
	if *parallel != 1 {
		return wrong("-parallel says how many runs of a sweep are trained at once: it goes with -sweep FILE")
	}
	if *config == "" {
		return wrong("-config is missing: name an experiment, such as -config vae")
	}
	if *library != "" && (*check || *attended || *profile != "" || *traced != "") {
		return wrong("-mpi divides the training: it goes without -check, -attended, -cpuprofile and -trace")
	}
	all, err := gather(*library, stderr)
	if err != nil {
		if err != errSaid {
			fmt.Fprintln(stderr, err)
		}
		return 1
	}
	cfg, err := experiments.Load(*config, edits...)
	if err := all.world.Agree(err); err != nil {
		return all.ended(err, 2, stderr)
	}

	ctx, status := interruptible()
	if *attended {
		ctx = whileInput(ctx, os.Stdin)
	}
	ctx = progress.With(ctx, progress.Lines(all.log(stderr)))
	if *check {
		checked, err := training.Check(ctx, cfg, training.CheckOptions{Dir: *out, Sheet: *sheet})
		if err == nil && *asJSON {
			err = safejson.WriteIndented(stdout, checked)
		} else if err == nil {
			fmt.Fprint(stdout, checked.Text)
		}
		if err != nil {
			fmt.Fprintln(stderr, err)
			return 1
		}
		return 0
	}
	stop, err := record(*profile, *traced)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	manifest, err := training.Run(ctx, cfg, training.Options{
		Dir: *out, Fresh: *fresh, Extend: *extend, Log: all.log(stderr), Terminal: isTerminal(all.log(stderr)), Ranks: all.world,
	})
	if stopErr := stop(); stopErr != nil {
		fmt.Fprintf(stderr, "train: %v\n", stopErr)
	}
	if errors.Is(err, training.ErrInterrupted) {
		return all.ended(err, status(), stderr)
	}
	if err != nil {
		return all.ended(err, 1, stderr)
	}
	if *asJSON && all.world.First() {
		if err := safejson.WriteIndented(stdout, manifest); err != nil {
			fmt.Fprintf(stderr, "train: %v\n", err)
			return all.ended(nil, 1, stderr)
		}
	}
	return all.ended(nil, 0, stderr)
}

// words are what a shell completes the values of flags by.
func words() completion.Words {
	var keys []string
	for _, key := range reference.Keys() {
		keys = append(keys, key+"=")
	}
	return completion.Words{
		"config": slices.Concat(experiments.Shipped(), experiments.Papers()), "sweep": experiments.Sweeps(), "explain": reference.Paths(), "set": keys, "completion": completion.Shells(),
	}
}

// replay verifies a run. Bits that part are a failure.
func replay(dir string, edits []string, last int, asJSON bool, stdout, stderr io.Writer) int {
	ctx, status := interruptible()
	ctx = progress.With(ctx, progress.Lines(stderr))
	v, err := training.Verify(ctx, dir, training.VerifyOptions{Last: last, Sets: edits, Log: stderr, Terminal: isTerminal(stderr)})
	if mistake, ok := errors.AsType[*experiments.UsageError](err); ok {
		fmt.Fprintf(stderr, "train: %v\ntrain: -h shows how to use it\n", mistake)
		return 2
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		if errors.Is(err, training.ErrInterrupted) {
			return status()
		}
		return 1
	}
	if asJSON {
		err = safejson.WriteLine(stdout, v)
	} else {
		_, err = fmt.Fprint(stdout, v)
	}
	if err != nil {
		fmt.Fprintf(stderr, "train: %v\n", err)
		return 1
	}
	if !v.Agrees {
		return 1
	}
	return 0
}

// interruptible returns a context that ends with SIGINT, SIGTERM or SIGHUP, and
// the exit status, 128 and the signal's number. A second signal ends the process
// at once. A reader of our output that goes away does not.
func interruptible() (context.Context, func() int) {
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	status := 130
	go func() {
		s := <-signals
		if n, ok := s.(syscall.Signal); ok {
			status = 128 + int(n)
		}
		cancel()
		<-signals
		os.Exit(status)
	}()
	return ctx, func() int { return status }
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
