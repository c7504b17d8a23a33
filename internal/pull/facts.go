package pull

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Facts is a set of the parts of a [Request] beyond its identity and text, which are always there.
type Facts uint16

// The parts that can be read, each a field of [Request].
const (
	WithCommits       Facts = 1 << iota // Commits
	WithFiles                           // Files without their patches
	WithPatches                         // each file's Patch
	WithModes                           // each file's Mode and PreviousMode
	WithIssues                          // Issues: those that it closes, and those that a check asked for by [Needs]
	WithDocuments                       // Documents that a check asked for by [Needs]
	WithReviews                         // Reviews, Reviewers, ReviewingTeams
	WithOwners                          // Owners
	WithTemplate                        // Template
	WithContents                        // Contents that a check asked for by [Needs]
	WithTeams                           // Teams that a check asked for by [Needs]
	WithCollaborators                   // Collaborators
	WithProperties                      // Properties
	WithReviewed                        // each approving review's Change
)

var factNames = []string{"commits", "files", "patches", "modes", "issues", "documents", "reviews", "owners", "template", "contents", "teams", "collaborators", "properties", "reviewed"}

// AllFacts is every part.
const AllFacts = WithReviewed<<1 - 1

// Has reports whether all of need are in f.
func (f Facts) Has(need Facts) bool { return f&need == need }

// Names lists the parts in the order of their constants.
func (f Facts) Names() []string {
	names := []string{}
	for i, name := range factNames {
		if f&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// String lists the parts, "commits, files".
func (f Facts) String() string { return strings.Join(f.Names(), ", ") }

// MarshalJSON writes the parts' names as a list.
func (f Facts) MarshalJSON() ([]byte, error) { return json.Marshal(f.Names()) }

// UnmarshalJSON reads a list of parts' names. An unknown name is an error.
func (f *Facts) UnmarshalJSON(data []byte) error {
	var names []string
	if err := json.Unmarshal(data, &names); err != nil {
		return err
	}
	*f = 0
	for _, name := range names {
		i := slices.Index(factNames, name)
		if i < 0 {
			return fmt.Errorf("no part of a pull request is named %q; the parts are %s", name, AllFacts)
		}
		*f |= 1 << i
	}
	return nil
}

// Gap is a part that could not be read whole.
type Gap struct {
	Facts  Facts  `json:"facts"`
	Reason string `json:"reason"` // "3,000 of 4,212 files are listed"
}

// Needs is what the checks of one policy want to know of one pull request. The edge reads the union of them once.
type Needs struct {
	Facts     Facts
	Issues    []IssueRef // issues named in the text, to be looked up
	Documents []string   // paths at the base, to be read
	Contents  []string   // paths at the head, to be read whole
	Teams     []string   // "org/team", whose members are to be listed
}

// And returns the union of both, in a stable order and without doubles.
func (n Needs) And(other Needs) Needs {
	out := Needs{Facts: n.Facts | other.Facts}
	out.Issues = slices.Concat(n.Issues, other.Issues)
	slices.SortFunc(out.Issues, func(a, b IssueRef) int {
		if c := strings.Compare(a.Repo, b.Repo); c != 0 {
			return c
		}
		return a.Number - b.Number
	})
	out.Issues = slices.Compact(out.Issues)
	out.Documents = union(n.Documents, other.Documents)
	out.Contents = union(n.Contents, other.Contents)
	out.Teams = union(n.Teams, other.Teams)
	return out
}

func union(a, b []string) []string {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}
