package metrics

import "fmt"

// Unfit is the error of a measure that is not defined for the arrays it was given, such as
// precision and recall of three examples.
type Unfit string

func (u Unfit) Error() string { return "metrics: " + string(u) }

func unfit(format string, args ...any) error { return Unfit(fmt.Sprintf(format, args...)) }
