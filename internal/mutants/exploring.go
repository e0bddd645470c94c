package main

// exploring are the defences of what the programs do with a trained model, and of signals.
var exploring = []mutant{
	// Codes, reports and expressions.
	{"codes may be of another model", "", "if len(codes.Shape) != 2 || codes.Shape[1] != c.Dim {", "if len(codes.Shape) != 2 {", "", "Codes"},
	{"scales of codes may be of another model", "", "if !slices.Equal(a.Shape, []int{dim}) {", "if false {", "", "Codes"},
	{"a table may have codes of more dimensions", "", "t.Column(more) != nil {", "t.Column(more) != nil && false {", "", "Codes"},
	{"a table may have codes of two readings", "", "if column.Kind == table.Unclear || column.Kind == table.Mixed {", "if false {", "", "Codes"},
	{"codes that are no numbers are decoded", "", `if err := CheckFinite(c.Path+": the code of row", z, func(row int) int { return first + row }); err != nil {`, `if err := CheckFinite(c.Path+": the code of row", z, func(row int) int { return first + row }); err != nil && false {`, "", "Codes"},
	{"a report may be of any size", "", "untrusted.ReadFile(file, untrusted.Report)", "os.ReadFile(file)", "", "Report"},
	{"a report may lack its weights", "", `own.Run.ParamsSHA256 == "" ||`, "", "", "Reports"},
	{"a report may have an error below zero", "", "if !(f.Error >= 0) {", "if !(f.Error >= 0) && false {", "", "Reports"},
	{"a report of other weights passes for a model's", "", "err == nil && old.Run == explore.RunOf(m) && old.Whole()", "err == nil && old.Whole()", "", "TestCompare$"},
	{"an expression may be of any size", "", "if err := untrusted.Expression.Check(int64(len(s))); err != nil {", "if err := untrusted.Expression.Check(int64(len(s))); err != nil && false {", "", "Expr"},
	{"brackets may be as deep as one likes", "", "if nested > maxNested {", "if nested > maxNested && false {", "", "TestExpression"},
	{"an expression may divide by zero", "", "if p.err == nil && v == 0 {", "if p.err == nil && v == 0 && false {", "", "TestExpression"},
	{"a weight of an expression may be infinite", "", "if math.IsInf(t.Weight, 0) || math.IsNaN(t.Weight) {", "if math.IsNaN(t.Weight) {", "", "TestExpression"},
	{"an expression adds codes of two lengths", "", "} else if len(z) != len(sum) {", "} else if len(z) != len(sum) && false {", "", "TestExpression"},
	{"an expression may go on after its end", "", `if p.err == nil && p.token != "" {`, `if p.err == nil && p.token != "" && false {`, "", "TestExpression"},
	{"what is exported is written in place", "", "if err := atomicfile.Write(atomicfile.OS{}, file, write); err != nil {\n\t\treturn fmt.Errorf(\"export: %w\", err)\n\t}\n\treturn nil", "_ = atomicfile.OS{}.Remove(file)\n\tf, err := atomicfile.OS{}.CreateExclusive(file)\n\tif err != nil {\n\t\treturn err\n\t}\n\tdefer f.Close()\n\treturn write(f)", "", ""},

	// Signals.
	{"training ends with its reader", "", "signal.Ignore(syscall.SIGPIPE)", "", "", "TestTrainingOutlives"},
	{"a signal leaves no status of its own", "", "status = 128 + int(n)", "status = 130 + 0*int(n)", "", "TestSignals"},
	{"training that is terminated does not save", "", "signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)", "signal.Notify(signals, os.Interrupt, syscall.SIGHUP)", "", "TestSignals"},
	{"training that is hung up does not save", "", "signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)", "signal.Notify(signals, os.Interrupt, syscall.SIGTERM)", "", "TestSignals"},
	{"a sample that is interrupted ends well", "", "return 130", "return 0", "", "TestAnInterruptedMap"},
	{"a sample that is terminated leaves what it was writing", "", "signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)", "signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGUSR1)", "", "TestATerminatedMap"},
}
