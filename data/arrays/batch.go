package arrays

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"latentspace/data/pickle"
)

// parseBatch reads a file with pictures, as bytes or of Python.
func parseBatch(name string, b []byte) (batch, error) {
	out := batch{file: name}
	if m := batchName.FindStringSubmatch(name); m != nil && m[1] != "" {
		out.number, _ = strconv.Atoi(m[1]) // at most three digits
	}
	var err error
	if pickle.Is(b) {
		err = out.ofPython(b)
	} else {
		err = out.ofBytes(b, strings.HasPrefix(name, "data_batch"))
	}
	return out, err
}

// ofBytes reads rows of a class, or of a superclass and a class, and the pixels.
func (b *batch) ofBytes(file []byte, ten bool) error {
	n := len(file)
	switch {
	case n == 0:
		return errors.New("an empty file, want pictures")
	case n%(cifarPixels+1) == 0 && (ten || n%(cifarPixels+2) != 0):
		for ; len(file) > 0; file = file[cifarPixels+1:] {
			b.fine = append(b.fine, file[0])
			b.pixels = append(b.pixels, file[1:cifarPixels+1]...)
		}
	case n%(cifarPixels+2) == 0:
		for ; len(file) > 0; file = file[cifarPixels+2:] {
			b.rough, b.fine = append(b.rough, file[0]), append(b.fine, file[1])
			b.pixels = append(b.pixels, file[2:cifarPixels+2]...)
		}
	default:
		return fmt.Errorf("%d bytes, want rows of %d (CIFAR-10) or %d (CIFAR-100)", n, cifarPixels+1, cifarPixels+2)
	}
	return nil
}

// ofPython reads a dictionary with data and labels, or data, fine_labels and coarse_labels.
func (b *batch) ofPython(file []byte) error {
	v, err := pickle.Read(file)
	if err != nil {
		return err
	}
	d, ok := v.(pickle.Dict)
	if !ok {
		return fmt.Errorf("a pickle of %T, want a dictionary with data and labels", v)
	}
	a, ok := d["data"].(*pickle.Array)
	if !ok || len(a.Shape) != 2 || a.Shape[1] != cifarPixels || a.Columns || a.Shape[0] == 0 {
		return fmt.Errorf("no data of shape (n, %d) in C's order, want them beside labels", cifarPixels)
	}
	b.pixels = a.Data
	key := "labels"
	if _, ok := d[key]; !ok {
		key = "fine_labels"
	}
	if b.fine, err = labelList(d, key, a.Shape[0]); err != nil {
		return err
	}
	if _, ok := d["coarse_labels"]; ok {
		b.rough, err = labelList(d, "coarse_labels", a.Shape[0])
	}
	return err
}

// labelList returns the n labels of a list in a dictionary.
func labelList(d pickle.Dict, key string, n int) ([]byte, error) {
	l, ok := d[key].(*pickle.List)
	if !ok || len(l.Items) != n {
		return nil, fmt.Errorf("no list %s of %d labels, want one for each picture", key, n)
	}
	out := make([]byte, n)
	for i, v := range l.Items {
		label, ok := v.(int64)
		if !ok || label < 0 || label > 255 {
			return nil, fmt.Errorf("%s: label %d, want a number from 0 to 255", key, i)
		}
		out[i] = byte(label)
	}
	return out, nil
}

// names reads the names of classes: a line for each, or a dictionary of Python.
func (all *batches) names(name string, b []byte) error {
	if !pickle.Is(b) {
		lines := strings.Split(strings.TrimRight(string(b), "\r\n "), "\n")
		if len(lines) > 256 {
			return fmt.Errorf("%d names of classes, want at most 256", len(lines))
		}
		for k := range lines {
			lines[k] = strings.TrimSpace(lines[k])
		}
		return all.call(strings.HasPrefix(name, "coarse"), lines)
	}
	v, err := pickle.Read(b)
	if err != nil {
		return err
	}
	d, _ := v.(pickle.Dict)
	for _, key := range []string{"label_names", "fine_label_names", "coarse_label_names"} {
		l, ok := d[key].(*pickle.List)
		if !ok {
			continue
		}
		var words []string
		for _, v := range l.Items[:min(256, len(l.Items))] {
			word, _ := pickle.Text(v)
			words = append(words, word)
		}
		if err := all.call(strings.HasPrefix(key, "coarse"), words); err != nil {
			return err
		}
	}
	return nil
}

// call takes names for the classes or the superclasses.
func (all *batches) call(rough bool, words []string) error {
	if !distinct(words) {
		return errors.New("two classes of one name")
	}
	if rough {
		all.rough = words
	} else {
		all.fine = words
	}
	return nil
}
