// Package parts has what models of several families are made of. Models share parts and do not embed
// one another: an embedded model would promote methods that are not true of the new one.
package parts
