package main

// foreign are the defences against files that others made.
var foreign = []mutant{
	// Files that others made.
	{"a limit holds nothing back", "", "if most := l.Value(); n > most {", "if most := l.Value(); n > most && false {", "", "Limit"},
	{"a limit of the environment that means nothing is taken", "", "if err != nil || n < 1 {", "if err != nil && false {", "", "Environment"},
	{"a limit that is unknown is taken", "", "if !known(name) {", "if !known(name) && false {", "", "Environment"},
	{"gzip may become any amount", "", "if e := Gzip.Check(u.n / max(u.packed.n, 1)); e != nil {", "if e := Gzip.Check(u.n / max(u.packed.n, 1)); e != nil && false {", "./internal/torture", "Hostile"},
	{"a rate is counted over no time", "", "if m.took < Window {", "if m.took < 0 {", "", "."},
	{"a number that is none ends a run", "", "if err == nil || !aboutNumber(err) {", "if true {", "", "NoNumber"},
	{"a file in use is not waited for", "", "if err == nil || !inUse(err) || wait <= 0 {", "if true {", "", "Retrying"},
	{"a run may have the name of a device", "", "case device.MatchString(name):", "case false:", "", "Windows"},
	{"JSON may have a key twice", "", "if seen[folded] {", "if seen[folded] && false {", "", "JSON"},
	{"JSON may have a key in two cases", "", "folded := strings.Map(fold, key)", "folded := strings.TrimSpace(key)", "", "JSON"},
	{"JSON may have unknown keys", "", "d.DisallowUnknownFields()", "d.UseNumber()", "", "JSON"},
	{"JSON may go on after its end", "", "if _, err := d.Token(); err != io.EOF {", "if _, err := d.Token(); err != io.EOF && false {", "", "JSON"},
	{"JSON may nest as deep as it likes", "", "if depth == maxNested {", "if depth == maxNested && false {", "", "JSON"},
	{"a model is made of what its experiment declares", "", "m, err := trained.Restore(cfg.Model, cfg.ModelKind(), told, sampled(c))", "m, err := untrained(cfg, told)\n\tif err == nil {\n\t\terr = m.Load(sampled(c))\n\t}", "./internal/torture", "Hostile"},
	{"a weight of another shape is taken", "", "if !slices.Equal(v.Shape, shape) {", "if !slices.Equal(v.Shape, shape) && false {", "./trained", "Weights"},
	{"weights that were not asked for are passed over", "", "return m, params.CheckUsed()", "return m, nil", "", "Weights"},
	{"a network goes on after a layer that failed", "", "if len(s) != 4 {\n\t\t\treturn x", "if false {\n\t\t\treturn x", "./trained", "Weights"},
	{"JSON may have a list of any length", "", "if err := Elements.Check(n); err != nil {", "if err := Elements.Check(n); err != nil && false {", "", "JSON"},
	{"a checkpoint beyond a limit is called damaged", "", "case isLimit(err):", "case isLimit(err) && false:", "", "Limit"},
	{"a replay agrees without the newest checkpoint", "", "m.Checkpoint == file && !slices.Contains(r.kept, m.Step)", "m.Checkpoint == file && false", "", "Replay"},
	{"a replay agrees with what cannot be read", "", "v.Agrees = unread == 0", "v.Agrees = true", "", "Replay"},
	{"progress may be of steps to come", "", "if r.Step < last || r.Step > step {", "if r.Step < last {", "", "Progress"},
	{"attributes may have any number of rows", "", "if err := untrusted.Rows.Check(int64(t.Rows)); err != nil {", "if err := untrusted.Rows.Check(int64(t.Rows)); err != nil && false {", "", "RowsOfAttributes"},
	{"a damaged length beyond the limit is no damage", "", "if got != string(want[:]) {", "if got != string(want[:]) && false {", "", "Limit"},
}
