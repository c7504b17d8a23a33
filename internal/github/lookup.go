package github

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/sluicegate/sluice/internal/gate"
	"github.com/sluicegate/sluice/internal/pull"
)

// ask is a set of things that GitHub is asked for by name, all in one call.
type ask struct {
	pull      bool // whether the pull request is still where it was
	issues    []pull.IssueRef
	documents []string // at the base
	heads     []string // files at the head, to be read whole
	teams     []string // "org/team"
	entries   []entry
	contents  map[entry]bool // of those it matters whether they are texts, which costs GitHub more
}

// entry is a file at one side of the pull request.
type entry struct {
	head bool
	path string
}

// found is the answer to an ask. What GitHub has not, or does not show us, is nil.
type found struct {
	pull      *standing
	issues    map[pull.IssueRef]*issue
	documents map[string]*blob
	heads     map[string]*blob
	teams     map[string]*team
	entries   map[entry]*node
	unread    map[string]bool // documents that GitHub failed to answer
	whole     bool            // GitHub answered everything
	withheld  map[string]bool // of heads, those that GitHub failed to answer; of teams, those that it refused to show
}

func newFound() *found {
	return &found{
		issues: map[pull.IssueRef]*issue{}, documents: map[string]*blob{}, heads: map[string]*blob{}, teams: map[string]*team{},
		entries: map[entry]*node{}, unread: map[string]bool{}, withheld: map[string]bool{},
	}
}

// add puts what another answer has into f.
func (f *found) add(other *found) {
	if other.pull != nil {
		f.pull = other.pull
	}
	maps.Copy(f.issues, other.issues)
	maps.Copy(f.documents, other.documents)
	maps.Copy(f.heads, other.heads)
	maps.Copy(f.teams, other.teams)
	maps.Copy(f.entries, other.entries)
	maps.Copy(f.unread, other.unread)
	maps.Copy(f.withheld, other.withheld)
}

// team is a team with its first members.
type team struct{ Members nodes[*account] }

type standing struct {
	HeadRefOID   string
	BaseRefName  string
	ChangedFiles int
}

// node is a file in git's tree.
type node struct {
	Mode   int
	OID    string
	Object *struct {
		IsBinary *bool
		ByteSize int
	}
}

func (n *node) mode() pull.Mode { return pull.Mode(fmt.Sprintf("%06o", n.Mode)) }

// asking makes the query of an ask. Each thing has a name of its own in the query; words of outsiders, as paths are, go
// into variables.
type asking struct {
	declared  []string
	variables map[string]any
	body      strings.Builder
}

func (q *asking) variable(name, kind string, value any) {
	q.declared = append(q.declared, "$"+name+": "+kind)
	q.variables[name] = value
}

func (q *asking) file(prefix string, i int, path, fragment string) {
	name := fmt.Sprintf("%s%d", prefix, i)
	q.variable(name, "String!", path)
	fmt.Fprintf(&q.body, "      %s: file(path: $%s) { ...%s }\n", name, name, fragment)
}

// text is the query, whole.
func (a *ask) text(r *pull.Request) (string, map[string]any, error) {
	owner, name, err := split(r.Repo)
	if err != nil {
		return "", nil, err
	}
	q := &asking{variables: map[string]any{}}
	q.variable("owner", "String!", owner)
	q.variable("name", "String!", name)
	q.body.WriteString("  repository(owner: $owner, name: $name) {\n    nameWithOwner\n")
	if a.pull {
		q.variable("number", "Int!", r.Number)
		q.body.WriteString("    pullRequest(number: $number) { headRefOid baseRefName changedFiles }\n")
	}
	a.side(q, "head", r.Head.SHA)
	a.side(q, "base", r.Base.SHA)
	q.body.WriteString("  }\n")
	for i, ref := range a.issues {
		owner, name, err := split(ref.Repo)
		if err != nil {
			return "", nil, err
		}
		q.variable(fmt.Sprintf("owner%d", i), "String!", owner)
		q.variable(fmt.Sprintf("name%d", i), "String!", name)
		fmt.Fprintf(&q.body, "  issue%d: repository(owner: $owner%d, name: $name%d) {\n"+
			"    issueOrPullRequest(number: %d) { __typename ...issue ...asIssue }\n  }\n", i, i, i, ref.Number)
	}
	for i, name := range a.teams {
		org, slug, _ := strings.Cut(name, "/")
		q.variable(fmt.Sprintf("org%d", i), "String!", org)
		q.variable(fmt.Sprintf("slug%d", i), "String!", slug)
		fmt.Fprintf(&q.body, "  team%d: organization(login: $org%d) { team(slug: $slug%d) { ...members } }\n", i, i, i)
	}
	if len(a.teams) > 0 {
		q.variable("after", "String", nil)
	}
	text := "query Lookup(" + strings.Join(q.declared, ", ") + ") {\n" + q.body.String() + "}\n"
	return withParts(text), q.variables, nil
}

// side asks for the files of one commit.
func (a *ask) side(q *asking, name, sha string) {
	var asked bool
	open := func() {
		if !asked {
			asked = true
			q.variable(name, "GitObjectID!", sha)
			fmt.Fprintf(&q.body, "    %s: object(oid: $%s) {\n    ... on Commit {\n      oid\n", name, name)
		}
	}
	documents, prefix, fragment := a.documents, "document", "text"
	if name == "head" {
		documents, prefix, fragment = a.heads, "content", "full"
	}
	for i, path := range documents {
		open()
		q.file(prefix, i, path, fragment)
	}
	for i, e := range a.entries {
		if e.head == (name == "head") {
			open()
			fragment := "entry"
			if a.contents[e] {
				fragment = "content"
			}
			q.file(name+"Entry", i, e.path, fragment)
		}
	}
	if asked {
		q.body.WriteString("    }\n    }\n")
	}
}

// lookup asks GitHub.
func (c *Client) lookup(ctx context.Context, t gate.Target, r *pull.Request, a *ask) (*found, error) {
	text, variables, err := a.text(r)
	if err != nil {
		return nil, err
	}
	query := c.query
	if len(a.issues)+len(a.teams) > 0 { // which may be of other repositories, and of the organisation
		query = c.queryAcross
	}
	var data map[string]json.RawMessage
	problems, err := query(ctx, t.Installation, t.Repo, text, variables, &data)
	if err != nil {
		return nil, err
	}
	f, err := a.read(data)
	if err != nil {
		return nil, err
	}
	f.whole = len(problems) == 0
	return f, a.judge(problems, f)
}

func (a *ask) empty() bool {
	return len(a.issues)+len(a.documents)+len(a.heads)+len(a.teams)+len(a.entries) == 0
}

// judge tells the problems that are an answer from those that spoil it: an issue or a file that isn't there is an answer,
// a file that GitHub won't show is nil like one that isn't there, a document of that kind is unread.
func (a *ask) judge(problems []problem, f *found) error {
	for i := range problems {
		p := &problems[i]
		inside := len(p.Path) >= 3 && (p.at("repository", "base") || p.at("repository", "head"))
		switch {
		case inside && !p.invisible():
			for i, path := range a.documents {
				if p.at("repository", "base", fmt.Sprintf("document%d", i)) {
					f.unread[path] = true
				}
			}
			for i, path := range a.heads {
				if p.at("repository", "head", fmt.Sprintf("content%d", i)) {
					f.withheld[path] = true
				}
			}
		case inside, p.invisible() && !p.at("repository"):
			for i, name := range a.teams {
				if p.at(fmt.Sprintf("team%d", i)) && p.Type == "FORBIDDEN" {
					f.withheld[name] = true
				}
			}
		default:
			return p.err()
		}
	}
	return nil
}

func (a *ask) read(data map[string]json.RawMessage) (*found, error) {
	var repository struct {
		PullRequest *standing
		Head, Base  map[string]json.RawMessage
	}
	if err := decode(data["repository"], &repository); err != nil {
		return nil, err
	}
	f := newFound()
	f.pull = repository.PullRequest
	for i, path := range a.documents {
		var b *blob
		if err := decode(repository.Base[fmt.Sprintf("document%d", i)], &b); err != nil {
			return nil, err
		}
		f.documents[path] = b
	}
	for i, path := range a.heads {
		var b *blob
		if err := decode(repository.Head[fmt.Sprintf("content%d", i)], &b); err != nil {
			return nil, err
		}
		f.heads[path] = b
	}
	for i, name := range a.teams {
		var in *struct{ Team *team }
		if err := decode(data[fmt.Sprintf("team%d", i)], &in); err != nil {
			return nil, err
		}
		if in != nil {
			f.teams[name] = in.Team
		}
	}
	for i, e := range a.entries {
		side, name := repository.Base, "baseEntry"
		if e.head {
			side, name = repository.Head, "headEntry"
		}
		if side == nil {
			return nil, &Temporary{fmt.Errorf("GitHub does not show the commits yet")}
		}
		var n *node
		if err := decode(side[fmt.Sprintf("%s%d", name, i)], &n); err != nil {
			return nil, err
		}
		f.entries[e] = n
	}
	for i, ref := range a.issues {
		var in *struct{ IssueOrPullRequest *issue }
		if err := decode(data[fmt.Sprintf("issue%d", i)], &in); err != nil {
			return nil, err
		}
		if in != nil {
			f.issues[ref] = in.IssueOrPullRequest
		}
	}
	if len(a.documents) > 0 && repository.Base == nil {
		return nil, &Temporary{fmt.Errorf("GitHub does not show the base commit")}
	}
	if len(a.heads) > 0 && repository.Head == nil {
		return nil, &Temporary{fmt.Errorf("GitHub does not show the head commit yet")}
	}
	return f, nil
}

// decode reads one named part of an answer; a part that is absent is null.
func decode(data json.RawMessage, into any) error {
	if len(data) == 0 {
		return nil
	}
	if err := json.Unmarshal(data, into); err != nil {
		return &Temporary{fmt.Errorf("GraphQL: the answer could not be read: %w", err)}
	}
	return nil
}
