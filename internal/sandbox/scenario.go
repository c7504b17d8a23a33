package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/sluicegate/sluice/config"
	"github.com/sluicegate/sluice/internal/pull"
	"go.yaml.in/yaml/v3"
)

// scenario is one sample pull request as its file tells it. The comment above the first part says why it exists. The
// parts are:
//
//	pull.yml       the pull request: the fields of pullFile
//	body.md        its description
//	issue-7.yml    an issue of its repository: title, author, state, body
//	base/PATH      a file on the base branch, before
//	head/PATH      a file on the head branch, where it is new or another than before
//	org/PATH       a file of the organisation's ".github" repository
//	want.yml       what must be decided: the fields of Want
type scenario struct {
	id   string
	why  string
	pull pullFile
	body string
	want Want

	issues         map[int]issueFile
	base, org, end map[string]string // files by path; end is the head's
}

// pullFile is pull.yml.
type pullFile struct {
	Repo      string
	Private   bool
	Number    int
	Title     string
	Author    string // login
	Branch    string
	Base      string // where it is to go; the default branch where empty
	Fork      string // the repository that it comes from, where that is another
	Draft     bool
	Labels    []string
	Assignees []string
	Assigner  string // login of who assigned them; the author where empty
	Reviewers []string
	Links     []int // issues linked by hand

	Policy     string              // the organisation's is that example of config/examples: "strict"
	Members    []string            // of the organisation; they may write to the repository
	Teams      map[string][]string // of the organisation, by slug: the members' logins
	Roles      map[string]string   // who may do what in the repository, by login: "write", "read", …
	Properties map[string]any      // the repository's custom properties: a text, or a list of them
	AskTeams   []string            `yaml:"ask_teams"` // whose review is asked for, by slug
	Reviews    []reviewFile        // submitted once it was opened, before what happens then

	Branches []string // further branches of the repository, as the default one is

	Commits  []commitFile
	Remove   []string             // files that the head has no more
	Rename   map[string]string    // old name to new one; its text too, unless head/ has another
	Modes    map[string]pull.Mode // of files of the head
	Generate []generated
	Then     []then // what happens after it was opened
}

// commitFile is one commit. Without any there is one, by the author, with everything.
type commitFile struct {
	Message   string
	Author    string // login, or "Name <address>"
	Committer string
	Signed    bool     // by GitHub
	Files     []string // globs of what it brings; the last commit brings the rest
}

// generated are files of the head that are made rather than written down.
type generated struct {
	Path  string // with %d in place of the number
	Count int
	Lines int
	Text  string // one line, with %d in place of its number
}

// then is one thing that happens. One field is set.
type then struct {
	Retarget string // to that base
	Queue    bool   // into the merge queue
	Edit     string // the description, to that
	Push     *struct {
		Message string
		Author  string
		Write   map[string]string
	}
	Comment *struct{ By, Body string }
	Review  *reviewFile
	Assign  *struct {
		By, To string
		Issue  int  // to that issue; to the pull request where 0
		Gone   bool // no longer
	}
}

// reviewFile is one review that is submitted.
type reviewFile struct {
	By     string // login
	State  string // "approved", "changes_requested" or "commented"
	Body   string
	Commit int // which of the pull request's own commits was looked at, from 1; the head where 0
}

// issueFile is issue-N.yml.
type issueFile struct {
	Title     string
	Author    string
	State     pull.State
	Body      string
	Assignees []string
	Assigner  string // login of who assigned them; the author where empty
}

// Want is what must be decided on a sample. What is empty is not said.
type Want struct {
	Decision   string            `yaml:"decision"`
	Conclusion string            `yaml:"conclusion"`
	Authorship string            `yaml:"authorship"`
	Agents     []string          `yaml:"agents"`   // slugs, in any order
	Bot        string            `yaml:"bot"`      // an ordinary bot
	Comment    *bool             `yaml:"comment"`  // whether there is a digest
	Verdicts   map[string]string `yaml:"verdicts"` // outcomes by check
	Group      string            `yaml:"group"`    // conclusion on its merge group
	Notes      string            `yaml:"notes"`    // a word that the policy's notes have
}

// policyPath is where a repository has its policy.
const policyPath = ".github/sluice.yml"

// parseScenario reads a sample's file. id is its name.
func parseScenario(id string, data []byte) (*scenario, error) {
	archive := txtar.Parse(data)
	sc := &scenario{
		id: id, why: strings.Join(strings.Fields(string(archive.Comment)), " "), issues: map[int]issueFile{},
		base: map[string]string{}, org: map[string]string{}, end: map[string]string{},
	}
	if sc.why == "" {
		return nil, fmt.Errorf("%s: say above the first part why it exists", id)
	}
	for _, f := range archive.Files {
		if err := sc.part(f.Name, f.Data); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", id, f.Name, err)
		}
	}
	if sc.pull.Repo == "" || sc.pull.Number == 0 || sc.want.Decision == "" {
		return nil, fmt.Errorf("%s: pull.yml with repo and number, and want.yml with a decision, are missing", id)
	}
	return sc, nil
}

func (sc *scenario) part(name string, data []byte) error {
	folder, path, _ := strings.Cut(name, "/")
	number := 0
	_, _ = fmt.Sscanf(name, "issue-%d.yml", &number) // 0 where it is no issue
	switch {
	case name == "pull.yml":
		if err := decode(data, &sc.pull); err != nil || sc.pull.Policy == "" {
			return err
		}
		text, err := config.Examples.ReadFile("examples/" + sc.pull.Policy + ".yml")
		sc.org[policyPath] = string(text)
		return err
	case name == "want.yml":
		return decode(data, &sc.want)
	case name == "body.md":
		sc.body = strings.TrimSuffix(string(data), "\n")
	case number > 0:
		var i issueFile
		if err := decode(data, &i); err != nil {
			return err
		}
		sc.issues[number] = i
	case folder == "base":
		sc.base[path] = string(data)
	case folder == "head":
		sc.end[path] = string(data)
	case folder == "org":
		sc.org[path] = string(data)
	default:
		return errors.New("no part of a scenario is named so")
	}
	return nil
}

// decode reads YAML; a field that into doesn't have is an error.
func decode(data []byte, into any) error {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// writes are the head's files: renamed, generated and written ones.
func (sc *scenario) writes() map[string]File {
	files := map[string]File{}
	for old, now := range sc.pull.Rename {
		files[now] = File{Text: sc.base[old]}
	}
	for _, g := range sc.pull.Generate {
		for n := 1; n <= g.Count; n++ {
			var b strings.Builder
			for line := 1; line <= g.Lines; line++ {
				fmt.Fprintf(&b, g.Text+"\n", line)
			}
			files[fmt.Sprintf(g.Path, n)] = File{Text: b.String()}
		}
	}
	for path, text := range sc.end {
		files[path] = File{Text: text}
	}
	for path, mode := range sc.pull.Modes {
		f := files[path]
		if _, fresh := files[path]; !fresh {
			f.Text = sc.base[path]
		}
		f.Mode = mode
		if mode == pull.Symlink || mode == pull.Submodule {
			f.Text = strings.TrimSpace(f.Text)
		}
		files[path] = f
	}
	return files
}

// removes are the files that the head has no more.
func (sc *scenario) removes() []string {
	gone := slices.Clone(sc.pull.Remove)
	for old := range sc.pull.Rename {
		gone = append(gone, old)
	}
	return gone
}

// share splits the head's files over the commits: each takes what its globs match, the last one takes the rest.
func share(commits []commitFile, files map[string]File) []map[string]File {
	out := make([]map[string]File, len(commits))
	for i := range out {
		out[i] = map[string]File{}
	}
	for path, f := range files {
		to := len(commits) - 1
		for i, c := range commits {
			if slices.ContainsFunc(c.Files, func(glob string) bool { return doublestar.MatchUnvalidated(glob, path) }) {
				to = i
				break
			}
		}
		out[to][path] = f
	}
	return out
}
