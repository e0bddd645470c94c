package main

// storage are the defences of files that are written, deleted and locked.
var storage = []mutant{
	// Writing a file: all of it or nothing, and durably.
	{"the file is not synced", "", "return f.Sync()", "return nil", "", "TestWrite|TestEvery"},
	{"the folder is not synced", "", "return fsys.SyncDir(filepath.Dir(path))", "return nil", "", "TestWrite|TestEvery"},
	{"the folder is synced before the new name is there", "", "if err := fsys.Rename(temporary, path); err != nil {", "if err := errors.Join(fsys.SyncDir(filepath.Dir(path)), fsys.Rename(temporary, path)); err != nil {", "", "TestWrite|TestEvery"},
	{"a file is renamed before it is closed", "writeFile", "if err := f.Close(); err != nil {", "if err := errors.Join(fsys.Rename(temporary, path), f.Close()); err != nil {", "", "TestWrite|TestEvery"},
	{"a file is written in place", "", `temporary = filepath.Join(dir, fmt.Sprintf(".%s.%d-%d.tmp", base, os.Getpid(), n))`, "temporary = path; _, _, _, _ = dir, base, n, os.Getpid", "", "TestWrite|TestEvery"},
	{"a temporary file may be one that is there", "OS.CreateExclusive", "os.O_WRONLY|os.O_CREATE|os.O_EXCL", "os.O_WRONLY|os.O_CREATE", "", "TestOSCreatesExclusively"},
	{"a temporary file that is left is an obstacle", "", "if !errors.Is(err, fs.ErrExist) {", "if !errors.Is(err, fs.ErrExist) || true {", "", "TestLeftovers"},
	{"a temporary file stays when it cannot be written", "", "errors.Join(err, f.Close(), fsys.Remove(temporary))", "errors.Join(err, f.Close())", "", "TestE"},
	{"a file that cannot be written stays open", "", "errors.Join(err, f.Close(), fsys.Remove(temporary))", "errors.Join(err, fsys.Remove(temporary))", "", "TestE"},
	{"a temporary file stays when it cannot be closed", "", "if err := f.Close(); err != nil {\n\t\treturn errors.Join(err, fsys.Remove(temporary))", "if err := f.Close(); err != nil {\n\t\treturn err", "", "TestE"},
	{"a temporary file stays when it cannot be renamed", "", "if err := fsys.Rename(temporary, path); err != nil {\n\t\treturn errors.Join(err, fsys.Remove(temporary))", "if err := fsys.Rename(temporary, path); err != nil {\n\t\treturn err", "", "TestE"},
	{"the last piece of a file may be lost", "", "if err := w.Flush(); err != nil {", "if err := w.Flush(); err != nil && false {", "", "TestE"},
	{"a file may lack its end when it is closed", "writeFile", "if err := f.Close(); err != nil {", "if err := f.Close(); err != nil && false {", "", "TestE"},

	// Deleting old checkpoints.
	{"checkpoints are deleted before the new one is there", "", "swept := s.sweep()", "swept := errors.Join(s.sweep(), s.prune(step))", "", "TestPruning"},
	{"checkpoints are deleted without a look at newer ones", "", "if err := verify(path); err != nil {", "if err := verify(path); err != nil && false {", "", "TestPruning"},
	{"one sound checkpoint is enough to delete others", "", "if good++; good == minKeep {", "if good++; good == 1 {", "", "TestPruning"},
	{"a checkpoint goes that is newer than two sound ones", "", "if step >= newer {", "if step >= newer && false {", "", "TestPruning"},
	{"the best checkpoint is deleted", "", "step == saved || step > 0 && (step == s.Best || step == s.Good)", "step == saved || step > 0 && step == s.Good", "", "TestPruning"},
	{"the checkpoint just saved is deleted", "", "step == saved || step > 0 && (step == s.Best || step == s.Good)", "step > 0 && (step == s.Best || step == s.Good)", "", "TestPruning"},
	{"a checkpoint that was written damaged is no error", "", "if steps[i] == saved {", "if steps[i] == saved && false {", "", "TestSaved"},
	{"temporary files of killed processes stay", "", "if m == nil || !ours(m[1]) {", "if m != nil || m == nil {", "./checkpoints", "TestLeftovers"},
	{"any temporary file is removed", "", "_, ok := parseName(base)\n\t\treturn ok", "return true", "", "TestLeftovers"},
	{"a step has several names of files", "", "err == nil && fileName(step) == name", "err == nil", "", "TestList"},
	{"a damaged checkpoint ends the search", "", `damaged = append(damaged, fmt.Errorf("checkpoints: %s is damaged: %w", path, err))`, `return nil, 0, "", err`, "", "Damaged"},
	{"a damaged checkpoint is passed over without a word", "", `warn(fmt.Errorf("%w; using step %d", err, step))`, "_ = err", "", "Damaged"},
	{"a checkpoint pruned while it is looked for is called damaged", "", "case !errors.Is(err, fs.ErrNotExist): // else", "default: // else", "", "TestCheckpointThatIsGone"},

	// The lock.
	{"the lock is not taken", "", "syscall.Flock(int(f.Fd()), kind|syscall.LOCK_NB)", "func(int) error { return nil }(kind)", "", "Process|Lock"},
	{"the lock of a folder that was moved is taken", "", "err == nil && os.SameFile(mine, there), err", "err == nil && (there != nil || os.SameFile(mine, there)), err", "", "TestLockOfAMovedFile"},
	{"a lock may be a link to another file", "Lock", "err == nil && !info.Mode().IsRegular()", "err == nil && !info.Mode().IsRegular() && false", "", "TestPipeOrLink"},
	{"a lock that is free names its last holder", "", "errors.Join(f.Truncate(0), f.Close())", "f.Close()", "", "Lock"},
}
