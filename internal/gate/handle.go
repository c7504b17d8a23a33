package gate

import (
	"context"

	"github.com/sluicegate/sluice/internal/policy"
	"github.com/sluicegate/sluice/internal/pull"
)

// Target is a pull request to be looked at. Its JSON form, like those of the others here and of [Work], is stored.
type Target struct {
	Installation int64  `json:"installation"`
	Repo         string `json:"repo"` // "owner/name"
	Number       int    `json:"number"`
}

// Group is a merge group to be looked at.
type Group struct {
	Installation int64  `json:"installation"`
	Repo         string `json:"repo"`
	Base         string `json:"base"` // the branch
	BaseSHA      string `json:"base_sha,omitempty"`
	HeadSHA      string `json:"head_sha"`
	HeadRef      string `json:"head_ref"` // "refs/heads/gh-readonly-queue/main/pr-12-<sha>"
}

// Member is a pull request of a merge group as GitHub has it now. What GitHub does not show is empty.
type Member struct {
	Number  int
	Head    string // the commit
	Base    string // the branch that it is to go to
	BaseSHA string // the tip of that branch
}

// Reader reads from GitHub.
type Reader interface {
	// Open reads what needs no policy: the pull request's identity and text, its commits, reviews and closing issues,
	// the owners and the template, all of them in one call where that is possible, and the policy's layers. Beside an
	// error with advice there may be a pull request to say it on.
	Open(ctx context.Context, t Target) (*pull.Request, []policy.Layer, error)
	// Complete reads into r what needs asks for and r does not know yet.
	Complete(ctx context.Context, t Target, r *pull.Request, needs pull.Needs) error
	// Members lists the pull requests of a merge group.
	Members(ctx context.Context, g Group) ([]Member, error)
}

// Publisher shows a report on GitHub. Publishing one report twice changes nothing.
type Publisher interface {
	// Publish shows r on its pull request: the gate's check run, the checks' own, and the digest.
	Publish(ctx context.Context, t Target, r *Report) error
	// PublishGroup puts the gate's check run on a merge group's head.
	PublishGroup(ctx context.Context, g Group, r *Report) error
}

// Recorder keeps what was decided.
type Recorder interface {
	// Record keeps r as the newest report of its pull request.
	Record(ctx context.Context, t Target, r *Report) error
	// Latest is the newest report of a pull request, nil where there is none.
	Latest(ctx context.Context, repo string, number int) (*Report, error)
	// AtHead lists the newest reports of the other open pull requests of a repository that have a head commit.
	AtHead(ctx context.Context, repo, head string, except int) ([]*Report, error)
	// KeepGroup keeps which pull requests are in a merge group, in the place of what was kept of it before.
	KeepGroup(ctx context.Context, g Group, members []Member) error
	// KeepPolicy keeps the layers as the last ones that were valid for a repository and a base branch.
	KeepPolicy(ctx context.Context, repo, base string, layers []policy.Layer) error
	// LastPolicy is what KeepPolicy kept, nil where there is nothing.
	LastPolicy(ctx context.Context, repo, base string) ([]policy.Layer, error)
}
