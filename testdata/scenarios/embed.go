// Package scenarios holds whole pull requests as text files, for the demo and the end-to-end tests. internal/sandbox
// reads them; its scenario.go says what stands in them.
package scenarios

import "embed"

// Files are the scenarios.
//
//go:embed *.txtar
var Files embed.FS
