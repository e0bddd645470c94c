package export

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"latentspace/internal/atomicfile"
)

// File writes a file by write, whole or not at all: an error of write leaves what was
// there. A device or a pipe, such as /dev/stdout, is written to and stays what it is.
func File(file string, write func(w io.Writer) error) error {
	if there, err := os.Stat(file); err == nil && !there.Mode().IsRegular() && !there.IsDir() {
		return through(file, write)
	}
	if err := atomicfile.Write(atomicfile.OS{}, file, write); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// through writes to a device or a pipe.
func through(file string, write func(w io.Writer) error) error {
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return fmt.Errorf("export: %s: %w", file, err)
	}
	return nil
}

// Table writes a file of CSV row by row, so that it can be larger than memory: a
// header and then whatever rows hands to write.
func Table(file string, header []string, rows func(write func(cells []string) error) error) error {
	return Cells(file, ',', header, rows)
}

// Cells writes a file of cells with a mark between them. Without a header it has rows alone.
func Cells(file string, separator rune, header []string, rows func(write func(cells []string) error) error) error {
	return File(file, func(w io.Writer) error {
		c := csv.NewWriter(w)
		c.Comma = separator
		if header != nil {
			if err := c.Write(header); err != nil {
				return err
			}
		}
		if err := rows(c.Write); err != nil {
			return err
		}
		c.Flush()
		return c.Error()
	})
}

// Columns returns the names name0, name1, … of n columns.
func Columns(name string, n int) []string {
	names := make([]string, n)
	for j := range names {
		names[j] = name + strconv.Itoa(j)
	}
	return names
}

// Number writes a value in the shortest form that reads back to the same bits.
func Number(v float32) string { return strconv.FormatFloat(float64(v), 'g', -1, 32) }
