package custom

import (
	"strings"

	"github.com/sluicegate/sluice/internal/agent"
	"github.com/sluicegate/sluice/internal/check"
	"github.com/sluicegate/sluice/internal/kind"
	"github.com/sluicegate/sluice/internal/pull"
)

// What an expression can look at. The names in the tags are those of CEL; README.md explains each, and a test holds it to
// that. "needs" names the parts that must have been read, beyond those of the variable.
type (
	// Pull is the variable "pull".
	Pull struct {
		Title     string   `cel:"title"`
		Body      string   `cel:"body"`
		Author    Account  `cel:"author"`
		Repo      string   `cel:"repo"`
		Number    int      `cel:"number"`
		Base      string   `cel:"base"`
		Head      string   `cel:"head"`
		Fork      bool     `cel:"fork"`
		Draft     bool     `cel:"draft"`
		Labels    []string `cel:"labels"`
		Assignees []string `cel:"assignees"`
		Reviewers []string `cel:"reviewers" needs:"reviews"`
		Teams     []string `cel:"reviewing_teams" needs:"reviews"`
		Added     int      `cel:"added" needs:"files"`
		Removed   int      `cel:"removed" needs:"files"`
	}
	// Account is a GitHub account.
	Account struct {
		Login string `cel:"login"`
		Bot   bool   `cel:"bot"`
	}
	// File is an item of "files", and "file" in a rule for each file.
	File struct {
		Path        string   `cel:"path"`
		Previous    string   `cel:"previous"`
		Paths       []string `cel:"paths"`
		Status      string   `cel:"status"`
		Kind        string   `cel:"kind"`
		Language    string   `cel:"language"`
		Added       int      `cel:"added"`
		Removed     int      `cel:"removed"`
		AddedText   string   `cel:"added_text" needs:"patches"`
		RemovedText string   `cel:"removed_text" needs:"patches"`
	}
	// Commit is an item of "commits", and "commit" in a rule for each commit.
	Commit struct {
		SHA       string `cel:"sha"`
		Subject   string `cel:"subject"`
		Message   string `cel:"message"`
		Author    Person `cel:"author"`
		Committer Person `cel:"committer"`
		Verified  bool   `cel:"verified"`
		Merge     bool   `cel:"merge"`
	}
	// Person is a line of a commit.
	Person struct {
		Name  string `cel:"name"`
		Email string `cel:"email"`
		Login string `cel:"login"`
	}
	// Agent is an item of "agents".
	Agent struct {
		Name       string `cel:"name"`
		Family     string `cel:"family"`
		Confidence string `cel:"confidence"`
	}
	// Issue is an item of "issues".
	Issue struct {
		Repo      string   `cel:"repo"`
		Number    int      `cel:"number"`
		Title     string   `cel:"title"`
		Body      string   `cel:"body"`
		State     string   `cel:"state"`
		Labels    []string `cel:"labels"`
		Author    string   `cel:"author"`
		Assignees []string `cel:"assignees"`
		Closes    bool     `cel:"closes"`
		Missing   bool     `cel:"missing"`
		Pull      bool     `cel:"pull"`
	}
	// Review is an item of "reviews".
	Review struct {
		Author  string `cel:"author"`
		State   string `cel:"state"`
		Current bool   `cel:"current"`
		CanPush bool   `cel:"can_push"`
	}
)

func pullOf(r *pull.Request) Pull {
	p := Pull{
		Title: r.Title, Body: r.Body, Author: accountOf(r.Author), Repo: r.Repo, Number: r.Number, Base: r.Base.Name, Head: r.Head.Name,
		Fork: r.Fork(), Draft: r.Draft, Labels: r.Labels, Assignees: logins(r.Assignees), Reviewers: logins(r.Reviewers), Teams: r.ReviewingTeams,
	}
	for i := range r.Files {
		p.Added += r.Files[i].Added
		p.Removed += r.Files[i].Removed
	}
	return p
}

func accountOf(a pull.Account) Account { return Account{a.Login, a.Type == pull.Bot} }

func logins(accounts []pull.Account) []string {
	var names []string
	for _, a := range accounts {
		names = append(names, a.Login)
	}
	return names
}

// filesOf are the changed files; with their text where an expression looks at it. Those whose text nobody has read are
// in unread, by their index.
func filesOf(in *check.Input, texts bool) (files []File, unread map[int]bool) {
	files, unread = make([]File, len(in.Pull.Files)), map[int]bool{}
	for i := range in.Pull.Files {
		f := &in.Pull.Files[i]
		files[i] = File{
			Path: f.Path, Previous: f.Previous, Paths: f.Paths(), Status: string(f.Status), Added: f.Added, Removed: f.Removed,
			Kind: string(in.Kinds.Of(f.Path)), Language: kind.Language(f.Path),
		}
		if texts {
			var ok bool
			if files[i].AddedText, files[i].RemovedText, ok = textOf(f); !ok {
				unread[i] = true
			}
		}
	}
	return files, unread
}

// textOf is a file's added and removed lines, each with its line feed. A file without lines, a picture or a pure rename,
// has none.
func textOf(f *pull.File) (added, removed string, read bool) {
	if f.Patch == "" {
		return "", "", f.NoPatch == pull.Binary || f.NoPatch == pull.SameContent
	}
	hunks, err := f.Hunks()
	if err != nil {
		return "", "", false
	}
	var plus, minus strings.Builder
	for _, h := range hunks {
		for _, l := range h.Lines {
			switch l.Op {
			case pull.Add:
				plus.WriteString(l.Text)
				plus.WriteByte('\n')
			case pull.Remove:
				minus.WriteString(l.Text)
				minus.WriteByte('\n')
			}
		}
	}
	return plus.String(), minus.String(), true
}

func commitsOf(r *pull.Request) []Commit {
	commits := make([]Commit, len(r.Commits))
	for i := range r.Commits {
		c := &r.Commits[i]
		subject, _, _ := strings.Cut(c.Message, "\n")
		commits[i] = Commit{
			SHA: c.SHA, Subject: strings.TrimSpace(subject), Message: c.Message, Author: personOf(&c.Author), Committer: personOf(&c.Committer),
			Verified: c.Verification.Verified, Merge: c.Merge(),
		}
	}
	return commits
}

func personOf(p *pull.Person) Person { return Person{p.Name, p.Email, p.Account.Login} }

func issuesOf(r *pull.Request) []Issue {
	issues := make([]Issue, len(r.Issues))
	for i := range r.Issues {
		x := &r.Issues[i]
		issues[i] = Issue{
			Repo: x.Repo, Number: x.Number, Title: x.Title, Body: x.Body, State: string(x.State), Labels: x.Labels, Author: x.Author.Login,
			Assignees: logins(x.Assignees), Closes: x.Closes, Missing: x.Missing, Pull: x.Pull,
		}
	}
	return issues
}

func reviewsOf(r *pull.Request) []Review {
	reviews := make([]Review, len(r.Reviews))
	for i := range r.Reviews {
		x := &r.Reviews[i]
		reviews[i] = Review{Author: x.Author.Login, State: x.State, Current: x.SHA == r.Head.SHA, CanPush: x.CanPush}
	}
	return reviews
}

func agentsOf(a *agent.Attribution) []Agent {
	agents := make([]Agent, len(a.Agents))
	for i := range a.Agents {
		f := &a.Agents[i]
		agents[i] = Agent{f.Agent, f.Family, string(f.Confidence)}
	}
	return agents
}

func principalsOf(a *agent.Attribution) []string {
	names := []string{}
	for _, p := range a.Principals {
		names = append(names, p.Login)
	}
	return names
}
