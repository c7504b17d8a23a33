// Package all lists every check.
package all

import "github.com/sluicegate/sluice/internal/check"

// Checks are all the checks, by name.
var Checks = []check.Check{}
