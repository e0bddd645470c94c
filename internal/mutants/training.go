package main

// training are the defences of training.
var training = []mutant{
	// Numbers that are none.
	{"weights that are no numbers are saved", "", "if i := kernel.FirstNonFinite(v.Data); i >= 0 {", "if i := kernel.FirstNonFinite(v.Data); i >= 0 && false {", "", "TestANonFiniteWeight"},
	{"a loss that is no number goes on", "trainer.update", "if v := p.program.Scalar(term.Value); math.IsNaN(v) || math.IsInf(v, 0) {", "if v := p.program.Scalar(term.Value); false {", "", "TestANonFinite|Rollback"},
	{"a gradient that is no number is applied", "", "if math.IsNaN(norm) || math.IsInf(norm, 0) {", "if (math.IsNaN(norm) || math.IsInf(norm, 0)) && false {", "", "TestAGradient"},
	{"a step that fails moves the statistics of batches", "", "t.grads = t.grads[:0]", "p.program.Commit()\n\tt.grads = t.grads[:0]", "", "TestAGradient"},
	{"a loss in evaluation may be no number", "evaluator.measure", "if v := p.program.Scalar(term.Value); math.IsNaN(v) || math.IsInf(v, 0) {", "if v := p.program.Scalar(term.Value); (math.IsNaN(v) || math.IsInf(v, 0)) && false {", "", "TestALossInEvaluation"},
	{"data that are no numbers are trained on", "", "if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {", "if false {", "", "TestPreflight"},
	{"a likelihood gets values that it does not know", "", "if !(float64(v) >= r.Lo && float64(v) <= r.Hi) {", "if !(float64(v) >= r.Lo && float64(v) <= r.Hi) && false {", "", "TestRunsThatCannot"},
	{"a test example in the training set is passed over", "", `p.warnings = append(p.warnings, fmt.Sprintf("%d of %d %s examples are in the %s set too`, `p.facts = append(p.facts, fmt.Sprintf("%d of %d %s examples are in the %s set too`, "", "TestPreflight"},
	{"values of any scale are passed over", "", "if v.deviation > 5 || max(math.Abs(v.least), math.Abs(v.most)) > 20 {", "if false {", "", "TestPreflight"},
	{"classes that only the test set has are passed over", "", "if len(absent) > 0 {", "if len(absent) > 0 && false {", "", "TestPreflight"},
	{"data beyond what a generator can make are passed over", "", "v.least < r.Lo || v.most > r.Hi {", "(v.least < r.Lo || v.most > r.Hi) && false {", "", "TestPreflight"},
	{"a figure that is no number is the best", "", "if measured && (p.Best == nil || improves(p.Best.Value, 0)) {", "if p.Best == nil || improves(p.Best.Value, 0) {", "", "TestComparing"},

	// Going back.
	{"a run goes back to the weights that failed", "", "func(step int) bool { return step < at }, ", "", "", "Rollback"},
	{"a run goes back to the oldest checkpoint", "", "return b - a", "return a - b", "", "Rollback"},
	{"a run goes back as often as it likes", "", "!o.Rollback || len(done) >= o.Tries {", "!o.Rollback || len(done) >= 10*o.Tries {", "", "Rollback"},
	{"a run goes back unasked", "", "!o.Rollback || len(done) >= o.Tries {", "len(done) >= o.Tries {", "", "NonFinite"},
	{"the learning rate stays as it was when a run goes back", "", "r.progress, r.trainer.rate, r.saved = p, p.rate(), step", "r.progress, r.saved = p, step", "", "Rollback"},
	{"a run that goes back reads on where it was in the data", "", "if err = r.goBack(err); err == nil {\n\t\t\t\tstop()\n\t\t\t\tstep, stop, err = r.steps(ctx)\n\t\t\t}", "err = r.goBack(err)", "", "Rollback"},

	// Going on.
	{"other data pass for the run's", "SameData", "got != want {", "got != want && false {", "./training", "TestACheckpointOfOtherData"},
	{"a checkpoint may be of another format", "trainer.restore", "if err := checkFormat(c.Meta); err != nil {", "if err := checkFormat(c.Meta); err != nil && false {", "", "TestACheckpointOf"},
	{"a model of another format is sampled", "fromCheckpoint", "if err := checkFormat(c.Meta); err != nil {", "if err := checkFormat(c.Meta); err != nil && false {", "", "TestACheckpointOf"},
	{"a schema may have any size", "", "return s, untrusted.ExampleSize.Check(int64(s.Width()))", "return s, nil", "", "TestASchemaOfACheckpoint"},
	{"a schema may be of any shape", "", "if !slices.Equal(d.Schema.Shape(), shape) {", "if !slices.Equal(d.Schema.Shape(), shape) && false {", "", "TestASchemaOfACheckpoint"},
	{"the shape of an example has no cap", "", "if int64(d) > most/int64(size) {", "if int64(d) > most/int64(size) && false {", "", "TestTheShape"},
	{"noise is the same in every step", "", "p.program.Draw(uint64(t.step*t.perStep + r))", "p.program.Draw(uint64(r))", "", "TestEveryStepHasNoise"},
	{"a resumed run begins its data anew", "", "Start: t.batches(t.step)", "Start: 0", "", "TestResuming"},
	{"a resumed run counts its steps anew", "", "t.step, t.rate = step, p.rate()", "t.rate = p.rate(); _ = step", "", "TestResuming"},
	{"a resumed run has the learning rate of one that never went back", "", "t.step, t.rate = step, p.rate()", "t.step = step", "", "Rollback"},
	{"a resumed run has no state of its optimizers", "", `if err := ph.optimizer.Load(under(c.Tensors, optimPrefix+ph.Name+"/")); err != nil {`, "if err := error(nil); err != nil {", "", "TestResuming"},
	{"a resumed run begins its averaged weights anew", "", "if err := t.ema.Load(averages); err != nil {", "if err := error(nil); err != nil {", "", "TestResuming"},
	{"a resumed run has its first weights", "", "if err := t.params.Load(under(c.Tensors, paramPrefix)); err != nil {", "if err := error(nil); err != nil {", "", "TestResuming"},
	{"a checkpoint lacks the statistics of batches", "", "all[paramPrefix+name] = v", "if slices.Contains(t.trained, name) {\n\t\t\tall[paramPrefix+name] = v\n\t\t}", "", "TestResuming"},
	{"a resumed run forgets what its epoch has counted", "", "if err := m.restore(s); err != nil {", "if err := error(nil); err != nil {", "", "TestAnInterruptedRun"},
	{"a checkpoint may be of a step below zero", "", "if err != nil || step < 0 || step > math.MaxInt32 {", "if err != nil || step > math.MaxInt32 {", "", "TestACheckpointOf"},
	{"the terms of a meter are not compared", "", "if !slices.Equal(s.Names, m.names) || ", "if ", "", "TestAMeter"},
	{"weights of another shape are loaded", "", "!slices.Equal(v.Shape, want) {", "!slices.Equal(v.Shape, want) && false {", "", "Params"},
	{"the state of an optimizer may be of another shape", "", "case !slices.Equal(t.Shape, shape):", "case false:", "", "Load"},
	{"the state of an optimizer may be of other weights", "memory.load", "if want[name] == nil {", "if want[name] == nil && false {", "", "Load"},
	{"the steps of an optimizer may be a fraction", "", "|| digit != float32(int(digit)) {", "{", "", "Load"},
	{"weights that the model has not are passed over", "", "for _, name := range slices.Sorted(maps.Keys(values)) {\n\t\tif _, ok := p.entries[name]; !ok {", "for _, name := range slices.Sorted(maps.Keys(values)) {\n\t\tif _, ok := p.entries[name]; !ok && false {", "", ""},
	{"a run that is interrupted does not save", "", "if r.saved != r.step || r.epochDue() {", "if false {", "", "TestAnInterruptedRun"},
	{"a checkpoint is not among what a run names as its newest", "", "r.saved, r.manifest.Checkpoint = r.step, filepath.Base(path)", "r.saved = r.step; _ = filepath.Base(path)", "", "TestAFinished"},
	{"the best checkpoint is not spared", "", "r.store.Best = r.progress.Best.Step", "_ = r.progress.Best.Step", "", "TestTheBest"},

	// Replays.
	{"a replay compares values, not bits", "", "if math.Float32bits(v) != math.Float32bits(b[i]) {", "if v != b[i] && math.Float32bits(v) != math.Float32bits(b[i]) {", "", "TestAReplayTells"},
	{"a replay agrees whatever it finds", "", "if !v.compare(own.Tensors, c.Tensors) {", "if !v.compare(own.Tensors, c.Tensors) && false {", "", "Replay"},
	{"a replay does not look at tensors that the run lacks", "Verification.compare", "if want[name] == nil {", "if want[name] == nil && false {", "", "TestAReplayTells"},
	{"a replay is of other data", "", "splits.SHA256 != w.SHA256 {", "splits.SHA256 != w.SHA256 && false {", "./training", "TestVerify"},
	{"a replay does not compare the weights with the manifest", "", "got != m.ParamsSHA256 {", "got != m.ParamsSHA256 && false {", "", "TestAReplayCompares"},
	{"a replay that compared nothing agrees", "", "if len(v.Checked) == 0 {", "if len(v.Checked) == 0 && false {", "", "TestAReplayThatCompares"},
}
