// Package show makes files of what package explore computes, for each verb of the sample command:
// pictures, animations, charts, tables and pages, each written whole or not at all, and a report of
// what was written and found. Each function checks where its files go before the work begins.
package show

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"latentspace/explore"
	"latentspace/training"
)

// Output says where a verb writes, and how.
type Output struct {
	File  string        // to write; next to the checkpoint if empty
	Delay time.Duration // between the frames of an animation
}

// check reports a file that cannot be written, before the work, which may take minutes. The
// endings are those of the files that the verb can write.
func (o Output) check(endings ...string) error {
	if o.File == "" {
		return nil
	}
	if err := explore.OneOf("-o "+o.File+": ending", strings.ToLower(filepath.Ext(o.File)), endings); err != nil {
		return err
	}
	return placed("-o", o.File)
}

// placed reports a file that is a folder, or that is to be in a folder that is not there.
func placed(flag, file string) error {
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return fmt.Errorf("explore: %s %s: a folder, want a file", flag, file)
	}
	dir := filepath.Dir(file)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("explore: %s %s: there is no folder %s", flag, file, dir)
	}
	return nil
}

// endings are those of the files that a verb can write of a model's examples: texts and rows of a
// table are no pictures, and cells can have tabs between them; sounds can be heard.
func endings(m *training.Trained, all ...string) []string {
	if m.Schema.IsText() {
		return append(slices.DeleteFunc(all, func(e string) bool { return e == ".png" }), ".txt")
	}
	if m.Schema.IsTable() {
		return append(slices.DeleteFunc(all, func(e string) bool { return e == ".png" }), ".tsv")
	}
	if m.Schema.IsSound() {
		return append(all, ".wav")
	}
	return all
}

// Writable reports a folder that no file can be written to: that of the file, or of the
// checkpoint beside which it goes by default. It belongs before the work.
func (o Output) Writable(m *training.Trained) error {
	dir := filepath.Dir(o.path(m, "any"))
	if _, err := os.Stat(dir); err != nil {
		return nil // which the verb tells, with the flag
	}
	return writable("-o", dir)
}

// writable reports a folder that no file can be written to.
func writable(flag, dir string) error {
	f, err := os.CreateTemp(dir, ".writable-*.tmp")
	if err != nil {
		return fmt.Errorf("explore: nothing can be written to the folder %s: %w; %s names a file elsewhere", dir, err, flag)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// path is the file to write, by default one of a name beside the checkpoint.
func (o Output) path(m *training.Trained, name string) string {
	if o.File != "" {
		return o.File
	}
	return filepath.Join(filepath.Dir(m.File), name)
}

// beside is the file of the same name with another ending.
func beside(file, ending string) string {
	return strings.TrimSuffix(file, filepath.Ext(file)) + ending
}
