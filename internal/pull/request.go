// Package pull is the pull request as a value: everything that is read about it at one head commit.
//
// The package reads nothing itself. The edge (internal/github, internal/gitlocal, a snapshot file) fills a [Request]
// and says in Known which parts it read whole; checks and the gate only look. Every word in a Request that came with
// the pull request is an outsider's.
package pull

import "time"

// Request is one pull request at one head commit. Its JSON form is documented at [Encode].
type Request struct {
	Repo   string `json:"repo"`   // the base repository, "owner/name"
	Number int    `json:"number"` // 0 for a local range
	URL    string `json:"url,omitempty"`

	Title     string    `json:"title"`
	Body      string    `json:"body"`
	Author    Account   `json:"author"`
	App       string    `json:"app,omitempty"` // slug of the GitHub App that the pull request was opened through
	State     State     `json:"state,omitempty"`
	Draft     bool      `json:"draft,omitempty"`
	CreatedAt time.Time `json:"created_at,omitzero"`
	Head      Branch    `json:"head"`
	Base      Branch    `json:"base"`

	Labels         []string     `json:"labels,omitempty"`
	Assignees      []Account    `json:"assignees,omitempty"`
	Assigned       []Assignment `json:"assigned,omitempty"`        // by whom, oldest first; GitHub may tell the last 20 events only
	Reviewers      []Account    `json:"reviewers,omitempty"`       // people whose review is asked for
	ReviewingTeams []string     `json:"reviewing_teams,omitempty"` // teams whose review is asked for, "org/team"

	Commits   []Commit   `json:"commits,omitempty"`   // oldest first
	Files     []File     `json:"files,omitempty"`     // in GitHub's order, by path
	Issues    []Issue    `json:"issues,omitempty"`    // every issue that it closes or names
	Documents []Document `json:"documents,omitempty"` // files at the base that were asked for by name
	Reviews   []Review   `json:"reviews,omitempty"`   // oldest first
	Owners    Document   `json:"owners,omitzero"`     // CODEOWNERS at the base; zero where there is none
	Template  Document   `json:"template,omitzero"`   // the pull request template at the base; zero where there is none
	Contents  []Document `json:"contents,omitempty"`  // files at the head that were asked for by name; [Request.Before] has their other side
	Teams     []Team     `json:"teams,omitempty"`     // teams that were asked for by name

	Collaborators []Account           `json:"collaborators,omitempty"` // who may write to the base repository, bots too
	Properties    map[string][]string `json:"properties,omitempty"`    // the base repository's custom properties

	// Policies are the files of the policy that governs it, the organisation's first. A snapshot has them, so that it is
	// judged as it was; nobody else looks at them.
	Policies []Policy `json:"policies,omitempty"`

	// Correction is what a maintainer says of who wrote it; nil where nobody says anything.
	Correction *Correction `json:"correction,omitempty"`
	// Waivers are the exceptions that were signed and not taken back, oldest first. Whether one holds is the gate's to say.
	Waivers []Waiver `json:"waivers,omitempty"`

	// Known are the parts that were read whole. A part that is empty and known is empty on GitHub.
	Known Facts `json:"known"`
	// Gaps say why a part is not known, in words for the reader of the report.
	Gaps []Gap `json:"gaps,omitempty"`
}

// Policy is one file of a policy, as it was read on the trusted side.
type Policy struct {
	Layer  string `json:"layer"`  // "organisation" or "repository"
	Source string `json:"source"` // where it was read, for people
	Text   string `json:"text"`
}

// State is where a pull request or an issue stands.
type State string

// The states that GitHub has. Only a pull request can be merged.
const (
	Open   State = "open"
	Closed State = "closed"
	Merged State = "merged"
)

// Fork reports whether the head is in another repository than the base. A head repository that was deleted counts.
func (r *Request) Fork() bool { return r.Head.Repo != r.Base.Repo }

// Branch is a named commit in a repository.
type Branch struct {
	Repo string `json:"repo,omitempty"` // "owner/name"; empty when the repository is gone
	Name string `json:"name"`
	SHA  string `json:"sha,omitempty"`
}

// Account is a GitHub account. Logins change and are reused; the id is the identity.
type Account struct {
	Login string      `json:"login,omitempty"`
	ID    int64       `json:"id,omitempty"` // 0 where unknown
	Type  AccountType `json:"type,omitempty"`
}

// Zero reports whether nothing is known of the account, as for a commit whose e-mail address belongs to nobody.
func (a Account) Zero() bool { return a.Login == "" && a.ID == 0 }

// AccountType is GitHub's kind of account.
type AccountType string

// The account types of GitHub's REST description ("simple-user"). Mannequin is an imported account.
const (
	User         AccountType = "User"
	Bot          AccountType = "Bot"
	Organization AccountType = "Organization"
	Mannequin    AccountType = "Mannequin"
)

// Commit is one commit of the pull request.
type Commit struct {
	SHA          string       `json:"sha"`
	Message      string       `json:"message"`
	Author       Person       `json:"author"`
	Committer    Person       `json:"committer"`
	Parents      []string     `json:"parents,omitempty"`
	Verification Verification `json:"verification,omitzero"`
	// Sessions are what records beside the commit say of the agents' sessions that it came from: a git note, which a clone
	// may have and a pull request doesn't bring. Self-declared: an outsider's words.
	Sessions []Session `json:"sessions,omitempty"`
}

// Session is an agent's session as a record of provenance has it.
type Session struct {
	Standard string `json:"standard"`        // whose record that is, "git-ai"
	Tool     string `json:"tool,omitempty"`  // "claude"; may be empty
	Model    string `json:"model,omitempty"` // may be empty
	// Unread says why the record could not be read; empty where it was.
	Unread string `json:"unread,omitempty"`
}

// Merge reports whether the commit has more than one parent.
func (c *Commit) Merge() bool { return len(c.Parents) > 1 }

// Person is a line of a commit: text that anyone can write, beside the account that GitHub finds for the address.
type Person struct {
	Name    string    `json:"name"`
	Email   string    `json:"email"`
	When    time.Time `json:"when,omitzero"`
	Account Account   `json:"account,omitzero"`
}

// Verification is what GitHub says of a commit's signature.
type Verification struct {
	Verified bool   `json:"verified"`
	Reason   string `json:"reason,omitempty"` // GitHub's word, "valid", "unsigned", "unknown_key"
	// Signer is the account whose key signed, zero where GitHub names none; GitHub itself signs what is made on its
	// pages and through its API with the key of "web-flow".
	Signer Account `json:"signer,omitzero"`
}

// Issue is something the pull request names as what it is to do.
type Issue struct {
	IssueRef
	URL       string       `json:"url,omitempty"`
	Title     string       `json:"title"`
	Body      string       `json:"body"`
	State     State        `json:"state,omitempty"`
	Pull      bool         `json:"pull,omitempty"`    // it is a pull request
	Missing   bool         `json:"missing,omitempty"` // GitHub has none, or shows it to nobody with our permissions
	Closes    bool         `json:"closes,omitempty"`  // GitHub says that merging closes it
	Author    Account      `json:"author,omitzero"`
	Labels    []string     `json:"labels,omitempty"`
	Assignees []Account    `json:"assignees,omitempty"`
	Assigned  []Assignment `json:"assigned,omitempty"` // as a pull request's
	CreatedAt time.Time    `json:"created_at,omitzero"`
	EditedAt  time.Time    `json:"edited_at,omitzero"` // zero where it was never edited
}

// Assignment is somebody's act of assigning an account, which nobody took back.
type Assignment struct {
	By Account `json:"by"`
	To Account `json:"to"`
}

// IssueRef names an issue.
type IssueRef struct {
	Repo   string `json:"repo"` // "owner/name"
	Number int    `json:"number"`
}

// Document is a text file of a repository, at the base commit unless said otherwise.
type Document struct {
	Path    string `json:"path"`
	Text    string `json:"text"`
	Missing bool   `json:"missing,omitempty"` // that commit has no such file
	// Unread says why the text could not be read though there is such a file: it is binary, or too large. Empty where it was.
	Unread string `json:"unread,omitempty"`
}

// Team is a team of the organisation.
type Team struct {
	Name    string    `json:"name"` // "org/team"
	Members []Account `json:"members,omitempty"`
	Missing bool      `json:"missing,omitempty"` // GitHub has none, or shows it to nobody with our permissions
}

// Review is one submitted review.
type Review struct {
	Author      Account   `json:"author"`
	State       string    `json:"state"`                 // "approved", "changes_requested", "commented", "dismissed"
	SHA         string    `json:"sha"`                   // the head commit that was reviewed
	Association string    `json:"association,omitempty"` // GitHub's word, "MEMBER", "COLLABORATOR", "NONE", …
	At          time.Time `json:"at,omitzero"`
	CanPush     bool      `json:"can_push,omitempty"` // GitHub says that the author may write to the base repository
	// Change is the [Identity] of what was approved, where SHA is no longer the head; empty where it was not read.
	Change string `json:"change,omitempty"`
}
