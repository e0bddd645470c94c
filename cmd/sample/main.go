// Sample draws from a trained model, walks through its latent space and
// reconstructs data.
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
	"runtime"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/term"

	"latentspace/data/progress"
	"latentspace/experiments"
	"latentspace/explore"
	"latentspace/explore/show"
	"latentspace/internal/completion"
	"latentspace/internal/panics"
	"latentspace/internal/safejson"
	"latentspace/internal/untrusted"
	"latentspace/kernel"
	"latentspace/training"
)

const usage = `sample - draw from a trained model, walk through its latent space, reconstruct data

examples:
  sample -n 64                                     draws from the newest run
  sample -run runs/mnist-vae -n 100 -seed 7 -o digits.png
  sample interpolate -n 5 -method slerp            rows from one draw to another, and a GIF
  sample interpolate -from 3 -to 8 -n 1            between two test examples
  sample traverse -n 10                            what each dimension of the code does
  sample traverse -along sefa -n 8                 directions of a decoder's first layer
  sample vary -attribute slant                     codes moved along an attribute, and what else moved
  sample vary -expr "class:3 - class:8 + 16"       code arithmetic with means of classes and examples
  sample -prior gmm                                draws from a mixture fitted to the codes
  sample reconstruct -n 16                         test examples above what the model makes of them
  sample invert -n 16                              codes of examples by descent through a GAN's generator
  sample interpolate -invert -from 3 -to 8 -n 1    between two test examples, of a model without an encoder
  sample map -method tsne                          the test set's codes in the plane, coloured by class
  sample map -method umap                          the same by UMAP, which takes a fraction of the time
  sample map -thumbnails -n 2000                   pictures in place of dots
  sample impute -i customers.csv -o filled.csv       missing cells filled, and which they are
  sample encode -split train -precision int8       codes as .npz, and what rounding them costs
  sample decode -i runs/vae/codes.npz -n 64        and back
  sample score -i new.npz -o scores.csv            how odd new examples are, and why
  sample nearest -i new.npz -k 5                   the training examples that are most like them
  sample denoise -sigma 0.3                        noisy examples and what the model makes of them
  sample -n 2500 -o points.csv                     numbers instead of pictures
  sample evaluate -html                            what the model is worth, as a page too
  sample compare runs/vae runs/beta4               reports side by side, distortion over rate
  sample explore                                   the newest run as a page in the browser
  sample export -format onnx                       encoder and decoder as files that run in any language
  sample reconstruct -data /mnt/mnist              the data are in another folder now
  source <(sample -completion bash)                let the shell complete verbs, flags and files

The verb, draw if there is none, comes first; sample VERB -h shows its flags.
Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
`

// verb is a subcommand: it adds its flags to the common ones and returns what
// makes an action of the parsed options.
type verb struct {
	about  string
	n      int    // default of -n; with 0 the verb chooses itself
	long   bool   // it takes long enough that slow kernels are told of
	folder string // that it writes by default; "" of a verb that writes files
	codes  bool   // it takes codes of examples, which descent finds for a model without an encoder
	setup  func(flags *flag.FlagSet) func(explore.Options, show.Output) action
	// runs is set instead of setup by a verb that takes several runs as arguments.
	runs func(flags *flag.FlagSet) func(explore.Options, show.Output, show.Runs) comparison
	// serve is set instead of setup by a verb that opens runs itself: it goes on until it is interrupted.
	serve func(flags *flag.FlagSet) func(context.Context, *command, explore.Options) (fmt.Stringer, error)
}

// action is a verb of package show with its options.
type action func(ctx context.Context, m *training.Trained) (fmt.Stringer, error)

// bound is an action of a verb with its options.
func bound[V, O any](run func(context.Context, *training.Trained, V, O) (fmt.Stringer, error), v V, to O) action {
	return func(ctx context.Context, m *training.Trained) (fmt.Stringer, error) { return run(ctx, m, v, to) }
}

var verbs = map[string]verb{
	"compare":     compare,
	"decode":      decode,
	"denoise":     denoise,
	"draw":        draw,
	"encode":      encode,
	"evaluate":    evaluate,
	"explore":     explorer,
	"export":      exporter,
	"impute":      impute,
	"interpolate": interpolate,
	"invert":      invert,
	"map":         planeMap,
	"nearest":     nearest,
	"reconstruct": reconstruct,
	"score":       score,
	"traverse":    traverse,
	"vary":        vary,
}

// nothing is the result of a verb that shows it elsewhere.
type nothing struct{}

func (nothing) String() string { return "" }

// isTerminal reports whether someone may be watching w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	name := "draw"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	v, ok := verbs[name]
	if !ok {
		var names []string
		for n := range verbs {
			names = append(names, n)
		}
		slices.Sort(names)
		fmt.Fprintf(stderr, "sample: no verb %q, want one of %s\nsample: -h shows how to use it\n", name, strings.Join(names, ", "))
		return 2
	}

	o := newCommand(name, v)
	flags := o.flags
	wrong := func(format string, args ...any) int {
		fmt.Fprintf(stderr, "sample: "+format+"\nsample: -h shows how to use it\n", args...)
		return 2
	}
	var runs []string
	for {
		if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(stdout)
			fmt.Fprint(stdout, usage, "\n", name, ": ", v.about, "\n\nflags:\n")
			flags.PrintDefaults()
			return 0
		} else if err != nil {
			return wrong("%v", err)
		}
		if flags.NArg() == 0 {
			break
		}
		if v.runs == nil {
			return wrong("unexpected argument %q", flags.Arg(0))
		}
		runs, args = append(runs, flags.Arg(0)), flags.Args()[1:] // flags may follow
	}
	if *o.shell != "" {
		script, err := completion.Script(*o.shell, completed())
		if err != nil {
			return wrong("-completion %v", err)
		}
		fmt.Fprint(stdout, script)
		return 0
	}
	if *o.n < min(1, v.n) {
		return wrong("-n %d, want at least 1", *o.n)
	}
	if *o.threads < 0 {
		return wrong("-threads %d, want at least 1, or 0 for all", *o.threads)
	}
	if err := cmp.Or(untrusted.Environment(), kernel.Environment()); err != nil {
		return wrong("%v", err)
	}
	if *o.threads > 0 {
		runtime.GOMAXPROCS(*o.threads)
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	ctx = progress.With(ctx, progress.Lines(stderr))
	failed := func(err error) int {
		var mistake *experiments.UsageError
		if errors.As(err, &mistake) {
			return wrong("%v", err)
		}
		if ctx.Err() != nil {
			if v.runs != nil {
				fmt.Fprintln(stderr, "sample: interrupted; reports that were finished are kept")
			} else {
				fmt.Fprintln(stderr, "sample: interrupted before anything was written")
			}
			return 130
		}
		fmt.Fprintln(stderr, err)
		return 1
	}
	options := explore.Options{N: *o.n, Exact: given(flags, "n"), Seed: *o.seed, Split: *o.split, Log: stderr, Terminal: isTerminal(stderr)}
	output := show.Output{File: *o.out}
	work := func() (fmt.Stringer, error) {
		if v.serve != nil {
			return o.doServe(ctx, o, options)
		}
		if v.runs != nil {
			return o.doRuns(options, output, show.Runs{Paths: runs, Data: *o.data})(ctx)
		}
		m, file, err := training.Find(o.run, o.checkpoint, o.best, func(err error) { fmt.Fprintln(stderr, err) })
		if err != nil {
			return nil, err
		}
		if why := kernel.Slow(); v.long && why != "" {
			fmt.Fprintf(stderr, "sample: %s\n", why)
		}
		for _, line := range m.Past() {
			fmt.Fprintf(stderr, "%s: %s\n", file, line)
		}
		if *o.data != "" {
			if err := m.MoveData(*o.data); err != nil {
				return nil, err
			}
		}
		if err := cmp.Or(o.writing(m), output.Writable(m)); err != nil {
			return nil, err
		}
		if o.invert {
			if err := inverting(m, stderr); err != nil {
				return nil, err
			}
			if !options.Exact {
				options.N = min(options.N, mostInverted)
			}
		}
		return o.do(options, output)(ctx, m)
	}
	var result fmt.Stringer
	err := panics.Caught(func() (err error) {
		result, err = work()
		return err
	})
	if p, ok := errors.AsType[*panics.Error](err); ok {
		err = fmt.Errorf("sample: %w; please report it with what follows\n%s", err, p.Stack)
	}
	if result == nil {
		return failed(err)
	}
	var printErr error // what was found is printed even where it could not be written
	if *o.asJSON {
		printErr = safejson.WriteLine(stdout, result)
	} else {
		_, printErr = fmt.Fprint(stdout, result)
	}
	if printErr != nil {
		fmt.Fprintf(stderr, "sample: %v\n", printErr)
	}
	if err != nil {
		return failed(err)
	}
	if printErr != nil {
		return 1
	}
	return 0
}
