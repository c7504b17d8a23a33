// Package kind tells what a file is by its path: code, a test, documentation, generated, and so on.
//
// It is one table of conventions, which a policy can add to. It never opens a file.
package kind

// Kind is what a file is.
type Kind string

// The kinds. Every path has one: what no convention knows is Other.
const (
	Code          Kind = "code"
	Test          Kind = "test"
	Documentation Kind = "documentation"
	Configuration Kind = "configuration"
	Generated     Kind = "generated"
	Vendored      Kind = "vendored"
	Lock          Kind = "lock" // lock files of package managers
	Other         Kind = "other"
)

// Values lists the kinds.
func (Kind) Values() []string {
	words := make([]string, len(All))
	for i, k := range All {
		words[i] = string(k)
	}
	return words
}
