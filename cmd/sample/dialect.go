package main

import (
	"flag"

	"latentspace/data/table"
)

// dialectFlag adds the flag that says how a table is written.
func dialectFlag(flags *flag.FlagSet, d *table.Dialect) {
	flags.Func("dialect", "how the table is written, where the file itself does not tell: `words` with commas, one of comma, semicolon, tab and bar, decimal-point or decimal-comma, and header or no-header", func(s string) (err error) {
		*d, err = table.ParseDialect(s)
		return err
	})
}
